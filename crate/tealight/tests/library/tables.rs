//! Tables against pandas, and what is said of files that are none.

use super::says;
use serde_json::Value;
use std::fs;
use tealight::prelude::*;
use tealight::{ColumnKind, ColumnSummary};
use tempfile::tempdir;

fn table(text: impl AsRef<[u8]>) -> Result<Table> {
    let folder = tempdir().unwrap();
    let path = folder.path().join("table.csv");
    fs::write(&path, text).unwrap();
    Table::read_csv(&path)
}

fn summary(of: &ColumnSummary) -> [f64; 8] {
    let quartiles = [of.lower_quartile, of.median, of.upper_quartile];
    [of.count as f64, of.mean, of.std, of.min, quartiles[0], quartiles[1], quartiles[2], of.max]
}

#[test]
fn tables_are_those_of_pandas() {
    let file: Value = serde_json::from_str(include_str!("../vectors/tables.json")).unwrap();
    for case in file["cases"].as_array().unwrap() {
        let table = table(case["text"].as_str().unwrap()).unwrap();
        let shape: Vec<usize> = serde_json::from_value(case["shape"].clone()).unwrap();
        assert_eq!(table.shape().to_vec(), shape);
        let (nulls, about) = (table.null_counts(), table.describe());
        let described = case["describe"].as_object().unwrap();
        assert_eq!(about.columns().len(), described.len());
        for (index, name) in table.names().iter().enumerate() {
            assert_eq!(nulls.counts()[index].1 as u64, case["nulls"][name].as_u64().unwrap(), "{name}");
            let kind =
                match (case["kinds"][name].as_str().unwrap(), name.starts_with("bytes") || name.starts_with("whole")) {
                    ("int64", _) => ColumnKind::Whole,
                    // Whole numbers stay so here where some are missing.
                    ("float64", true) if (1..shape[0]).contains(&nulls.counts()[index].1) => ColumnKind::Whole,
                    ("float64", _) => ColumnKind::Number,
                    _ => ColumnKind::Text,
                };
            assert_eq!(table.kind(name).unwrap(), kind, "{name}");
            if let Some(theirs) = described.get(name) {
                let ours = summary(about.get(name).unwrap());
                for (ours, theirs) in ours.iter().zip(theirs.as_array().unwrap()) {
                    let theirs = theirs.as_f64().unwrap_or(f64::NAN);
                    let close = (ours - theirs).abs() <= 1e-12 * theirs.abs().max(1e-6);
                    assert!(close || (ours.is_nan() && theirs.is_nan()), "{name}: {ours} for {theirs}");
                }
            }
            let counts = table.value_counts(name).unwrap();
            let theirs = case["counts"][name].as_array().unwrap();
            assert_eq!(counts.counts().len(), theirs.len(), "{name}");
            assert_eq!(counts.missing(), nulls.counts()[index].1);
            for (ours, theirs) in counts.counts().iter().zip(theirs) {
                assert_eq!(ours.count as u64, theirs[1].as_u64().unwrap(), "{name}");
                match &theirs[0] {
                    Value::String(text) => assert_eq!(&ours.value, text),
                    number => assert_eq!(ours.value.parse::<f64>().unwrap(), number.as_f64().unwrap(), "{name}"),
                }
            }
        }
    }
}

#[test]
fn the_table_of_a_dataset_is_that_of_its_file() {
    let data = Dataset::from_bytes(vec![0, 255, 7, 9, 9, 9], [1, 2], vec![1, 0, 1], ["a", "b"]).unwrap();
    let folder = tempdir().unwrap();
    let path = folder.path().join("train.csv");
    for data in [data.clone(), data.select(&[2, 0]).unwrap(), data.without_labels()] {
        data.to_csv(&path).unwrap();
        assert_eq!(Table::read_csv(&path).unwrap(), data.to_table());
    }
    let scaled = data.rescale(0.5).to_table();
    assert_eq!(scaled.numbers("pixel1").unwrap(), [127.5, 4.5, 4.5]);
    assert_eq!(data.describe(), data.to_table().describe());
}

#[test]
fn a_table_larger_than_a_piece_is_read_whole() {
    let mut text = "a,b,c\n".to_owned();
    (0..900_000).for_each(|row| text += &format!("{},{row},{}\n", row % 256, if row == 700_000 { "x" } else { "1.5" }));
    assert!(text.len() > 3 * (4 << 20));
    let table = table(text).unwrap();
    assert_eq!(table.shape(), [900_000, 3]);
    assert_eq!(table.numbers("b").unwrap(), (0..900_000).map(f64::from).collect::<Vec<_>>());
    assert_eq!(table.describe().get("a").unwrap().max, 255.0);
    assert_eq!(table.kind("c").unwrap(), ColumnKind::Text);
    let counts = table.value_counts("c").unwrap();
    assert_eq!((counts.counts()[0].value.as_str(), counts.counts()[1].value.as_str()), ("1.5", "x"));
}

