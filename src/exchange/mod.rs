/*!
Exchange with programs for qualitative analysis: projects of REFI-QDA out and in, and Web Annotations.

[`qdpx`] writes documents, markers as codes, and matches as coded passages into a project that NVivo, ATLAS.ti, MAXQDA or QualCoder open. [`project`] reads such a project,
and [`codings`] makes of what people coded there what agreement and evaluation are computed from. [`annotations`] writes matches as Web Annotations, for programs of
the web.

Positions are Unicode code points everywhere, and texts have line feeds only: CRLF is where importers drift. Identifiers are made of content, so that the same
results give the same files.
*/

pub mod annotations;
pub mod codings;
mod guid;
pub mod project;
pub mod qdpx;
