//! Files that are something else than they seem.

use super::super::{quiet, says, small};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::path::Path;
use tealight::prelude::*;
use tempfile::{TempDir, tempdir};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What a folder has in it that a class may download.
struct Downloads(TempDir);

impl Downloads {
    fn new() -> Self {
        Self(tempdir().unwrap())
    }

    fn idx(&self, name: &str, bytes: &[u8]) -> Result<Dataset> {
        let at = |name: &str| self.0.path().join(name);
        std::fs::write(at(name), bytes).unwrap();
        std::fs::write(at("labels"), [0, 0, 8, 1, 0, 0, 0, 1, 0]).unwrap();
        Dataset::from_idx(at(name), at("labels"), ["a"])
    }

    fn csv(&self, bytes: impl AsRef<[u8]>) -> [Result<Dataset>; 2] {
        let path = self.0.path().join("table.csv");
        std::fs::write(&path, bytes).unwrap();
        // Both ways to read a table say the same of it.
        let table = Table::read_csv(&path);
        [Dataset::from_csv(&path, [2]), table.map(|table| panic!("a table came of it: {table}"))]
    }
}

#[test]
fn idx_files_that_are_something_else_say_what() {
    let here = Downloads::new();
    let image = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 7];
    assert_eq!(here.idx("whole", &gzip(&image)).unwrap().len(), 1);
    let data = ErrorKind::Data;
    says(here.idx("twice.gz", &gzip(&gzip(&image))), data, &["twice.gz: is gzipped twice", "Unpack it once"]);
    for name in ["empty", "empty.gz"] {
        says(here.idx(name, b""), data, &[name, "is empty: it has 0 bytes", "Download the file again"]);
    }
    says(here.idx("nothing.gz", &gzip(b"")), data, &["is cut short: it has 0 bytes", "Download"]);
    for name in ["set.zip", "set.gz"] {
        says(here.idx(name, b"PK\x03\x04 and so on"), data, &[name, "is a zip archive", "Unpack it"]);
    }
    says(here.idx("page.gz", b"\n<!DOCTYPE html><html>"), data, &["is a web page", "Download the file itself"]);
    let pointer = b"version https://git-lfs.github.com/spec/v1\n";
    says(here.idx("images", pointer), data, &["Git LFS", "git lfs pull"]);
    says(here.idx("strange", &[0, 0, 7, 3, 0, 0, 0, 1]), data, &["magic number 1795, expected 2051"]);
}

#[test]
fn tables_that_are_something_else_say_what() {
    let here = Downloads::new();
    let wide = "0,".repeat(100_000) + "0\n";
    let cases: [(Vec<u8>, &str); 5] = [
        (b"PK\x03\x04 train.csv".to_vec(), "table.csv: is a zip archive. Unpack it"),
        (gzip(b"1,2,3\n"), "table.csv: is gzipped. Unpack it"),
        (b"\xff\xfe1\0,\x002\0,\x003\0\n\0".to_vec(), "is text in UTF-16. Save it as UTF-8"),
        (b"<html><body>404, not found</body></html>".to_vec(), "is a web page"),
        (b"label,a;b\n1,2;3\n".to_vec(), "Csv::new().separator(',')"),
    ];
    for (bytes, what) in cases {
        for result in here.csv(bytes) {
            says(result, ErrorKind::Data, &["table.csv: ", what]);
        }
    }
    for (text, what) in [
        ("label,a,b\n1,NaN,3\n", "line 2, column 2 (a): expected a number, got \"NaN\""),
        ("label,a,b\n1,,3\n", "line 2, column 2 (a): expected a number, got \"\""),
        ("label,a,b\n1,\"5,3\n2,3,4\n", "line 2 has 2 fields; expected 3"),
        ("label,a,b\n70000,5,3\n", "expected a label, a whole number from 0 to 65535, got \"70000\""),
        ("a,b,c\n5,3,1\n", "Csv::new().label(\"a\") or Csv::new().label(\"c\")"),
        (&format!("1,{},3\n", "7".repeat(5_000_000)), "line 1, column 2: expected a number, got \"777777"),
        (&wide, "line 1 has more than 65536 columns. Is it a table?"),
    ] {
        std::fs::write(here.0.path().join("bad.csv"), text).unwrap();
        says(Dataset::from_csv(here.0.path().join("bad.csv"), [2]), ErrorKind::Data, &["bad.csv: ", what]);
    }
}

#[test]
fn folders_and_devices_are_no_files() {
    let folder = tempdir().unwrap();
    let folder = folder.path();
    let mut model = small().build(1).unwrap();
    for (path, what) in [(folder, "is a folder"), (Path::new("/dev/zero"), "a device or a pipe")] {
        if !path.exists() {
            continue;
        }
        let parts = [what, "Give the path of a file"];
        says(Dataset::from_csv(path, [2]), ErrorKind::Data, &parts);
        says(Table::read_csv(path), ErrorKind::Data, &parts);
        says(Dataset::from_idx(path, path, ["a"]), ErrorKind::Data, &parts);
        says(Model::load(path), ErrorKind::Data, &parts);
        says(model.load_keras_weights(path), ErrorKind::Data, &parts);
    }
    says(Dataset::from_folder(folder.join("none")), ErrorKind::Data, &["none", "a sub-folder for each class"]);
}

#[test]
fn a_class_of_no_example_is_a_class_all_the_same() {
    let x = Tensor::new(&[[0.0_f32, 1.0], [1.0, 0.0], [1.0, 1.0], [0.5, 0.0]], &Device::Cpu).unwrap();
    let data = Dataset::from_tensors(&x, &Tensor::new(&[0_u32, 2, 2, 0], &Device::Cpu).unwrap()).unwrap();
    assert_eq!(data.class_counts(), [2, 0, 2]);
    let network = Sequential::new([2]).add(Dense::new(3).activation(Softmax));
    let mut model = network.build(1).unwrap();
    let metrics = [Metric::from(Accuracy), F1Score::new().into()];
    model.compile(SGD::new(), SparseCategoricalCrossentropy::new(), metrics).unwrap();
    model.fit(&data, quiet().class_weight([(1, 5.0)])).unwrap();
    assert!(model.evaluate(&data).unwrap().get("f1_score").unwrap().is_finite());
    for (_, validation) in data.stratified_k_fold(2, 1).unwrap() {
        assert_eq!(validation.class_counts(), [1, 0, 1]);
    }
    let classes = Tensor::new(&[0_u32, 70_000, 2, 0], &Device::Cpu).unwrap();
    let parts = ["Dataset::from_tensors: y holds the class 70000", "from 0 to 65535", "float type"];
    says(Dataset::from_tensors(&x, &classes), ErrorKind::Data, &parts);
}
