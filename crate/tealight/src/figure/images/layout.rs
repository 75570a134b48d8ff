//! Where the images and their titles stand.

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
const TO_TITLE: f64 = 4.0;
/// The font of the titles, the smallest that it may become, and the most lines.
const FONT: f64 = 12.0;
const LEAST: f64 = 8.0;
const LINES: usize = 2;
/// The largest side of an image by default.
const LARGEST: f64 = 112.0;

/// How the titles are set.
struct Titles {
    lines: Vec<Vec<String>>,
    size: f64,
    height: f64,
}

impl Images {
    fn across(&self) -> usize {
        let count = self.images.len().max(1);
        let square = (count as f64).sqrt().ceil() as usize;
        // A few more columns than a square has, if that leaves no gap in the last row.
        let even = (square..=(2 * square).min(10)).find(|columns| count.is_multiple_of(*columns));
        self.columns.or(even).unwrap_or(square).clamp(1, count)
    }

    /// Sets all titles in one size, in which their words fit into the room.
    fn set_titles(&self, room: f64) -> Titles {
        let captions: Vec<_> = (0..self.images.len()).map(|index| self.caption(index)).collect();
        // A title in bold has less room.
        let room_of = |caption: &Caption| if caption.wrong { room / font::bold_factor(&caption.text) } else { room };
        let word = |(caption, word): (&Caption, &str)| text::width(word, FONT) * room / room_of(caption);
        let words =
            captions.iter().flat_map(|caption| caption.text.split_whitespace().map(move |word| (caption, word)));
        let longest = words.map(word).fold(0.0, f64::max);
        let size = (FONT * room / longest.max(room)).clamp(LEAST, FONT);
        let set = |caption: &Caption| {
            let room = room_of(caption);
            let whole = text::one_line(&caption.text);
            match caption.text.split_once('\n') {
                Some((first, second)) if text::width(&whole, size) > room => {
                    [first, second].map(|line| text::truncate(line, size, room)).to_vec()
                }
                _ => text::wrap(&whole, size, room, LINES),
            }
        };
        let lines: Vec<_> = captions.iter().map(set).collect();
        let most = lines.iter().map(Vec::len).max().unwrap_or(0);
        let height = if most == 0 { 0.0 } else { most as f64 * size * text::LINE_HEIGHT + TO_TITLE };
        Titles { lines, size, height }
    }

    fn first_size(&self) -> (f64, f64) {
        self.images.first().map_or((1.0, 1.0), |image| (image.width as f64, image.height as f64))
    }

    pub(super) fn layout_size(&self, width: f64) -> (f64, f64) {
        let (across, down) = (self.across() as f64, self.images.len().div_ceil(self.across()) as f64);
        let (wide, high) = self.first_size();
        // Whole multiples of a pixel are all of the same size.
        let scale = ((width - 2.0 * MARGIN) / across - GAP).clamp(20.0, LARGEST) / wide.max(high);
        let scale = if scale >= 1.0 { scale.round() } else { scale };
        let pitch = wide * scale + GAP;
        let full = (across * pitch - GAP + 2.0 * MARGIN).ceil().max(200.0);
        let heading = Heading::new(&self.options.title, TITLE_SIZE, full - 2.0 * MARGIN, 4);
        let row = high * scale + GAP + self.set_titles(pitch - 4.0).height;
        (full, (2.0 * MARGIN + heading.height() + down * row - GAP).ceil())
    }

    pub(super) fn draw_chart(&self, canvas: &mut Canvas, area: Area) {
        let width = area.width - 2.0 * MARGIN;
        let most = (0.3 * area.height / (TITLE_SIZE * text::LINE_HEIGHT)).clamp(1.0, 4.0) as usize;
        let heading = Heading::new(&self.options.title, TITLE_SIZE, width, most);
        heading.draw(canvas, (area.left + MARGIN, area.top + MARGIN));
        let (across, down) = (self.across(), self.images.len().div_ceil(self.across()));
        let top = area.top + MARGIN + heading.height();
        let pitch = ((width + GAP) / across as f64, (area.bottom() - MARGIN + GAP - top) / down as f64);
        let titles = self.set_titles(pitch.0 - 4.0);
        let (wide, high) = self.first_size();
        let scale = ((pitch.0 - GAP) / wide).min((pitch.1 - GAP - titles.height) / high).max(0.1);
        let scale = if scale >= 1.0 && self.options.size.is_none() { scale.floor() } else { scale };
        let limits = self.shown_limits();
        for (index, (image, lines)) in self.images.iter().zip(&titles.lines).enumerate() {
            let (column, row) = (index % across, index / across);
            let place = Area {
                left: area.left + MARGIN + column as f64 * pitch.0 + (pitch.0 - GAP - wide * scale) / 2.0,
                top: top + row as f64 * pitch.1 + titles.height,
                width: wide * scale,
                height: high * scale,
            };
            if let Some(png) = image.png(limits, self.color_map) {
                canvas.image(&png, place);
            }
            let caption = self.caption(index);
            let (color, line) = if caption.wrong { (ERROR, 2.0) } else { (TEXT_MUTED, 0.5) };
            let font = Font { bold: caption.wrong, ..Font::new(titles.size, color, HPos::Center) };
            let above =
                lines.len() as f64 * titles.size * text::LINE_HEIGHT + TO_TITLE - titles.size * text::LINE_HEIGHT / 2.0;
            canvas.group("", |painter| {
                let Area { left, top, .. } = place;
                let (right, bottom) = (place.right(), place.bottom());
                let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top), (right, top)];
                painter.line(&corners, if caption.wrong { ERROR } else { AXIS }, line);
                painter.lines(lines, (place.middle().0, place.top - above), font);
            });
            let said =
                if caption.text.is_empty() { String::new() } else { format!(": {}", text::one_line(&caption.text)) };
            canvas.tooltip(place, format!("image {}{said}", self.place(index)));
        }
    }
}
