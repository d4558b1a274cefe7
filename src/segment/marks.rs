/*!
What a mark can do at the end or the beginning of a sentence: by its form, in any language.
*/

/// What a punctuation token is to the splitter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// One full stop.
    Stop,
    /// A run of full stops, or the sign for one.
    Ellipsis,
    /// A question or exclamation mark.
    Strong,
    /// A mark that ends a sentence whatever follows, even without white space: the full stops of scripts without capitals.
    Absolute,
    /// Opens a quotation or a bracket, and nothing else.
    Opener,
    /// Closes a quotation.
    CloseQuote,
    /// Closes a bracket.
    CloseBracket,
    /// The straight double quotation mark, which does both.
    Quote,
    /// A single mark that is an apostrophe as well.
    Apostrophe,
    /// A dash or hyphen.
    Dash,
    /// What stands before an item of a list.
    Bullet,
    /// Comma, colon and the like: nothing begins with it.
    Inner,
    /// An emoji, a currency sign, anything else.
    Sign,
}

impl Mark {
    /// The mark that `text`, one punctuation token, is.
    pub(super) fn of(text: &str) -> Mark {
        let mut chars = text.chars();
        match chars.next().unwrap_or(' ') {
            '.' | '․' if chars.next().is_none() => Mark::Stop,
            '.' | '․' | '…' | '‥' => Mark::Ellipsis,
            '?' | '!' | '‽' | '⁇' | '⁈' | '⁉' | '‼' | '؟' => Mark::Strong,
            '。' | '！' | '？' | '．' | '｡' | '।' | '॥' | '۔' | '։' | '။' | '።' => Mark::Absolute,
            '(' | '[' | '{' | '<' | '“' | '‘' | '«' | '‹' | '„' | '‚' | '‛' | '‟' | '「' | '『' | '（' | '【'
            | '《' | '〈' | '¿' | '¡' => Mark::Opener,
            ')' | ']' | '}' | '）' | '】' => Mark::CloseBracket,
            '”' | '»' | '›' | '」' | '』' | '》' | '〉' => Mark::CloseQuote,
            '"' | '＂' => Mark::Quote,
            '\'' | '’' | '`' | '´' => Mark::Apostrophe,
            '-' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '~' => Mark::Dash,
            '•' | '·' | '‣' | '◦' | '▪' | '●' | '○' | '∙' | '*' => Mark::Bullet,
            ',' | ';' | ':' | '/' | '\\' | '%' | '、' | '，' | '；' | '：' | '|' | '^' | '=' | '+' | '_' | '&' => {
                Mark::Inner
            }
            _ => Mark::Sign,
        }
    }

    /// Whether a sentence can end with it.
    pub(super) fn is_terminator(self) -> bool {
        matches!(self, Mark::Stop | Mark::Ellipsis | Mark::Strong | Mark::Absolute)
    }

    /// Whether it belongs to the sentence before it if it touches the terminator. The opening mark of one language closes in another.
    pub(super) fn closes(self, text: &str) -> bool {
        matches!(self, Mark::CloseQuote | Mark::CloseBracket | Mark::Quote | Mark::Apostrophe)
            || matches!(text, "“" | "‘" | "«" | "‹" | "*" | "_" | "**")
    }
}
