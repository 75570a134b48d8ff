//! Figures, checked by the structure of their SVG. Texts are measured in the font in which PNG files are drawn. That the fonts
//! of a page fit as well was checked by eye in a browser.
//!
//! With `TEALIGHT_FIGURES=folder`, every figure of the gallery is also written to that folder: as SVG, PNG, CSV, and as the
//! texts and MIME types of a notebook. To see the effect of a change, write the figures before and after it and compare the two
//! folders.

mod bars;
mod curves;
mod gallery;
mod heat_map;
mod histogram;
mod images;
mod panels;
mod plot;
mod report_gallery;
mod reports;
mod sample_data;
mod svg;

use sample_data::two_curves;
use svg::Drawing;
use tealight::prelude::*;

/// The size of the figure in a notebook, all MIME types together.
fn kilobytes_in_page(figure: &Figure) -> f64 {
    figure.mime_bundle().iter().map(|(_, content)| content.len()).sum::<usize>() as f64 / 1000.0
}

#[test]
fn every_figure_has_a_description_and_no_overlaps() {
    let folder = std::env::var_os("TEALIGHT_FIGURES").map(std::path::PathBuf::from);
    for (name, figure) in gallery::all() {
        if let Some(folder) = &folder {
            figure.save(folder.join(name).with_extension("svg")).unwrap();
            figure.save(folder.join(name).with_extension("png")).unwrap();
            figure.save(folder.join(name).with_extension("csv")).unwrap();
            let mime_bundle =
                figure.mime_bundle().into_iter().map(|(mime_type, content)| format!("{mime_type}\n{content}\n"));
            let text = format!("{figure}\n{}\n{}", figure.description(), mime_bundle.collect::<String>());
            std::fs::write(folder.join(name).with_extension("txt"), text).unwrap();
        }
        let drawing = Drawing::read(figure.svg());
        assert!(drawing.description.len() > 20, "{name}: {}", drawing.description);
        drawing.assert_inside(name);
        drawing.assert_no_overlap(name);
    }
}

#[test]
fn every_figure_is_small() {
    for (name, figure) in gallery::all() {
        let lines = ["Line chart", "Chart of"].iter().any(|start| figure.description().starts_with(start));
        let most = if lines { 60.0 } else { 300.0 };
        assert!(kilobytes_in_page(&figure) < most, "{name}: {} KB", kilobytes_in_page(&figure));
    }
}

#[test]
fn an_invalid_builder_formats_as_its_error() {
    let curves = Curves::new("").line("training", [0.5]).labels(["a", "b"]);
    let text = "No figure: Curves: labels() got 2 for 1 curve. Give one for each, in the order they were added.";
    assert_eq!(curves.to_string(), text);
    assert_eq!(format!("{curves:?}"), text);
}

#[test]
fn show_takes_several_values() {
    // In a terminal it prints a line for each. That they are one output in a notebook is tested beside `display`.
    show!(two_curves(), Bars::new("Bars", ["a"]).group("one", [5]), two_curves().figure(),);
}
