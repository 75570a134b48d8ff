//! The colours of the figures, told apart by colour-blind readers too.

use plotters::style::RGBColor;

pub(super) const WHITE: RGBColor = RGBColor(255, 255, 255);
/// Titles.
pub(super) const INK: RGBColor = RGBColor(27, 31, 36);
/// Labels and the numbers on axes.
pub(super) const SOFT_INK: RGBColor = RGBColor(75, 82, 92);
/// The line of an axis.
pub(super) const AXIS: RGBColor = RGBColor(139, 146, 156);
pub(super) const GRID: RGBColor = RGBColor(230, 233, 237);
/// The border of a highlighted panel.
pub(super) const GOLD: RGBColor = RGBColor(218, 165, 32);
/// What is wrong: Okabe and Ito's vermilion, darker, to be read as text on white.
pub(super) const WRONG: RGBColor = RGBColor(184, 50, 0);
/// A cell whose value is not a number.
pub(super) const MISSING: RGBColor = RGBColor(217, 217, 217);

/// The colours of curves: those of Okabe and Ito ("Color Universal Design", 2008), in an order that sets neighbours
/// apart, without their yellow, which is lost on white.
pub(super) const CURVES: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(60, 60, 60),
];

/// The colour of the curve with this index; after the last, they begin again.
pub(super) fn curve(index: usize) -> RGBColor {
    CURVES[index % CURVES.len()]
}

/// A blue from nearly white (0) to navy (1), by equal steps of perceived lightness.
///
/// Lightness falls in a straight line in Oklab (Björn Ottosson, 2020), where equal distances look equal; the colour is
/// strongest in the middle, where the screen has the most room for it.
pub(super) fn blue(position: f64) -> RGBColor {
    let position = position.clamp(0.0, 1.0);
    let lightness = 0.985 - 0.675 * position;
    let chroma = 0.004 + 0.112 * (std::f64::consts::PI * position.powf(0.8)).sin() + 0.055 * position;
    let hue = (247.0 + 13.0 * position).to_radians();
    oklab(lightness, chroma * hue.cos(), chroma * hue.sin())
}

/// From Oklab to the screen's colours.
fn oklab(lightness: f64, a: f64, b: f64) -> RGBColor {
    let long = (lightness + 0.3963377774 * a + 0.2158037573 * b).powi(3);
    let medium = (lightness - 0.1055613458 * a - 0.0638541728 * b).powi(3);
    let short = (lightness - 0.0894841775 * a - 1.2914855480 * b).powi(3);
    screen([
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    ])
}

/// From linear light to the screen's colours (sRGB).
pub(super) fn screen(linear: [f64; 3]) -> RGBColor {
    let [red, green, blue] = linear.map(encoded);
    RGBColor(red, green, blue)
}

/// One channel from linear light to the byte of sRGB.
fn encoded(linear: f64) -> u8 {
    let linear = linear.clamp(0.0, 1.0);
    let curved = if linear <= 0.0031308 { 12.92 * linear } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 };
    (curved * 255.0).round() as u8
}

/// The text colour with the higher contrast on `background`: white or ink.
pub(super) fn text_on(background: RGBColor) -> RGBColor {
    let (on_white, on_ink) = (contrast(background, WHITE), contrast(background, INK));
    if on_white > on_ink { WHITE } else { INK }
}

/// The contrast of two colours by the web's accessibility guidelines (WCAG 2), from 1 to 21.
fn contrast(one: RGBColor, other: RGBColor) -> f64 {
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
    use super::{WHITE, blue, contrast, curve, luminance, text_on};

    /// CIE lightness, a measure of perceived lightness other than the one the map is made with.
    fn lightness(position: f64) -> f64 {
        116.0 * luminance(blue(position)).cbrt() - 16.0
    }

    #[test]
    fn the_blues_darken_evenly() {
        let steps: Vec<f64> =
            (0..20).map(|step| lightness(f64::from(step) / 20.0) - lightness(f64::from(step + 1) / 20.0)).collect();
        let mean = steps.iter().sum::<f64>() / 20.0;
        assert!(lightness(0.0) > 95.0 && lightness(1.0) < 30.0, "{} {}", lightness(0.0), lightness(1.0));
        assert!(steps.iter().all(|step| (step / mean - 1.0).abs() < 0.25), "{steps:?}");
    }

    #[test]
    fn numbers_can_be_read_on_every_blue() {
        for step in 0..=100 {
            let cell = blue(f64::from(step) / 100.0);
            assert!(contrast(cell, text_on(cell)) >= 4.0, "{step}: {}", contrast(cell, text_on(cell)));
        }
    }

    #[test]
    fn curves_stand_out_from_the_page_and_from_each_other() {
        for index in 0..7 {
            assert!(contrast(curve(index), WHITE) >= 2.0, "{index}");
            assert!((0..index).all(|other| curve(other) != curve(index)));
        }
        assert_eq!(curve(7), curve(0));
    }
}