#[test]
fn what_is_shown_fits_on_a_page() {
    let pixels = |columns: usize| Dataset::from_bytes(vec![3; 6 * columns], [columns], vec![0; 6], ["0"]).unwrap();
    let wide = pixels(784).to_table();
    let text = wide.to_string();
    let head = "Table: 6 rows, 785 columns\n\
                label  pixel0  pixel1  pixel2  pixel3  …  pixel779  pixel780  pixel781  pixel782  pixel783";
    assert!(text.starts_with(head), "{text}");
    assert_eq!(text.lines().count(), 7);
    assert_eq!(wide.null_counts().to_string(), "No missing values in 785 columns");
    let kinds = wide.kinds().to_string();
    assert_eq!(
        kinds.split_whitespace().take(6).collect::<Vec<_>>(),
        ["kind", "columns", "names", "whole", "numbers", "785"]
    );
    let about = wide.describe().to_string();
    assert!(about.starts_with("785 columns of numbers\n"), "{about}");
    assert_eq!(about.lines().count(), 10);

    let table = table("name,x,y\nada,1,2.5\nbob,NA,0.00001\nada,3,\n").unwrap();
    let expected = "\
2 columns of numbers, beside 1 of text
            x        y
count       2        2
 mean       2     1.25
  std  1.4142   1.7678
  min       1  1.000e-5
 25 %     1.5    0.625
 50 %       2     1.25
 75 %     2.5    1.875
  max       3      2.5";
    let trimmed = |text: String| {
        text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
    };
    assert_eq!(trimmed(table.describe().to_string()), trimmed(expected.to_owned()));
    assert_eq!(
        table.null_counts().to_string(),
        "2 missing values in 2 of 3 columns\ncolumn  missing\n     x        1\n     y        1"
    );
    assert_eq!(table.value_counts("name").unwrap().to_string(), "name  rows\n ada     2\n bob     1");
    let x = table.value_counts("x").unwrap();
    assert_eq!((x.missing(), x.to_string().lines().last().unwrap()), (1, "missing     1"));
    assert_eq!(table.kinds().of(ColumnKind::Text), ["name"]);
    assert_eq!(
        table.to_string().lines().nth(3).unwrap().split_whitespace().collect::<Vec<_>>(),
        ["bob", "–", "0.00001"]
    );
}

#[test]
fn counts_in_the_order_of_the_values() {
    let table = table("x\n10\n9\n10\n-1\n").unwrap();
    let values =
        |counts: &tealight::ValueCounts| counts.counts().iter().map(|one| one.value.clone()).collect::<Vec<_>>();
    let counts = table.value_counts("x").unwrap();
    assert_eq!(values(&counts), ["10", "9", "-1"]);
    assert_eq!(values(&counts.by_value()), ["-1", "9", "10"]);
}

#[test]
fn files_that_are_no_tables_are_errors() {
    let data = ErrorKind::Data;
    says(table("a,b\n1,2\n\n3\n"), data, &["line 4 has 1 fields; expected 2"]);
    says(table("a,b\n1,2,3\n"), data, &["line 2 has 3 fields; expected 2"]);
    says(table(""), data, &["is empty; expected a line with the names"]);
    says(table("a,a\n1,2\n"), data, &["two columns are called \"a\""]);
    says(table(b"a,b\n1,\xff\n"), data, &["is not UTF-8"]);
    says(Table::read_csv("/no/such/file.csv"), data, &["no such file"]);
    let good = table("a,b\n1,x\n").unwrap();
    says(good.numbers("b"), ErrorKind::Argument, &["Table::numbers: \"b\" holds text", "value_counts(\"b\")"]);
    says(good.value_counts("c"), ErrorKind::Name, &["Table::value_counts: no column \"c\"", "a, b"]);
    says(good.describe().get("b"), ErrorKind::Name, &["no numbers of \"b\"", "those of a"]);
    let none = table("a,b\n").unwrap();
    assert_eq!((none.shape(), none.describe().get("a").unwrap().count), ([0, 2], 0));
}

