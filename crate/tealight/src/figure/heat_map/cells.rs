//! The cells and the numbers in them.

use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use super::super::canvas::{Area, Canvas, Font};
use super::super::chart::MARGIN;
use super::super::palette::{AXIS, GRID, MISSING, text_on};
use super::super::ticks::format_value;
use super::super::{png_encoder, text};
use super::scale::Scale;
use super::{HeatMap, color_bar};

/// A map with more cells than this is drawn as a picture of one pixel a cell: a rectangle and a number for each would
/// make the figure heavy, and the numbers too small to read.
const MAX_SHAPES: usize = 625;
/// The smallest font that can be read, and the largest that looks well, in pixels.
const FONTS: (f64, f64) = (7.0, 15.0);
/// The most bytes of such a picture. In the drawing and in the page it is coded in Base64, once and once more.
const HEAVIEST: usize = 150_000;
/// How it is drawn, the best way first: as means of so many by so many values, in so many shades. No eye tells more shades
/// apart; maps in which each value differs from the next need fewer shades, or means, to weigh little.
const WAYS: [(usize, u8); 6] = [(1, 127), (1, 63), (1, 31), (2, 63), (3, 63), (4, 31)];
/// Cells from this size on are set apart by a line.
const APART: f64 = 12.0;

impl HeatMap {
    pub(super) fn draw_chart(&self, canvas: &mut Canvas, area: Area) {
        let (scale, layout) = (self.scale(), self.layout(area));
        layout.draw(canvas);
        if self.rows.len() * self.columns() > MAX_SHAPES {
            self.draw_picture(canvas, layout.map, &scale);
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

    /// Every cell with its row, its column and its place.
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
        let gap = if cell >= APART { 1.0 } else { 0.0 };
        canvas.group("shape-rendering=\"crispEdges\"", |painter| {
            // The sheet under the cells shows in the gaps and closes the map where its edge cells are nearly white.
            painter.fill(Area { width: map.width + gap, height: map.height + gap, ..map }, GRID);
            for (.., value, area) in self.cells(map) {
                let Area { left, top, width, height } = area;
                let area = Area { left: left + gap, top: top + gap, width: width - gap, height: height - gap };
                painter.fill(area, scale.color(value));
            }
        });
    }

    fn draw_tooltips(&self, canvas: &mut Canvas, map: Area) {
        let name = |names: &[String], index: usize| names.get(index).cloned().unwrap_or_else(|| index.to_string());
        let axis = |label: &str, usual: &str| if label.is_empty() { usual.to_owned() } else { label.to_owned() };
        let (of_rows, of_columns) = (axis(&self.y_label, "row"), axis(&self.x_label, "column"));
        for (row, column, value, area) in self.cells(map) {
            let (row, column) = (name(&self.row_names, row), name(&self.column_names, column));
            canvas.tooltip(area, format!("{of_rows} {row}, {of_columns} {column}: {}", format_value(value)));
        }
    }

    fn draw_numbers(&self, canvas: &mut Canvas, map: Area, scale: &Scale) {
        let decimals = self.decimals.unwrap_or_else(|| self.enough_decimals());
        let cells: Vec<_> = self.cells(map).map(|(.., value, area)| (number(value, decimals), value, area)).collect();
        let longest = cells.iter().map(|(number, ..)| text::width(number, 1.0)).fold(0.1, f64::max);
        let Some((_, _, Area { width, height, .. })) = cells.first() else { return };
        let size = (0.86 * width / longest).min(0.5 * height).min(FONTS.1);
        // All or none: numbers of several sizes would look like numbers of several weights.
        if size < FONTS.0 {
            return;
        }
        canvas.group("", |painter| {
            for (number, value, area) in &cells {
                let font = Font::new(size, ink(*value, scale), HPos::Center);
                painter.text(number, area.middle(), font);
            }
        });
    }

    /// None for whole numbers, else what the largest value needs for two or three digits.
    fn enough_decimals(&self) -> usize {
        if self.finite().all(|value| value.fract() == 0.0) {
            return 0;
        }
        match self.finite().fold(0.0_f64, |largest, value| largest.max(value.abs())) {
            largest if largest < 0.01 => 4,
            largest if largest < 0.1 => 3,
            largest if largest < 10.0 => 2,
            largest if largest < 100.0 => 1,
            _ => 0,
        }
    }

    fn draw_picture(&self, canvas: &mut Canvas, map: Area, scale: &Scale) {
        let pictures = WAYS.iter().filter_map(|&(block, shades)| self.picture(scale, block, shades));
        let mut smallest: Option<Vec<u8>> = None;
        for png in pictures {
            let enough = png.len() <= HEAVIEST;
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
    /// The map as a PNG file: a pixel for the mean of each `block` by `block` values, in `shades` and one for missing values.
    fn picture(&self, scale: &Scale, block: usize, shades: u8) -> Option<Vec<u8>> {
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
        let colors = (0..=shades).map(|shade| scale.shade(f64::from(shade) / f64::from(shades))).chain([MISSING]);
        png_encoder::encode_indexed(self.columns().div_ceil(block), self.rows.len().div_ceil(block), colors, &pixels)
    }
}

/// Zeros step back, so that the eye finds the rest.
fn ink(value: f64, scale: &Scale) -> RGBColor {
    if value == 0.0 && scale.position(0.0) == 0.0 { AXIS } else { text_on(scale.color(value)) }
}

fn number(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{value:.decimals$}");
    // A value that rounds to zero has no sign.
    let text = if text.bytes().all(|byte| b"-0.".contains(&byte)) { text.replace('-', "") } else { text };
    text.replace('-', "−")
}
