//! Color maps: from a position between 0 and 1 to a color.

use plotters::style::RGBColor;

use super::palette::blue;

/// The colors of a [`HeatMap`](crate::HeatMap) and of grayscale [`Images`](crate::Images). The names are matplotlib's.
///
/// All maps except the diverging ones change evenly in lightness, so that they can be read in grayscale.
///
/// ```
/// use tealight::{ColorMap, HeatMap};
///
/// let map = HeatMap::new([[1.0, -0.3], [-0.3, 1.0]]).color_map(ColorMap::Coolwarm);
/// # assert!(map.figure().is_ok());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColorMap {
    /// From nearly white to navy, in steps of equal lightness (made in Oklab, Björn Ottosson, 2020). The default.
    #[default]
    Blues,
    /// From nearly white to dark green (ColorBrewer, Cynthia Brewer).
    Greens,
    /// From nearly white to dark red (ColorBrewer, Cynthia Brewer).
    Reds,
    /// From black to white.
    Gray,
    /// From white to black: digits like ink on paper.
    Greys,
    /// From dark violet through green to yellow (Nathaniel Smith and Stéfan van der Walt, 2015).
    Viridis,
    /// From black through purple to nearly white (the same authors).
    Magma,
    /// From black through red to pale yellow (the same authors).
    Inferno,
    /// From dark blue through purple to yellow (the same authors).
    Plasma,
    /// From dark blue through gray to yellow, for every type of color vision (Nuñez, Anderton and Renslow, 2018).
    Cividis,
    /// Diverging: from blue through light gray to red (Kenneth Moreland, "Diverging color maps for scientific visualization",
    /// 2009).
    Coolwarm,
    /// Diverging: from red through white to blue (ColorBrewer, Cynthia Brewer).
    RdBu,
}

impl ColorMap {
    /// Returns whether the middle of the map represents zero.
    pub(super) fn is_diverging(self) -> bool {
        matches!(self, Self::Coolwarm | Self::RdBu)
    }

    /// Returns the color at a position from 0 to 1.
    pub(super) fn color(self, position: f64) -> RGBColor {
        let position = position.clamp(0.0, 1.0);
        let gradient = match self {
            Self::Blues => return blue(position),
            Self::Gray => return gray(position),
            Self::Greys => return gray(1.0 - position),
            Self::Coolwarm => return coolwarm(position),
            Self::Greens => colorous::GREENS,
            Self::Reds => colorous::REDS,
            Self::Viridis => colorous::VIRIDIS,
            Self::Magma => colorous::MAGMA,
            Self::Inferno => colorous::INFERNO,
            Self::Plasma => colorous::PLASMA,
            Self::Cividis => colorous::CIVIDIS,
            Self::RdBu => colorous::RED_BLUE,
        };
        let color = gradient.eval_continuous(position);
        RGBColor(color.r, color.g, color.b)
    }
}

fn gray(position: f64) -> RGBColor {
    let shade = (255.0 * position).round() as u8;
    RGBColor(shade, shade, shade)
}

/// The three control colors of Moreland's map in Msh coordinates: magnitude, saturation and hue in CIELAB, white point D65.
const COOL: [f64; 3] = [80.0, 1.08, -1.1];
const WARM: [f64; 3] = [80.0, 1.08, 0.5];
const MIDDLE: f64 = 88.0;

/// Interpolates from one end to the middle and on to the other end in Msh coordinates.
fn coolwarm(position: f64) -> RGBColor {
    let (end, direction) = if position < 0.5 { (COOL, -1.0) } else { (WARM, 1.0) };
    let fraction = 1.0 - (2.0 * position - 1.0).abs();
    let [magnitude, saturation, hue] = end;
    // The unsaturated middle has no hue. Towards it the hue turns by the angle that keeps the steps equal (his equation 3).
    let turn = saturation * (MIDDLE * MIDDLE - magnitude * magnitude).sqrt() / (magnitude * saturation.sin());
    let between = |from: f64, to: f64| from + fraction * (to - from);
    from_msh(between(magnitude, MIDDLE), between(saturation, 0.0), hue + fraction * direction * turn)
}

/// Converts from Msh through CIELAB and XYZ to sRGB.
fn from_msh(magnitude: f64, saturation: f64, hue: f64) -> RGBColor {
    let lightness = magnitude * saturation.cos();
    let (a, b) = (magnitude * saturation.sin() * hue.cos(), magnitude * saturation.sin() * hue.sin());
    let middle = (lightness + 16.0) / 116.0;
    let linear = |value: f64| if value > 6.0 / 29.0 { value.powi(3) } else { (value - 16.0 / 116.0) / 7.787 };
    let x = 0.95047 * linear(middle + a / 500.0);
    let y = linear(middle);
    let z = 1.08883 * linear(middle - b / 200.0);
    super::palette::linear_to_srgb([
        3.2406 * x - 1.5372 * y - 0.4986 * z,
        -0.9689 * x + 1.8758 * y + 0.0415 * z,
        0.0557 * x - 0.2040 * y + 1.0570 * z,
    ])
}

#[cfg(test)]
mod tests {
    use super::ColorMap;

    #[test]
    fn color_maps_are_those_of_matplotlib() {
        // matplotlib 3.11: `matplotlib.colormaps[name](position, bytes=True)[:3]` at 0, 1/4, 1/2, 3/4 and 1.
        let known = [
            (ColorMap::Viridis, [[68, 1, 84], [58, 82, 139], [32, 144, 140], [94, 201, 97], [253, 231, 36]]),
            (ColorMap::Magma, [[0, 0, 3], [80, 18, 123], [182, 54, 121], [251, 136, 97], [251, 252, 191]]),
            (ColorMap::Inferno, [[0, 0, 3], [87, 15, 109], [187, 55, 84], [249, 142, 8], [252, 254, 164]]),
            (ColorMap::Plasma, [[12, 7, 134], [126, 3, 167], [203, 71, 119], [248, 149, 64], [239, 248, 33]]),
            (ColorMap::Cividis, [[0, 34, 77], [67, 78, 107], [124, 123, 120], [187, 173, 108], [253, 231, 55]]),
            (ColorMap::Coolwarm, [[58, 76, 192], [141, 175, 253], [221, 220, 219], [243, 152, 121], [179, 3, 38]]),
            (ColorMap::RdBu, [[103, 0, 31], [229, 131, 104], [246, 246, 246], [104, 170, 207], [5, 48, 97]]),
            (ColorMap::Greens, [[247, 252, 245], [198, 232, 191], [115, 195, 117], [34, 138, 68], [0, 68, 27]]),
            (ColorMap::Reds, [[255, 245, 240], [252, 186, 160], [250, 105, 73], [202, 23, 28], [103, 0, 12]]),
            (ColorMap::Gray, [[0, 0, 0], [64, 64, 64], [128, 128, 128], [192, 192, 192], [255, 255, 255]]),
        ];
        for (map, colors) in known {
            for (index, expected) in colors.iter().enumerate() {
                let color = map.color(index as f64 / 4.0);
                let channels = [color.0, color.1, color.2].map(i32::from);
                let apart = channels.iter().zip(expected).map(|(got, want)| (got - want).abs()).max();
                // colorous interpolates between fewer colors, or, for cividis, uses a polynomial: close, not equal.
                assert!(
                    apart <= Some(if map == ColorMap::Cividis { 14 } else { 10 }),
                    "{map:?} at {index}/4: {channels:?}, {expected:?}"
                );
            }
        }
    }
}
