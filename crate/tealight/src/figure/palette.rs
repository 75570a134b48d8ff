//! The colors of the figures, which color-blind readers can tell apart.

use plotters::style::RGBColor;

pub(super) const WHITE: RGBColor = RGBColor(255, 255, 255);
/// Titles and marked points.
pub(super) const TEXT: RGBColor = RGBColor(27, 31, 36);
/// Labels and tick labels.
pub(super) const TEXT_MUTED: RGBColor = RGBColor(75, 82, 92);
/// Axis lines.
pub(super) const AXIS: RGBColor = RGBColor(139, 146, 156);
pub(super) const GRID: RGBColor = RGBColor(230, 233, 237);
/// The border of a highlighted panel.
pub(super) const HIGHLIGHT: RGBColor = RGBColor(218, 165, 32);
/// Misclassified images: Okabe and Ito's vermilion, darkened so that it can be read as text on white.
pub(super) const ERROR: RGBColor = RGBColor(184, 50, 0);
/// Cells and pixels without a finite value.
pub(super) const MISSING: RGBColor = RGBColor(217, 217, 217);

/// The colors of curves, bars and points: those of Okabe and Ito ("Color Universal Design", 2008), ordered so that neighbors
/// differ, without their yellow, which is hard to see on white.
pub(super) const SERIES_COLORS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(60, 60, 60),
];

/// Returns the color of the series with this index. The colors repeat after the last.
pub(super) fn series_color(index: usize) -> RGBColor {
    SERIES_COLORS[index % SERIES_COLORS.len()]
}

/// Returns a blue from nearly white (0) to navy (1), in equal steps of perceived lightness.
///
/// Lightness decreases linearly in Oklab (Björn Ottosson, 2020), where equal distances look equal. Chroma is highest in the
/// middle, where sRGB allows the most.
pub(super) fn blue(position: f64) -> RGBColor {
    let position = position.clamp(0.0, 1.0);
    let lightness = 0.985 - 0.675 * position;
    let chroma = 0.004 + 0.112 * (std::f64::consts::PI * position.powf(0.8)).sin() + 0.055 * position;
    let hue = (247.0 + 13.0 * position).to_radians();
    oklab_to_srgb(lightness, chroma * hue.cos(), chroma * hue.sin())
}

/// Converts from Oklab to sRGB.
fn oklab_to_srgb(lightness: f64, a: f64, b: f64) -> RGBColor {
    let long = (lightness + 0.3963377774 * a + 0.2158037573 * b).powi(3);
    let medium = (lightness - 0.1055613458 * a - 0.0638541728 * b).powi(3);
    let short = (lightness - 0.0894841775 * a - 1.2914855480 * b).powi(3);
    linear_to_srgb([
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    ])
}

/// Converts from linear RGB to sRGB.
pub(super) fn linear_to_srgb(linear: [f64; 3]) -> RGBColor {
    let [red, green, blue] = linear.map(srgb_byte);
    RGBColor(red, green, blue)
}

/// Converts one channel from linear RGB to a byte of sRGB.
fn srgb_byte(linear: f64) -> u8 {
    let linear = linear.clamp(0.0, 1.0);
    let curved = if linear <= 0.0031308 { 12.92 * linear } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 };
    (curved * 255.0).round() as u8
}

/// Returns the text color with the higher contrast on `background`: white or dark.
pub(super) fn text_on(background: RGBColor) -> RGBColor {
    let (white, dark) = (contrast_ratio(background, WHITE), contrast_ratio(background, TEXT));
    if white > dark { WHITE } else { TEXT }
}

/// Returns the contrast ratio of two colors by WCAG 2, from 1 to 21.
fn contrast_ratio(one: RGBColor, other: RGBColor) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(RGBColor(red, green, blue): RGBColor) -> f64 {
    let linear = |channel: u8| {
        let curved = f64::from(channel) / 255.0;
        if curved <= 0.04045 { curved / 12.92 } else { ((curved + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

#[cfg(test)]
mod tests {
    use super::{WHITE, blue, contrast_ratio, luminance, series_color, text_on};

    /// Returns CIE lightness, a different measure of perceived lightness than Oklab's.
    fn lightness(position: f64) -> f64 {
        116.0 * luminance(blue(position)).cbrt() - 16.0
    }

    #[test]
    fn blues_darken_evenly() {
        let steps: Vec<f64> =
            (0..20).map(|step| lightness(f64::from(step) / 20.0) - lightness(f64::from(step + 1) / 20.0)).collect();
        let mean = steps.iter().sum::<f64>() / 20.0;
        assert!(lightness(0.0) > 95.0 && lightness(1.0) < 30.0, "{} {}", lightness(0.0), lightness(1.0));
        assert!(steps.iter().all(|step| (step / mean - 1.0).abs() < 0.25), "{steps:?}");
    }

    #[test]
    fn numbers_are_readable_on_every_blue() {
        for step in 0..=100 {
            let cell = blue(f64::from(step) / 100.0);
            assert!(contrast_ratio(cell, text_on(cell)) >= 4.0, "{step}: {}", contrast_ratio(cell, text_on(cell)));
        }
    }

    #[test]
    fn series_colors_stand_out_from_the_page_and_differ() {
        for index in 0..7 {
            assert!(contrast_ratio(series_color(index), WHITE) >= 2.0, "{index}");
            assert!((0..index).all(|other| series_color(other) != series_color(index)));
        }
        assert_eq!(series_color(7), series_color(0));
    }
}
