//! NameHistory of Keras's, from the page for those who come from there.

const PAGE: &str = include_str!("../../../../../docs/coming-from-keras.md");

/// What the page says of a name, if it has a row for it.
pub(super) fn row(name: &str) -> Option<String> {
    let quoted = format!("`{name}`");
    let row = PAGE.lines().filter(|line| line.starts_with('|')).find_map(|line| {
        let columns: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [names, here, rest @ ..] = columns.as_slice() else { return None };
        names
            .split(',')
            .any(|one| one.trim() == quoted)
            .then(|| (here.to_string(), rest.join(" | ").trim().trim_end_matches('|').trim().to_owned()))
    })?;
    let (here, note) = row;
    // A name that is there is missing for another reason.
    if here.contains(&quoted) || here.contains(&format!("`{name}::")) {
        return None;
    }
    let here = if here.contains("not available") {
        format!("tealight has no {quoted}")
    } else {
        format!("{quoted} is {here} in tealight")
    };
    Some(if note.is_empty() { here } else { format!("{here}: {note}") })
}

#[cfg(test)]
mod tests {
    use super::row;

    #[test]
    fn a_name_has_its_row() {
        let decay = row("PolynomialDecay").unwrap();
        assert!(
            decay.starts_with("tealight has no `PolynomialDecay`: ") && decay.contains("LearningRateScheduler"),
            "{decay}"
        );
        assert!(row("AUC").unwrap().contains("ConfusionMatrix"));
        assert!(row("LSTM").unwrap().contains("no recurrent layers"));
        assert_eq!(row("Nothing"), None);
        assert_eq!(row("Dense"), None);
    }
}