#[test]
fn a_table_of_columns_is_the_one_of_its_file() {
    let table = Table::new()
        .with_column("id", 1..=300)
        .and_then(|table| table.with_column("byte", (0..300_u32).map(|row| row % 10)))
        .and_then(|table| table.with_column("share, in \"%\"", (0..300).map(|row| f64::from(row) / 7.0)))
        .and_then(|table| table.with_column("some", (0..300).map(|row| if row % 3 == 0 { f64::NAN } else { -1e9 })))
        .and_then(|table| table.with_column("none", [f64::NAN; 300]))
        .unwrap();
    assert_eq!((table.shape(), table.null_counts().total()), ([300, 5], 400));
    let kinds = table.kinds();
    assert_eq!(kinds.of(ColumnKind::Whole), ["id", "byte", "some"]);
    let folder = tempdir().unwrap();
    let path = folder.path().join("table.csv");
    table.to_csv(&path).unwrap();
    let read = Table::read_csv(&path).unwrap();
    assert_eq!((read.names(), read.kinds()), (table.names(), kinds));
    for name in ["id", "byte", "share, in \"%\""] {
        assert_eq!(read.numbers(name).unwrap(), table.numbers(name).unwrap(), "{name}");
    }
    assert_eq!(read.null_counts().counts(), table.null_counts().counts());

    says(table.with_column("id", [1; 300]), ErrorKind::Name, &["Table::with_column", "\"id\" already"]);
    says(table.with_column("few", [1, 2]), ErrorKind::Shape, &["\"few\" has 2 numbers", "300 rows"]);
    says(table.to_csv(folder.path()), ErrorKind::Data, &["Table::to_csv", "is a folder"]);
}

#[test]
fn correlations_are_those_of_numpy() {
    let file: Value = serde_json::from_str(include_str!("../vectors/correlation.json")).unwrap();
    let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
    for case in file["cases"].as_array().unwrap() {
        let x: Vec<Vec<f32>> = serde_json::from_value(case["x"].clone()).unwrap();
        let labels = Tensor::zeros(x.len(), DType::U32, &Device::Cpu).unwrap();
        let data = Dataset::from_tensors(&Tensor::new(x, &Device::Cpu).unwrap(), &labels).unwrap();
        for data in [data.clone(), data.rescale(-0.3)] {
            let ours = data.correlation().unwrap();
            let theirs = case["correlation"].as_array().unwrap();
            assert_eq!(ours.len(), theirs.len());
            for (row, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                for (column, (ours, theirs)) in ours.iter().zip(theirs.as_array().unwrap()).enumerate() {
                    let theirs = number(theirs);
                    let close = (ours - theirs).abs() < 1e-6 || (ours.is_nan() && theirs.is_nan());
                    assert!(close, "{row}, {column}: {ours} for {theirs}");
                }
            }
        }
    }
    let one = Dataset::from_bytes(vec![1, 2], [2], vec![0], ["a"]).unwrap();
    says(one.correlation(), ErrorKind::Argument, &["Dataset::correlation: 1 examples", "at least 2 examples"]);
    let wide = Dataset::from_bytes(vec![0; 20_000], [10_000], vec![0, 0], ["a"]).unwrap();
    says(wide.correlation(), ErrorKind::Argument, &["10000 features", "at most 8192"]);
}

#[test]
fn what_other_programs_write_around_a_table_is_read_as_pandas_reads_it() {
    let plain = table("a,b\n1,x\n2,y\n").unwrap();
    for text in
        ["\u{feff}a,b\n1,x\n2,y\n", "a,b\r\n1,x\r\n2,y\r\n", "\u{feff}\"a\",\"b\"\r\n1,x\r\n\r\n2,y", "a,b\r1,x\r2,y\r"]
    {
        assert_eq!(table(text).unwrap(), plain, "{text:?}");
    }
}

#[test]
fn a_huge_line_is_read_or_refused() {
    let long = "x".repeat(20 << 20);
    let read = table(format!("a,b\n1,{long}\n2,y\n")).unwrap();
    assert_eq!((read.shape(), read.value_counts("b").unwrap().counts().len()), ([2, 2], 2));
    let wide = |columns: usize| (0..columns).map(|column| column.to_string()).collect::<Vec<_>>().join(",");
    let names = wide(65_536);
    assert_eq!(table(format!("{names}\n{names}\n")).unwrap().shape(), [1, 65_536]);
    says(table(wide(65_537)), ErrorKind::Data, &["table.csv: line 1 has more than 65536 columns", "Is it a table?"]);
    let late = format!("a,b\n1,2\n{}\n", ",".repeat(65_536));
    says(table(late), ErrorKind::Data, &["line 3 has more than 65536 columns"]);
}
