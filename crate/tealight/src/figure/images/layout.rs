//! The layout of images and their titles.

use plotters::style::text_anchor::HPos;

use super::super::canvas::{Area, Canvas, Font};
use super::super::chart::{MARGIN, TITLE_SIZE};
use super::super::font;
use super::super::heading::Heading;
use super::super::palette::{AXIS, ERROR, TEXT_MUTED};
use super::super::text;
use super::{Caption, Images};

/// The gaps between images, and between an image and its title, in pixels.
const GAP: f64 = 12.0;
const TITLE_GAP: f64 = 4.0;
/// The default and the smallest font size of the titles, and the most lines.
const TITLE_FONT_SIZE: f64 = 12.0;
const MIN_TITLE_FONT_SIZE: f64 = 8.0;
const MAX_TITLE_LINES: usize = 2;
/// The largest default side of an image.
const MAX_IMAGE_SIDE: f64 = 112.0;

/// The titles as lines in one font size.
struct Titles {
    lines: Vec<Vec<String>>,
    size: f64,
    height: f64,
}

impl Images {
    fn column_count(&self) -> usize {
        let count = self.images.len().max(1);
        let square = (count as f64).sqrt().ceil() as usize;
        // Up to twice as many columns if that fills the last row.
        let even = (square..=(2 * square).min(10)).find(|columns| count.is_multiple_of(*columns));
        self.columns.or(even).unwrap_or(square).clamp(1, count)
    }

    /// Sets all titles in one font size, in which their words fit.
    fn layout_titles(&self, max_width: f64) -> Titles {
        let captions: Vec<_> = (0..self.images.len()).map(|index| self.caption(index)).collect();
        // A bold title is wider.
        let width_of = |caption: &Caption| {
            if caption.is_error { max_width / font::bold_factor(&caption.text) } else { max_width }
        };
        let word =
            |(caption, word): (&Caption, &str)| text::width(word, TITLE_FONT_SIZE) * max_width / width_of(caption);
        let words =
            captions.iter().flat_map(|caption| caption.text.split_whitespace().map(move |word| (caption, word)));
        let longest = words.map(word).fold(0.0, f64::max);
        let size = (TITLE_FONT_SIZE * max_width / longest.max(max_width)).clamp(MIN_TITLE_FONT_SIZE, TITLE_FONT_SIZE);
        let set = |caption: &Caption| {
            let width = width_of(caption);
            let text = text::one_line(&caption.text);
            match caption.text.split_once('\n') {
                Some((first, second)) if text::width(&text, size) > width => {
                    [first, second].map(|line| text::truncate(line, size, width)).to_vec()
                }
                _ => text::wrap(&text, size, width, MAX_TITLE_LINES),
            }
        };
        let lines: Vec<_> = captions.iter().map(set).collect();
        let max_lines = lines.iter().map(Vec::len).max().unwrap_or(0);
        let height = if max_lines == 0 { 0.0 } else { max_lines as f64 * size * text::LINE_HEIGHT + TITLE_GAP };
        Titles { lines, size, height }
    }

    fn first_size(&self) -> (f64, f64) {
        self.images.first().map_or((1.0, 1.0), |image| (image.width as f64, image.height as f64))
    }

    pub(super) fn layout_size(&self, width: f64) -> (f64, f64) {
        let (across, down) = (self.column_count() as f64, self.images.len().div_ceil(self.column_count()) as f64);
        let (image_width, image_height) = self.first_size();
        // With an integer scale, all pixels have the same size.
        let scale = ((width - 2.0 * MARGIN) / across - GAP).clamp(20.0, MAX_IMAGE_SIDE) / image_width.max(image_height);
        let scale = if scale >= 1.0 { scale.round() } else { scale };
        let pitch = image_width * scale + GAP;
        let full = (across * pitch - GAP + 2.0 * MARGIN).ceil().max(200.0);
        let heading = Heading::new(&self.options.title, TITLE_SIZE, full - 2.0 * MARGIN, 4);
        let row = image_height * scale + GAP + self.layout_titles(pitch - 4.0).height;
        (full, (2.0 * MARGIN + heading.height() + down * row - GAP).ceil())
    }

    pub(super) fn draw_chart(&self, canvas: &mut Canvas, area: Area) {
        let width = area.width - 2.0 * MARGIN;
        let max_lines = (0.3 * area.height / (TITLE_SIZE * text::LINE_HEIGHT)).clamp(1.0, 4.0) as usize;
        let heading = Heading::new(&self.options.title, TITLE_SIZE, width, max_lines);
        heading.draw(canvas, (area.left + MARGIN, area.top + MARGIN));
        let (columns, rows) = (self.column_count(), self.images.len().div_ceil(self.column_count()));
        let top = area.top + MARGIN + heading.height();
        let pitch = ((width + GAP) / columns as f64, (area.bottom() - MARGIN + GAP - top) / rows as f64);
        let titles = self.layout_titles(pitch.0 - 4.0);
        let (image_width, image_height) = self.first_size();
        let scale = ((pitch.0 - GAP) / image_width).min((pitch.1 - GAP - titles.height) / image_height).max(0.1);
        let scale = if scale >= 1.0 && self.options.size.is_none() { scale.floor() } else { scale };
        let limits = self.effective_limits();
        for (index, (image, lines)) in self.images.iter().zip(&titles.lines).enumerate() {
            let (column, row) = (index % columns, index / columns);
            let image_area = Area {
                left: area.left + MARGIN + column as f64 * pitch.0 + (pitch.0 - GAP - image_width * scale) / 2.0,
                top: top + row as f64 * pitch.1 + titles.height,
                width: image_width * scale,
                height: image_height * scale,
            };
            if let Some(png) = image.png(limits, self.color_map) {
                canvas.image(&png, image_area);
            }
            let caption = self.caption(index);
            let (color, line_width) = if caption.is_error { (ERROR, 2.0) } else { (TEXT_MUTED, 0.5) };
            let font = Font { bold: caption.is_error, ..Font::new(titles.size, color, HPos::Center) };
            let above = lines.len() as f64 * titles.size * text::LINE_HEIGHT + TITLE_GAP
                - titles.size * text::LINE_HEIGHT / 2.0;
            canvas.group("", |painter| {
                let Area { left, top, .. } = image_area;
                let (right, bottom) = (image_area.right(), image_area.bottom());
                let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top), (right, top)];
                painter.line(&corners, if caption.is_error { ERROR } else { AXIS }, line_width);
                painter.lines(lines, (image_area.middle().0, image_area.top - above), font);
            });
            let title =
                if caption.text.is_empty() { String::new() } else { format!(": {}", text::one_line(&caption.text)) };
            canvas.tooltip(image_area, format!("image {}{title}", self.data_index(index)));
        }
    }
}
