//! Classes from the fields of a column.

use super::fields::{is_missing, number, shown};
use crate::data::targets::LARGEST_LABEL;
use std::collections::HashMap;

/// The fields of the label's column: each text once, and which of them each line has.
#[derive(Default)]
pub(super) struct Labels {
    codes: Vec<u32>,
    places: HashMap<Box<[u8]>, u32>,
    /// The line in which each text comes first.
    lines: Vec<u64>,
}

impl Labels {
    /// Adds the field of a line. Errors where there are more texts than there can be classes.
    pub(super) fn push(&mut self, field: &[u8], line: u64) -> Result<(), String> {
        let field = field.trim_ascii();
        let code = match self.places.get(field) {
            Some(&code) => code,
            None => {
                let code = self.lines.len() as u32;
                if code > u32::from(LARGEST_LABEL) {
                    return Err(format!(
                        "line {line}: the label's column has more than {} different values. Is it the label?",
                        u32::from(LARGEST_LABEL) + 1
                    ));
                }
                self.places.insert(field.into(), code);
                self.lines.push(line);
                code
            }
        };
        self.codes.push(code);
        Ok(())
    }

    /// The class of each line, and the names of the classes. `place` says where the field of a line is: `line 3, column 1
    /// (label)`.
    ///
    /// Whole numbers are classes by themselves, words by their order; names that are given decide.
    pub(super) fn classes(
        self,
        names: Option<&[String]>,
        place: impl Fn(u64) -> String,
    ) -> Result<(Vec<u32>, Vec<String>), String> {
        let mut texts = vec![""; self.lines.len()];
        for (text, &code) in &self.places {
            let Ok(text) = std::str::from_utf8(text) else {
                return Err(format!(
                    "{}: the label is not UTF-8. Save the file as UTF-8.",
                    place(self.lines[code as usize])
                ));
            };
            texts[code as usize] = text;
        }
        let (classes, names) = match names {
            Some(names) => (self.by_names(&texts, names, &place)?, names.to_vec()),
            None => self.by_values(&texts, &place)?,
        };
        Ok((self.codes.iter().map(|&code| classes[code as usize]).collect(), names))
    }

    /// The class of each text.
    fn by_names(&self, texts: &[&str], names: &[String], place: &dyn Fn(u64) -> String) -> Result<Vec<u32>, String> {
        let named = |text: &&str| names.iter().position(|name| name == text).map(|class| class as u32);
        if let Some(classes) = texts.iter().map(named).collect() {
            return Ok(classes);
        }
        let counted = |text: &&str| {
            let number = number(text.as_bytes()).filter(|number| number.fract() == 0.0 && *number >= 0.0)?;
            Some(number as u32).filter(|class| (*class as usize) < names.len())
        };
        if let Some(classes) = texts.iter().map(counted).collect() {
            return Ok(classes);
        }
        let foreign = texts.iter().position(|text| named(text).is_none() && counted(text).is_none());
        let at = foreign.or_else(|| texts.iter().position(|text| named(text).is_none())).unwrap_or_default();
        Err(format!(
            "{}: expected one of the class names {}, or its number, got {:?}.",
            place(self.lines[at]),
            crate::data::table::some_of(names).join(", "),
            shown(texts[at].as_bytes())
        ))
    }

    /// The class of each text, and the names of the classes.
    fn by_values(&self, texts: &[&str], place: &dyn Fn(u64) -> String) -> Result<(Vec<u32>, Vec<String>), String> {
        let numbers = texts.iter().map(|text| number(text.as_bytes())).collect::<Vec<_>>();
        let wrong = |at: usize, advice: &str| {
            let (place, text) = (place(self.lines[at]), shown(texts[at].as_bytes()));
            Err(format!("{place}: expected a label, a whole number from 0 to {LARGEST_LABEL}, got {text:?}. {advice}"))
        };
        if let Some(at) = texts.iter().position(|text| is_missing(text)) {
            return wrong(
                at,
                "The label is missing: take the line out, or name the classes, Csv::new().class_names([names]).",
            );
        }
        if numbers.iter().all(Option::is_none) {
            let mut sorted = texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
            sorted.sort_unstable();
            let class =
                |text: &&str| sorted.binary_search_by(|name| name.as_str().cmp(text)).unwrap_or_default() as u32;
            return Ok((texts.iter().map(class).collect(), sorted));
        }
        if let Some(at) = numbers.iter().position(Option::is_none) {
            let advice = "Other lines have numbers. Where words and numbers are both classes, name them all in their order: \
                          Csv::new().class_names([names]).";
            return wrong(at, advice);
        }
        let mut classes = Vec::with_capacity(numbers.len());
        for (at, number) in numbers.into_iter().flatten().enumerate() {
            if number.fract() != 0.0 {
                return wrong(at, "Numbers to come close to are targets: Csv::new().target(column).");
            }
            if !(0.0..=f32::from(LARGEST_LABEL)).contains(&number) {
                let advice =
                    "Name the classes as the file has them, in their order: Csv::new().class_names([\"-1\", \"1\"]).";
                return wrong(at, advice);
            }
            classes.push(number as u32);
        }
        let count = classes.iter().max().map_or(0, |&largest| largest + 1);
        Ok((classes, (0..count).map(|class| class.to_string()).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::Labels;

    fn classes(texts: &[&str], names: Option<&[&str]>) -> Result<(Vec<u32>, Vec<String>), String> {
        let mut labels = Labels::default();
        for (line, text) in (1..).zip(texts) {
            labels.push(text.as_bytes(), line).unwrap();
        }
        let names = names.map(|names| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        labels.classes(names.as_deref(), |line| format!("line {line}"))
    }

    #[test]
    fn words_are_sorted_and_numbers_are_themselves() {
        let (labels, names) = classes(&["b", "a", " b", "é"], None).unwrap();
        assert_eq!((labels, names.join(" ")), (vec![1, 0, 1, 2], "a b é".to_owned()));
        let (labels, names) = classes(&["1", "3.0", "1.0"], None).unwrap();
        assert_eq!((labels, names.join(" ")), (vec![1, 3, 1], "0 1 2 3".to_owned()));
        assert_eq!(classes(&["true", "false", "true"], None).unwrap().0, [1, 0, 1]);
        assert_eq!(classes(&["-1", "1", "1"], Some(&["-1", "1"])).unwrap().0, [0, 1, 1]);
        assert_eq!(classes(&["0", "1", "1"], Some(&["cat", "dog", "cow"])).unwrap().0, [0, 1, 1]);
        assert_eq!(classes(&["A", "7"], Some(&["7", "A"])).unwrap().0, [1, 0]);
    }

    #[test]
    fn what_is_no_class_is_named_with_its_line() {
        for (texts, names, parts) in [
            (&["0", "-1"][..], None, ["line 2", "class_names([\"-1\", \"1\"])"]),
            (&["0", "0.5"], None, ["got \"0.5\"", "target(column)"]),
            (&["0", "?"], None, ["line 2", "got \"?\""]),
            (&["a", "NA"], None, ["line 2", "missing"]),
            (&["a", "b"], Some(&["a", "c"][..]), ["line 2", "class names a, c"]),
            (&["0", "2"], Some(&["a", "c"]), ["line 2", "got \"2\""]),
        ] {
            let error = classes(texts, names).unwrap_err();
            assert!(parts.iter().all(|part| error.contains(part)), "{error}");
        }
    }
}
