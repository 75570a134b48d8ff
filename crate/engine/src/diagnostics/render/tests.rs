use super::*;

/// Red, green and blue, from 0 to 255.
type Color = [f64; 3];

/// JupyterLab 4.6: the sixteen colors of a terminal, in packages/rendermime/style/base.css; the same in all themes.
const PALETTE: [(u8, Color); 16] = [
    (30, [0x3e as f64, 0x42 as f64, 0x4d as f64]),
    (31, [0xe7 as f64, 0x5c as f64, 0x58 as f64]),
    (32, [0x00 as f64, 0xa2 as f64, 0x50 as f64]),
    (33, [0xdd as f64, 0xb6 as f64, 0x2b as f64]),
    (34, [0x20 as f64, 0x8f as f64, 0xfb as f64]),
    (35, [0xd1 as f64, 0x60 as f64, 0xc4 as f64]),
    (36, [0x60 as f64, 0xc6 as f64, 0xc8 as f64]),
    (37, [0xc5 as f64, 0xc1 as f64, 0xb4 as f64]),
    (90, [0x28 as f64, 0x2c as f64, 0x36 as f64]),
    (91, [0xb2 as f64, 0x2b as f64, 0x31 as f64]),
    (92, [0x00 as f64, 0x74 as f64, 0x27 as f64]),
    (93, [0xb2 as f64, 0x7d as f64, 0x12 as f64]),
    (94, [0x00 as f64, 0x65 as f64, 0xca as f64]),
    (95, [0xa0 as f64, 0x31 as f64, 0x96 as f64]),
    (96, [0x25 as f64, 0x8f as f64, 0x8f as f64]),
    (97, [0xa1 as f64, 0xa6 as f64, 0xb2 as f64]),
];

/// What a theme of JupyterLab's says of the page, of the ground of errors and of text, the last two with their opacity.
struct Theme {
    name: &'static str,
    /// `--jp-layout-color0`
    page: Color,
    /// `--jp-rendermime-error-background`
    error: (Color, f64),
    /// `--jp-content-font-color1`
    text: (Color, f64),
}

const THEMES: [Theme; 2] = [
    Theme { name: "light", page: [255.0; 3], error: ([255.0, 221.0, 221.0], 1.0), text: ([0.0; 3], 0.87) },
    Theme { name: "dark", page: [17.0; 3], error: ([244.0, 67.0, 54.0], 0.28), text: ([255.0; 3], 1.0) },
];

/// The contrast that WCAG 2 asks for (level AA).
const READABLE: f64 = 4.5;

fn over(below: Color, (above, opacity): (Color, f64)) -> Color {
    std::array::from_fn(|index| above[index] * opacity + below[index] * (1.0 - opacity))
}

/// WCAG 2's relative luminance.
fn luminance(color: Color) -> f64 {
    let linear = color.map(|value| {
        let value = value / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

fn contrast(one: Color, other: Color) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The contrast of a terminal's color, or of the theme's own text, in a theme.
fn in_theme(theme: usize, color: Option<u8>) -> f64 {
    let Theme { page, error, text, .. } = THEMES[theme];
    let background = over(page, error);
    let color = match color {
        Some(code) => PALETTE.iter().find(|(known, _)| *known == code).unwrap().1,
        None => over(background, text),
    };
    contrast(color, background)
}

/// The colors that a text asks for; JupyterLab takes the bright one for bold text.
fn colors(text: &str) -> Vec<Option<u8>> {
    let (mut color, mut bold, mut used) = (None, false, Vec::new());
    for part in text.split("\u{1b}[").skip(1) {
        let (codes, rest) = part.split_once('m').unwrap();
        for code in codes.split(';').map(|code| code.parse::<u8>().unwrap_or(0)) {
            match code {
                0 => (color, bold) = (None, false),
                1 => bold = true,
                30..=37 | 90..=97 => color = Some(code),
                39 => color = None,
                38 | 40.. => panic!("no known color: {codes}"),
                _ => {}
            }
        }
        if !rest.trim().is_empty() {
            used.push(color.map(|code| if bold && code < 90 { code + 60 } else { code }));
        }
    }
    used
}

fn error() -> Diagnostic {
    let label = |range, words: &str, is_primary| crate::diagnostics::diagnostic::Label {
        range,
        words: words.to_owned(),
        is_primary,
    };
    Diagnostic {
        code: Some("E0308".to_owned()),
        message: "mismatched types".to_owned(),
        labels: vec![label(8..9, "expected `f64`, found integer", true), label(4..5, "of this", false)],
        helps: vec![Help { words: "use a float".to_owned(), fixed: Some("let x = 1.0;".to_owned()) }],
        ..Diagnostic::default()
    }
}

#[test]
fn an_error_can_be_read_in_both_themes() {
    let cell = "let x = 1;";
    let hint = Hint { words: "write `1.0`".to_owned(), is_alone: false };
    let printed = [diagnostic(&error(), Some(&hint), cell), sentence("write `1.0`", 8..9, cell)].concat().join("\n");
    assert!(printed.contains("\u{1b}[1m"), "{printed:?}");
    for color in colors(&printed) {
        for (theme, Theme { name, .. }) in THEMES.iter().enumerate() {
            let contrast = in_theme(theme, color);
            assert!(contrast >= READABLE, "{color:?} in the {name} theme: {contrast:.1} : 1");
        }
    }
}

#[test]
fn no_color_of_a_terminal_can_be_read_in_both_themes() {
    // Bold red and bold blue in the dark theme, as people have met them.
    assert_eq!(format!("{:.1} {:.1}", in_theme(1, Some(91)), in_theme(1, Some(94))), "2.1 2.4");
    for (code, _) in PALETTE {
        let worst = in_theme(0, Some(code)).min(in_theme(1, Some(code)));
        assert!(worst < READABLE, "{code} has {worst:.1} : 1, and could be used");
    }
}

#[test]
fn an_error_has_its_lines_its_advice_and_its_hint() {
    let cell = "let x = 1;";
    let plain =
        |hint: Option<&Hint>| console::strip_ansi_codes(&diagnostic(&error(), hint, cell).join("\n")).into_owned();
    let alone = Hint { words: "write `1.0`".to_owned(), is_alone: true };
    let text = plain(Some(&alone));
    assert!(text.starts_with("error[E0308]: mismatched types\n --> cell:1:9\n"), "{text}");
    assert!(text.ends_with("in a notebook: write `1.0`") && !text.contains("help"), "{text}");
    assert!(plain(None).ends_with("help: use a float: `let x = 1.0;`"));
}

#[test]
fn lines_are_broken_between_words_and_not_in_code() {
    let words = format!("{} `{}` end", "word ".repeat(18).trim(), "let a = b; ".repeat(4).trim());
    let text = wrapped(&words, 10);
    assert!(text.lines().count() == 2 && text.lines().all(|line| line.len() <= LINE_WIDTH), "{text}");
    assert!(text.lines().nth(1).unwrap().starts_with("`let a"), "{text}");
    assert_eq!(wrapped("a\nb", 0), "a\nb");
}
