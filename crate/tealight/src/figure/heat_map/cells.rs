//! The cells of a heat map and the numbers in them.

use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use super::super::canvas::{Area, Canvas, Font};
use super::super::chart::MARGIN;
use super::super::palette::{AXIS, GRID, MISSING, text_on};
use super::super::ticks::format_value;
use super::super::{png_encoder, text};
use super::scale::Scale;
use super::{HeatMap, color_bar};

/// A map with more cells than this is drawn as an image with one pixel per cell. A rectangle and a number for each cell would
/// make the figure large, and the numbers would be illegible.
const MAX_SHAPES: usize = 625;
/// The smallest and the largest font size, in pixels.
const FONT_SIZES: (f64, f64) = (7.0, 15.0);
/// The largest size of such an image in bytes. It is encoded in Base64 in the SVG, and again in the page.
const MAX_IMAGE_BYTES: usize = 150_000;
/// The qualities of such an image, the best first: the side of the blocks of values whose mean is a pixel, and the number of
/// shades. The eye can't distinguish more shades. If neighboring values differ, a small image needs fewer shades, or means.
const IMAGE_QUALITIES: [(usize, u8); 6] = [(1, 127), (1, 63), (1, 31), (2, 63), (3, 63), (4, 31)];
/// Cells of at least this size are separated by a line.
const MIN_SIZE_WITH_GAP: f64 = 12.0;

impl HeatMap {
    pub(super) fn draw_chart(&self, canvas: &mut Canvas, area: Area) {
        let (scale, layout) = (self.scale(), self.layout(area));
        layout.draw(canvas);
        if self.rows.len() * self.columns() > MAX_SHAPES {
            self.draw_image(canvas, layout.map, &scale);
        } else {
            self.draw_cells(canvas, layout.map, &scale);
            if self.annotated {
                self.draw_numbers(canvas, layout.map, &scale);
            }
            self.draw_tooltips(canvas, layout.map);
        }
        if let Some(bar) = layout.bar {
            color_bar::draw(canvas, bar, &scale, &self.color_label, area.bottom() - MARGIN);
        }
    }

    /// Returns every cell with its row, column, value and area.
    fn cells(&self, map: Area) -> impl Iterator<Item = (usize, usize, f64, Area)> {
        let (width, height) = (map.width / self.columns() as f64, map.height / self.rows.len() as f64);
        self.rows.iter().enumerate().flat_map(move |(row, values)| {
            values.iter().enumerate().map(move |(column, &value)| {
                let (left, top) = (map.left + column as f64 * width, map.top + row as f64 * height);
                (row, column, value, Area { left, top, width, height })
            })
        })
    }

    fn draw_cells(&self, canvas: &mut Canvas, map: Area, scale: &Scale) {
        let cell = (map.width / self.columns() as f64).min(map.height / self.rows.len() as f64);
        let gap = if cell >= MIN_SIZE_WITH_GAP { 1.0 } else { 0.0 };
        canvas.group("shape-rendering=\"crispEdges\"", |painter| {
            // The background shows in the gaps, and marks the edge of the map where cells are nearly white.
            painter.fill(Area { width: map.width + gap, height: map.height + gap, ..map }, GRID);
            for (.., value, area) in self.cells(map) {
                let Area { left, top, width, height } = area;
                let area = Area { left: left + gap, top: top + gap, width: width - gap, height: height - gap };
                painter.fill(area, scale.color_of(value));
            }
        });
    }

    fn draw_tooltips(&self, canvas: &mut Canvas, map: Area) {
        let name = |names: &[String], index: usize| names.get(index).cloned().unwrap_or_else(|| index.to_string());
        let axis = |label: &str, default: &str| if label.is_empty() { default.to_owned() } else { label.to_owned() };
        let (of_rows, of_columns) = (axis(&self.y_label, "row"), axis(&self.x_label, "column"));
        for (row, column, value, area) in self.cells(map) {
            let (row, column) = (name(&self.row_names, row), name(&self.column_names, column));
            canvas.tooltip(area, format!("{of_rows} {row}, {of_columns} {column}: {}", format_value(value)));
        }
    }

