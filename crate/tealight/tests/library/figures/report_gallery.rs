//! Figures of reports of every kind, including awkward ones.

use std::sync::LazyLock;

use super::sample_data::{clothes, digits, matrix};
use tealight::prelude::*;

/// Forty-five rows with a number, an integer that is sometimes missing, and a word that is sometimes missing.
pub(crate) static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let path = std::env::temp_dir().join(format!("tealight-reports-{}.csv", std::process::id()));
    let row = |row: usize| {
        let age = if row.is_multiple_of(5) { String::new() } else { (20 + row % 3).to_string() };
        let word = ["red", "green", "", "blue"][row % 4];
        format!("{row}.5,{age},{word}\n")
    };
    std::fs::write(&path, format!("size,age,color\n{}", (0..45).map(row).collect::<String>())).unwrap();
    let table = Table::read_csv(&path).unwrap();
    std::fs::remove_file(path).unwrap();
    table
});

/// The first `examples` test images, `wrong` of which are predicted as the next digit.
pub(crate) fn mistakes(examples: usize, wrong: usize, names: &[String]) -> (Dataset, Misclassified) {
    let (_, test) = mnist::load().unwrap();
    let data = test.take(examples).unwrap().with_class_names(names.to_vec()).unwrap();
    let every = examples / wrong.max(1);
    let predicted = data.labels().iter().enumerate().map(|(index, &label)| {
        let mistaken = index % every == every - 1 && index / every < wrong;
        if mistaken { (label + 1) % 10 } else { label }
    });
    let found = Misclassified::new(data.labels(), &predicted.collect::<Vec<_>>(), data.class_names()).unwrap();
    assert_eq!(found.len(), wrong);
    (data, found)
}

fn mistake_images(examples: usize, wrong: usize, names: &[String]) -> Images {
    let (data, mistakes) = mistakes(examples, wrong, names);
    mistakes.plot(&data)
}

pub(crate) fn cases() -> Vec<(&'static str, Figure)> {
    let ten = matrix(10, 10_000, &digits(10));
    let wide = matrix(10, 10_000, &clothes());
    let many = matrix(100, 20_000, &digits(100));
    let right = ConfusionMatrix::new(&[0, 1], &[0, 1], &["cat", "dog"]).unwrap();
    let absent = ClassificationReport::new(&[0, 0, 1], &[0, 0, 0], &["cat", "dog", "cow"]).unwrap();
    let pixels = mnist::load().unwrap().1.take(300).unwrap().to_table();
    let bars: Vec<(_, Bars)> = vec![
        ("report-10", ten.report().plot()),
        ("report-10-small", ten.report().plot().size(320, 240)),
        ("report-2", right.report().plot()),
        ("report-absent", absent.plot()),
        ("report-clothes", wide.report().plot()),
        ("report-100", many.report().plot()),
        ("pairs-10", ten.confused_pairs(10).plot()),
        ("pairs-clothes", wide.confused_pairs(15).plot()),
        ("pairs-clothes-small", wide.confused_pairs(15).plot().size(320, 320)),
        ("pairs-all", many.confused_pairs(10_000).plot()),
        ("pairs-none", right.confused_pairs(10).plot()),
        ("values-few", TABLE.value_counts("color").unwrap().plot()),
        ("values-many", TABLE.value_counts("size").unwrap().plot()),
        ("values-digits", pixels.value_counts("label").unwrap().by_value().plot()),
        ("nulls", TABLE.null_counts().plot()),
        ("nulls-none", pixels.null_counts().plot()),
        ("nulls-none-small", pixels.null_counts().plot().size(220, 200)),
        ("kinds", TABLE.kinds().plot()),
    ];
    let images: Vec<(_, Images)> = vec![
        ("mistakes-0", mistake_images(20, 0, &digits(10))),
        ("mistakes-1", mistake_images(20, 1, &digits(10))),
        ("mistakes-12", mistake_images(240, 12, &digits(10))),
        ("mistakes-25", mistake_images(500, 25, &digits(10))),
        ("mistakes-names", mistake_images(500, 20, &clothes())),
        ("mistakes-100", mistake_images(1000, 130, &digits(10))),
    ];
    let bars = bars.into_iter().map(|(name, case)| (name, case.figure().unwrap()));
    bars.chain(images.into_iter().map(|(name, case)| (name, case.figure().unwrap()))).collect()
}
