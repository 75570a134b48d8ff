use crate::data::dataset::Dataset;
use crate::data::storage::Pixels;
use crate::data::storage::Scale;
use crate::format;
use crate::notebook::{Show, html_table, show_cell_result, show_in_notebook};
use std::fmt;

impl Show for Dataset {
    fn show(&self) {
        if !self.is_labeled() {
            return show_cell_result(&[("text/plain", &self.to_string())]);
        }
        let (names, counts) = self.classes();
        let head = [&["class".to_owned()], &*names].concat();
        let row = [&["examples".to_owned()], &*counts].concat();
        let table = if names.is_empty() { String::new() } else { html_table(&head, [row]) };
        let html = format!("<p>{}</p>{table}", self.headline());
        show_cell_result(&[("text/html", &html), ("text/plain", &self.to_string())]);
    }
}

show_in_notebook!(Dataset);

impl Dataset {
    /// `60000 examples of shape [28, 28], bytes from 0 to 255 rescaled to 0 to 1, 10 classes`.
    fn headline(&self) -> String {
        let (what, low, high) = match &self.pixels {
            Pixels::Bytes(bytes) => {
                let own = (0..self.len()).flat_map(|index| self.example(bytes, index));
                let (low, high) = own.fold((u8::MAX, u8::MIN), |(low, high), &b| (low.min(b), high.max(b)));
                ("bytes", f64::from(low), f64::from(high))
            }
            Pixels::Floats(floats) => {
                let range = (f32::INFINITY, f32::NEG_INFINITY);
                let own = (0..self.len()).flat_map(|index| self.example(floats, index));
                let (low, high) = own.fold(range, |(low, high), &x| (low.min(x), high.max(x)));
                ("numbers", f64::from(low), f64::from(high))
            }
        };
        let scaled = |value: f64| value * self.scale.factor + self.scale.offset;
        let rescaled = if self.scale == Scale::NONE {
            String::new()
        } else {
            format!(" rescaled to {} to {}", format::decimals(scaled(low)), format::decimals(scaled(high)))
        };
        let targets = self.targets_in_words();
        format!(
            "{} examples of shape {:?}, {what} from {} to {}{rescaled}, {targets}",
            self.len(),
            self.input_shape(),
            format::decimals(low),
            format::decimals(high),
        )
    }

    fn classes(&self) -> (Vec<String>, Vec<String>) {
        (self.class_names().to_vec(), self.class_counts().iter().map(usize::to_string).collect())
    }
}

impl fmt::Display for Dataset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_labeled() {
            return f.write_str(&self.headline());
        }
        let (names, counts) = self.classes();
        let (mut head, mut row) = ("class   ".to_owned(), "examples".to_owned());
        for (name, count) in names.iter().zip(&counts) {
            let width = name.chars().count().max(count.len());
            head += &format!("  {name:>width$}");
            row += &format!("  {count:>width$}");
        }
        match names.is_empty() {
            true => f.write_str(&self.headline()),
            false => write!(f, "{}\n{head}\n{row}", self.headline()),
        }
    }
}

impl fmt::Debug for Dataset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
