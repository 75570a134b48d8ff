//! The summary of a network.

use crate::format::byte_size;
use crate::format::thousands;
use crate::layers::LayerPlan;
use crate::notebook::{Show, html_table, show_cell_result, show_in_notebook, truncate};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The layers of a network with their output shapes and parameters, as Keras's `summary()` shows them.
///
/// ```
/// use tealight::prelude::*;
///
/// let summary = Sequential::new([28, 28]).add(Flatten).add(Dense::new(10).activation(Softmax)).summary()?;
/// assert_eq!(summary.total_params(), 7_850);
/// assert!(summary.to_string().contains("Total params: 7,850 (30.66 KB)"));
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    input_shape: Vec<usize>,
    rows: Vec<Row>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Row {
    name: String,
    kind: String,
    output_shape: Vec<usize>,
    parameters: usize,
    non_trainable: usize,
}

impl Summary {
    #[expect(clippy::expect_used, reason = "shape inference rejects a network without layers")]
    pub(super) fn new(plans: &[LayerPlan]) -> Self {
        let row = |plan: &LayerPlan| Row {
            name: plan.name.clone(),
            kind: plan.layer.kind().to_owned(),
            output_shape: plan.output_shape.clone(),
            parameters: plan.param_count(),
            non_trainable: plan.non_trainable_count(),
        };
        let first = plans.first().expect("a network has at least one layer");
        Self { input_shape: first.input_shape.clone(), rows: plans.iter().map(row).collect() }
    }

    /// The number of parameters of the whole network.
    pub fn total_params(&self) -> usize {
        self.rows.iter().fold(0, |total, row| total.saturating_add(row.parameters))
    }

    /// How many of the parameters the optimizer does not update, such as the moving averages of a
    /// [`BatchNormalization`](crate::BatchNormalization).
    pub fn non_trainable_params(&self) -> usize {
        self.rows.iter().map(|row| row.non_trainable).sum()
    }

    /// The shape of one example's outputs.
    pub fn output_shape(&self) -> &[usize] {
        self.rows.last().map_or(&self.input_shape, |row| &row.output_shape)
    }

    /// Returns the largest number of elements of one example anywhere in the network.
    pub(super) fn widest(&self) -> usize {
        let size = |shape: &Vec<usize>| shape.iter().product::<usize>();
        self.rows.iter().map(|row| size(&row.output_shape)).fold(size(&self.input_shape), usize::max)
    }

    /// Returns how many numbers all layers together output for one example, or `None` if they are too many to count.
    pub(super) fn output_len(&self) -> Option<usize> {
        self.rows.iter().try_fold(0_usize, |sum, row| sum.checked_add(row.output_shape.iter().product()))
    }

    pub(super) fn html(&self) -> String {
        format!("{}<p>{}</p>", html_table(&HEAD.map(str::to_owned), self.table()), self.totals().join("<br>"))
    }

    fn table(&self) -> Vec<Vec<String>> {
        let cells = |row: &Row| {
            let (name, shape) = (format!("{} ({})", truncate(&row.name), row.kind), batch_shape(&row.output_shape));
            vec![name, truncate(&shape).into_owned(), thousands(row.parameters)]
        };
        self.rows.iter().map(cells).collect()
    }

    fn totals(&self) -> [String; 3] {
        let (total, fixed) = (self.total_params(), self.non_trainable_params());
        let line = |what: &str, parameters| format!("{what}: {} ({})", thousands(parameters), memory(parameters));
        [line("Total params", total), line("Trainable params", total - fixed), line("Non-trainable params", fixed)]
    }
}

const HEAD: [&str; 3] = ["Layer (type)", "Output Shape", "Param #"];

impl Show for Summary {
    fn show(&self) {
        show_cell_result(&[("text/html", &self.html()), ("text/plain", &self.to_string())]);
    }
}

show_in_notebook!(Summary);

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = self.table();
        let width = |column: usize| {
            let widths = table.iter().map(|row| row[column].chars().count());
            widths.fold(HEAD[column].chars().count(), usize::max)
        };
        let (first, second, third) = (width(0), width(1), width(2));
        let rule = "─".repeat(first + second + third + 8);
        writeln!(f, " {:first$}    {:second$}    {:>third$}", HEAD[0], HEAD[1], HEAD[2])?;
        writeln!(f, "{rule}──")?;
        for row in &table {
            writeln!(f, " {:first$}    {:second$}    {:>third$}", row[0], row[1], row[2])?;
        }
        write!(f, "{rule}──\n {}", self.totals().join("\n "))
    }
}

impl fmt::Debug for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Formats a shape as Keras does, with a batch of any size: `[28, 28]` → `(None, 28, 28)`.
fn batch_shape(shape: &[usize]) -> String {
    let sizes = shape.iter().map(|size| format!(", {size}")).collect::<String>();
    format!("(None{})", if sizes.is_empty() { "," } else { &sizes })
}

/// Formats the memory of this many `f32` parameters, in units of 1024 with two decimals: `918.54 KB`.
pub(super) fn memory(parameters: usize) -> String {
    byte_size(parameters as f64 * size_of::<f32>() as f64)
}

#[cfg(test)]
mod tests {
    use super::{batch_shape, memory};

    #[test]
    fn numbers_read_as_in_keras() {
        // The sizes that Keras prints for networks of 235,146 and 669,706 parameters.
        assert_eq!(
            [0, 255, 256, 235_146, 669_706].map(memory),
            ["0.00 B", "1020.00 B", "1.00 KB", "918.54 KB", "2.55 MB"]
        );
        assert_eq!(batch_shape(&[28, 28]), "(None, 28, 28)");
        assert_eq!(batch_shape(&[]), "(None,)");
    }
}
