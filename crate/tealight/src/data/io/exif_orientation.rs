//! How a camera was held: the orientation that it writes into its photographs.

/// The orientation in EXIF data, from 1 (upright) to 8; 1 where it says nothing that can be read.
///
/// It is a TIFF file: its byte order, the place of its first directory, and there entries of twelve bytes, of which the one
/// with tag 274 holds the orientation. JEITA CP-3451, *Exchangeable image file format*.
pub(super) fn orientation(exif: &[u8]) -> u8 {
    find(exif).filter(|value| (1..=8).contains(value)).unwrap_or(1)
}

fn find(exif: &[u8]) -> Option<u8> {
    const TAG: u16 = 274;
    let exif = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let big = match exif.get(..4)? {
        b"II*\0" => false,
        b"MM\0*" => true,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes = [*exif.get(at)?, *exif.get(at.checked_add(1)?)?];
        Some(if big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    };
    let long = |at: usize| {
        let (a, b) = (u32::from(short(at)?), u32::from(short(at + 2)?));
        Some(if big { a << 16 | b } else { b << 16 | a } as usize)
    };
    let directory = long(4)?;
    let entries = usize::from(short(directory)?);
    (0..entries).map(|entry| directory + 2 + 12 * entry).find_map(|at| {
        let is_orientation = short(at)? == TAG && short(at + 2)? == 3;
        if is_orientation { u8::try_from(short(at + 8)?).ok() } else { None }
    })
}

/// The pixels of an upright image, and its height and width.
pub(super) fn upright(
    pixels: Vec<u8>,
    [height, width]: [usize; 2],
    bytes: usize,
    orientation: u8,
) -> (Vec<u8>, [usize; 2]) {
    if orientation <= 1 {
        return (pixels, [height, width]);
    }
    let turned = orientation >= 5;
    let [rows, columns] = if turned { [width, height] } else { [height, width] };
    let mut upright = Vec::with_capacity(pixels.len());
    for row in 0..rows {
        for column in 0..columns {
            // Where the pixel lies in the file.
            let (y, x) = match orientation {
                2 => (row, width - 1 - column),
                3 => (height - 1 - row, width - 1 - column),
                4 => (height - 1 - row, column),
                5 => (column, row),
                6 => (height - 1 - column, row),
                7 => (height - 1 - column, width - 1 - row),
                8 => (column, width - 1 - row),
                _ => (row, column),
            };
            upright.extend_from_slice(&pixels[(y * width + x) * bytes..][..bytes]);
        }
    }
    (upright, [rows, columns])
}

#[cfg(test)]
mod tests {
    use super::{orientation, upright};

    #[test]
    fn both_byte_orders_are_read_and_nonsense_is_upright() {
        let little = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0";
        let big = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0";
        assert_eq!((orientation(little), orientation(big)), (6, 8));
        for length in 0..big.len() - 3 {
            assert_eq!(orientation(&big[..length]), 1);
        }
        assert_eq!(orientation(b"MM\0*\xff\xff\xff\xff"), 1);
    }

    #[test]
    fn images_are_turned_as_the_standard_says() {
        // 1 2
        // 3 4
        // 5 6
        let turned = |orientation| upright(vec![1, 2, 3, 4, 5, 6], [3, 2], 1, orientation);
        assert_eq!(turned(1), (vec![1, 2, 3, 4, 5, 6], [3, 2]));
        assert_eq!(turned(2), (vec![2, 1, 4, 3, 6, 5], [3, 2]));
        assert_eq!(turned(3), (vec![6, 5, 4, 3, 2, 1], [3, 2]));
        assert_eq!(turned(4), (vec![5, 6, 3, 4, 1, 2], [3, 2]));
        assert_eq!(turned(5), (vec![1, 3, 5, 2, 4, 6], [2, 3]));
        assert_eq!(turned(6), (vec![5, 3, 1, 6, 4, 2], [2, 3]));
        assert_eq!(turned(7), (vec![6, 4, 2, 5, 3, 1], [2, 3]));
        assert_eq!(turned(8), (vec![2, 4, 6, 1, 3, 5], [2, 3]));
    }
}
