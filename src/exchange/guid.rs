/*!
Identifiers made of content: UUID version 5 (RFC 9562), so that the same thing has the same identifier in every file, and files repeat.
*/

use uuid::Uuid;

/// Under this stand all identifiers of the program; itself made of the program's name.
fn root() -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, concat!("urn:", env!("CARGO_PKG_NAME")).as_bytes())
}

/// The identifier of what has these parts. Two things differ if a part does.
pub(super) fn guid(parts: &[&str]) -> Uuid {
    let mut name = String::new();
    for part in parts {
        // Lengths keep apart what would run together: ("a", "bc") and ("ab", "c").
        name += &format!("{}:{part};", part.len());
    }
    Uuid::new_v5(&root(), name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_repeat_and_differ() {
        assert_eq!(guid(&["code", "a.b"]), guid(&["code", "a.b"]));
        assert_ne!(guid(&["a", "bc"]), guid(&["ab", "c"]));
        assert_eq!(guid(&["x"]).get_version_num(), 5);
        // What other people's projects hold must keep its identifiers from version to version.
        assert_eq!(guid(&["code", "dismissing.minimising"]).to_string(), "4fc88e57-d7f8-5ab4-b3fa-4c0d77ff9e35");
    }
}