    fn draw_numbers(&self, canvas: &mut Canvas, map: Area, scale: &Scale) {
        let decimals = self.decimals.unwrap_or_else(|| self.default_decimals());
        let cells: Vec<_> =
            self.cells(map).map(|(.., value, area)| (format_number(value, decimals), value, area)).collect();
        let longest = cells.iter().map(|(number, ..)| text::width(number, 1.0)).fold(0.1, f64::max);
        let Some((_, _, Area { width, height, .. })) = cells.first() else { return };
        let size = (0.86 * width / longest).min(0.5 * height).min(FONT_SIZES.1);
        // All or none: a larger font would suggest a more important number.
        if size < FONT_SIZES.0 {
            return;
        }
        canvas.group("", |painter| {
            for (number, value, area) in &cells {
                let font = Font::new(size, text_color(*value, scale), HPos::Center);
                painter.text(number, area.middle(), font);
            }
        });
    }

    /// Returns no decimals for integers, otherwise enough for two or three digits of the largest value.
    fn default_decimals(&self) -> usize {
        if self.finite_values().all(|value| value.fract() == 0.0) {
            return 0;
        }
        match self.finite_values().fold(0.0_f64, |largest, value| largest.max(value.abs())) {
            largest if largest < 0.01 => 4,
            largest if largest < 0.1 => 3,
            largest if largest < 10.0 => 2,
            largest if largest < 100.0 => 1,
            _ => 0,
        }
    }

    fn draw_image(&self, canvas: &mut Canvas, map: Area, scale: &Scale) {
        let images = IMAGE_QUALITIES.iter().filter_map(|&(block, shades)| self.encode_png(scale, block, shades));
        let mut smallest: Option<Vec<u8>> = None;
        for png in images {
            let enough = png.len() <= MAX_IMAGE_BYTES;
            smallest = Some(png);
            if enough {
                break;
            }
        }
        if let Some(png) = smallest {
            canvas.image(&png, map);
        }
        canvas.group("", |painter| {
            let Area { left, top, .. } = map;
            let corners =
                [(left, top), (map.right(), top), (map.right(), map.bottom()), (left, map.bottom()), (left, top)];
            painter.line(&corners, AXIS, 1.0);
        });
    }
}

impl HeatMap {
    /// Encodes the map as a PNG file: a pixel for the mean of each `block` by `block` values, in `shades` shades and one color for
    /// missing values.
    fn encode_png(&self, scale: &Scale, block: usize, shades: u8) -> Option<Vec<u8>> {
        let shade = |rows: &[Vec<f64>], from: usize| {
            let values =
                rows.iter().flat_map(|row| row.iter().skip(from).take(block)).filter(|value| value.is_finite());
            let (count, sum) =
                values.fold((0_u32, 0.0), |(count, sum), &value| (count + 1, sum + scale.position(value)));
            if count == 0 { shades + 1 } else { (sum / f64::from(count) * f64::from(shades)).round() as u8 }
        };
        let columns = (0..self.columns()).step_by(block);
        let row = |rows| columns.clone().map(move |from| shade(rows, from));
        let pixels: Vec<u8> = self.rows.chunks(block).flat_map(row).collect();
        let colors = (0..=shades).map(|shade| scale.color_at(f64::from(shade) / f64::from(shades))).chain([MISSING]);
        png_encoder::encode_indexed(self.columns().div_ceil(block), self.rows.len().div_ceil(block), colors, &pixels)
    }
}

/// Returns the color of a number. Zeros are gray, so that other numbers stand out.
fn text_color(value: f64, scale: &Scale) -> RGBColor {
    if value == 0.0 && scale.position(0.0) == 0.0 { AXIS } else { text_on(scale.color_of(value)) }
}

fn format_number(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{value:.decimals$}");
    // A value that rounds to zero has no minus sign.
    let text = if text.bytes().all(|byte| b"-0.".contains(&byte)) { text.replace('-', "") } else { text };
    text.replace('-', "−")
}
