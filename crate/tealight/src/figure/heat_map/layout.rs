//! The layout of a heat map.

use plotters::style::text_anchor::HPos;

use super::super::canvas::{Area, Canvas, Font};
use super::super::chart::{LABEL_SIZE, MARGIN, TITLE_SIZE};
use super::super::heading::Heading;
use super::super::palette::TEXT_MUTED;
use super::super::text;
use super::super::tick_labels::{GAP, TickLabels};
use super::HeatMap;
use super::color_bar;

/// The default side of a cell, and the largest and smallest default side of a map, in pixels.
const CELL_SIDE: f64 = 46.0;
const MAX_SIDE: f64 = 620.0;
const MIN_SIDE: f64 = 184.0;

/// The areas of all parts.
pub(super) struct Layout {
    heading: Heading,
    corner: (f64, f64),
    pub(super) map: Area,
    rows: TickLabels,
    columns: TickLabels,
    x_label: Vec<String>,
    y_label: Vec<String>,
    pub(super) bar: Option<Area>,
    /// The numbers of rows and columns.
    count: (f64, f64),
}

impl HeatMap {
    pub(super) fn layout_size(&self, width: f64) -> (f64, f64) {
        let (rows, columns) = (self.rows.len() as f64, self.columns() as f64);
        let side = (CELL_SIDE * rows.max(columns)).clamp(MIN_SIDE, MAX_SIDE.min(width * 0.92));
        // Cells of whole pixels have sharp edges.
        let cell = side / rows.max(columns);
        let cell = if cell >= 2.0 { cell.floor() } else { cell };
        let (map_width, map_height) = ((cell * columns).max(40.0), (cell * rows).max(40.0));
        let names = TickLabels::for_rows(&self.row_names, cell, width);
        let below = TickLabels::for_columns(&self.column_names, cell, width);
        let side_width = 2.0 * MARGIN + label_height(&self.y_label, map_height) + names.extent + self.color_bar_width();
        let full_width = (side_width + map_width).ceil().max(240.0);
        let heading = Heading::new(&self.options.title, TITLE_SIZE, full_width - 2.0 * MARGIN, 4);
        let across = label_height(&self.x_label, map_width);
        (full_width, (2.0 * MARGIN + heading.height() + map_height + below.extent + across).ceil())
    }

    pub(super) fn layout(&self, area: Area) -> Layout {
        let max_lines = (0.3 * area.height / (TITLE_SIZE * text::LINE_HEIGHT)).clamp(1.0, 4.0) as usize;
        let heading = Heading::new(&self.options.title, TITLE_SIZE, area.width - 2.0 * MARGIN, max_lines);
        let (rows, columns) = (self.rows.len() as f64, self.columns() as f64);
        let (inner_width, inner_height) = (area.width - 2.0 * MARGIN, area.height - 2.0 * MARGIN - heading.height());
        // Names and labels come first, and the cells share the remaining space. Their size determines how the names are laid out,
        // so this is done twice.
        let mut cell = (inner_width / columns, inner_height / rows);
        let mut parts = (
            TickLabels::for_rows(&self.row_names, cell.1, area.width),
            TickLabels::for_columns(&self.column_names, cell.0, area.height),
        );
        let (x_label_height, y_label_width) =
            (label_height(&self.x_label, inner_width * 0.7), label_height(&self.y_label, inner_height * 0.7));
        for _ in 0..2 {
            let width = (inner_width - y_label_width - parts.0.extent - self.color_bar_width()).max(10.0);
            let height = (inner_height - x_label_height - parts.1.extent).max(10.0);
            cell = cell_size(width, height, rows, columns);
            parts = (
                TickLabels::for_rows(&self.row_names, cell.1, area.width),
                TickLabels::for_columns(&self.column_names, cell.0, area.height),
            );
        }
        let left = area.left + MARGIN + y_label_width + parts.0.extent;
        let map = Area {
            left: left.round(),
            top: (area.top + MARGIN + heading.height()).round(),
            width: cell.0 * columns,
            height: cell.1 * rows,
        };
        Layout {
            heading,
            corner: (area.left + MARGIN, area.top + MARGIN),
            x_label: text::wrap(&self.x_label, LABEL_SIZE, inner_width * 0.7, 2),
            y_label: text::wrap(&self.y_label, LABEL_SIZE, inner_height * 0.7, 2),
            bar: self.color_bar.then(|| color_bar::area(map)),
            map,
            rows: parts.0,
            columns: parts.1,
            count: (rows, columns),
        }
    }

    fn color_bar_width(&self) -> f64 {
        if self.color_bar { color_bar::width(&self.scale(), !self.color_label.is_empty()) } else { 0.0 }
    }
}

/// Returns the size of the cells: square if the map is roughly square, otherwise filling the space.
fn cell_size(width: f64, height: f64, rows: f64, columns: f64) -> (f64, f64) {
    let (across, down) = (width / columns, height / rows);
    let (across, down) = if (0.2..=5.0).contains(&(rows / columns)) {
        (across.min(down), across.min(down))
    } else {
        (across.min(CELL_SIDE.max(down)), down.min(CELL_SIDE.max(across)))
    };
    let whole = |side: f64| if side >= 8.0 { side.floor() } else { side };
    (whole(across), whole(down))
}

fn label_height(label: &str, length: f64) -> f64 {
    let lines = text::wrap(label, LABEL_SIZE, length, 2).len();
    if lines == 0 { 0.0 } else { lines as f64 * LABEL_SIZE * text::LINE_HEIGHT + GAP }
}

impl Layout {
    /// Draws the title, the labels and the names.
    pub(super) fn draw(&self, canvas: &mut Canvas) {
        self.heading.draw(canvas, self.corner);
        self.rows.draw_rows(canvas, self.map, self.count.0 as usize);
        self.columns.draw_columns(canvas, self.map, self.count.1 as usize);
        let Area { left, top, width, height } = self.map;
        canvas.group("", |painter| {
            let label = Font::new(LABEL_SIZE, TEXT_MUTED, HPos::Center);
            let below = top + height + self.columns.extent + GAP + LABEL_SIZE * text::LINE_HEIGHT / 2.0;
            painter.lines(&self.x_label, (left + width / 2.0, below), label);
            for (index, line) in self.y_label.iter().enumerate() {
                let x = self.corner.0 + (index as f64 + 0.5) * LABEL_SIZE * text::LINE_HEIGHT;
                painter.text(line, (x, top + height / 2.0), Font { vertical: true, ..label });
            }
        });
    }
}
