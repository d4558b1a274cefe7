/*!
What `study` works out, as tables for R, SPSS and Python, for eyes, and norms as a file that is read again.
*/

pub mod csv;
pub mod norms;
pub mod terminal;
