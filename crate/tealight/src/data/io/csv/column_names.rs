//! What the names of columns say.

/// Names of a column of classes.
const LABELS: [&str; 20] = [
    "label",
    "labels",
    "class",
    "classes",
    "target",
    "targets",
    "y",
    "digit",
    "character",
    "letter",
    "category",
    "species",
    "variety",
    "class_label",
    "class label",
    "class_name",
    "class name",
    "classname",
    "label_name",
    "class_id",
];
/// Names of a column of ids, beside those that end in "id".
const IDS: [&str; 11] =
    ["id", "ids", "index", "idx", "rownames", "row", "row_number", "row number", "uuid", "unnamed", "level_0"];

/// Whether a column of this name holds the classes.
pub(in crate::data::io) fn is_label(name: &str) -> bool {
    LABELS.contains(&name.trim().to_lowercase().as_str())
}

/// Whether a column of this name counts or names the examples: `id`, `ImageId`, `image_id`, pandas's `Unnamed: 0`, or
/// nothing, which is how pandas writes its index.
pub(super) fn is_id(name: &str) -> bool {
    let name = name.trim();
    let lower = name.to_lowercase();
    let unnamed = |rest: &str| rest.trim().bytes().all(|byte| byte.is_ascii_digit());
    let before = |end: &str| name.strip_suffix(end).and_then(|rest| rest.chars().next_back());
    name.is_empty()
        || IDS.contains(&lower.as_str())
        || lower.strip_prefix("unnamed:").is_some_and(unnamed)
        || (lower.ends_with("_id") || lower.ends_with(" id") || lower.ends_with("-id"))
        || before("Id").or_else(|| before("ID")).is_some_and(char::is_lowercase)
}

/// Whether a name counts: `pixel0`, `f12`, `28x28`, `0`.
pub(super) fn is_numbered(name: &str) -> bool {
    name.trim().ends_with(|last: char| last.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{is_id, is_label, is_numbered};

    #[test]
    fn names_say_what_a_column_holds() {
        assert!(["label", "Label", " CLASS", "Species", "digit", "y", "character"].into_iter().all(is_label));
        assert!(!["pixel0", "quality", "classroom", "", "labels2"].into_iter().any(is_label));
        let ids = ["id", "ID", "ImageId", "image_id", "PassengerId", "Unnamed: 0", "unnamed:0", "", "index", "userID"];
        assert!(ids.into_iter().all(is_id));
        assert!(!["acid", "fixed acid", "grid", "width", "pixel0", "Unnamed: a", "valid"].into_iter().any(is_id));
        assert!(["pixel0", "28x28", "p 7", "0"].into_iter().all(is_numbered));
        assert!(!["class", "", "pixel0a"].into_iter().any(is_numbered));
    }
}
