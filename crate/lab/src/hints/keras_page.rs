//! Advice for Keras's names, from the page docs/coming-from-keras.md.

const PAGE: &str = include_str!("../../../../docs/coming-from-keras.md");

/// Returns the sentence of the page for a name, if the page has a row for it.
pub(super) fn advice_for(name: &str) -> Option<String> {
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
    // A name that tealight has is missing for another reason.
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
    use super::advice_for;

    #[test]
    fn a_name_has_its_advice() {
        let decay = advice_for("PolynomialDecay").unwrap();
        assert!(
            decay.starts_with("tealight has no `PolynomialDecay`: ") && decay.contains("LearningRateScheduler"),
            "{decay}"
        );
        assert!(advice_for("AUC").unwrap().contains("ConfusionMatrix"));
        assert!(advice_for("LSTM").unwrap().contains("no recurrent layers"));
        assert_eq!(advice_for("Nothing"), None);
        assert_eq!(advice_for("Dense"), None);
    }
}
