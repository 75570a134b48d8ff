//! Which column of a CSV file is what: by its names, its values and the options.

use super::{flat, says};
use std::fs;
use std::path::PathBuf;
use tealight::prelude::*;
use tempfile::{TempDir, tempdir};

fn csv(text: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let folder = tempdir().unwrap();
    let path = folder.path().join("table.csv");
    fs::write(&path, text).unwrap();
    (folder, path)
}

/// Labels, class names and the first example.
fn read(text: &str, shape: &[usize], options: &Csv) -> Result<(Vec<u32>, Vec<String>, Vec<f32>)> {
    let (_folder, path) = csv(text);
    let data = options.read_dataset(path, shape)?;
    Ok((data.labels().to_vec(), data.class_names().to_vec(), flat(&data.image(0)?)))
}

#[track_caller]
fn reads(text: &str, shape: &[usize], options: &Csv, labels: &[u32], names: &[&str], first: &[f32]) {
    let found = read(text, shape, options).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    assert_eq!(
        (found.0.as_slice(), found.1.join(" "), found.2.as_slice()),
        (labels, names.join(" "), first),
        "{text:?}"
    );
}

#[track_caller]
fn refuses(text: &str, shape: &[usize], options: &Csv, parts: &[&str]) {
    says(read(text, shape, options), ErrorKind::Data, &[&["table.csv: "], parts].concat());
}

#[test]
fn the_label_is_found_by_its_name_or_as_the_only_column_that_is_not_numbered() {
    let auto = Csv::new();
    for (header, lines, labels) in [
        ("pixel1,pixel2,class", "9,8,1\n7,6,0\n", [1, 0]),
        ("pixel1,Label,pixel2", "9,1,8\n7,0,6\n", [1, 0]),
        ("1x1,1x2,kind", "9,8,1\n7,6,0\n", [1, 0]),
        ("f1,kind,f2", "9,1,8\n7,0,6\n", [1, 0]),
        ("x,y,label", "9,8,1\n7,6,0\n", [1, 0]),
        ("x,y,class", "9,8,1\n7,6,0\n", [1, 0]),
        ("width,height,y", "9,8,1\n7,6,0\n", [1, 0]),
        ("width,digit,height", "9,1,8\n7,0,6\n", [1, 0]),
    ] {
        reads(&format!("{header}\n{lines}"), &[2], &auto, &labels, &["0", "1"], &[9.0, 8.0]);
    }
    reads("kind,0,1,2\n1,9,8,7\n0,6,5,4\n", &[3], &auto, &[1, 0], &["0", "1"], &[9.0, 8.0, 7.0]);
    // A y beside an x is a coordinate.
    reads("x,y\n9,8\n7,6\n", &[2], &auto, &[], &[], &[9.0, 8.0]);
    reads("x,y\n9,1\n7,0\n", &[1], &auto, &[1, 0], &["0", "1"], &[9.0]);
}

#[test]
fn ids_are_left_out() {
    let auto = Csv::new();
    for id in ["id", "ID", "ImageId", "image_id", "index", "Unnamed: 0", "", "PassengerId"] {
        reads(&format!("{id},pixel0,pixel1,pixel2\n5,1,2,3\n6,4,5,6\n"), &[3], &auto, &[], &[], &[1.0, 2.0, 3.0]);
        reads(&format!("{id},pixel0,pixel1,label\n5,1,2,1\n6,4,5,0\n"), &[2], &auto, &[1, 0], &["0", "1"], &[1.0, 2.0]);
        if !id.is_empty() {
            let text = format!("label,{id},a,b\n1,\"x,1\",1,2\n0,7,4,5\n");
            reads(&text, &[2], &auto, &[1, 0], &["0", "1"], &[1.0, 2.0]);
        }
    }
    // The index that pandas writes beside an array.
    reads(",0,1,2\n0,1,2,3\n1,4,5,6\n", &[3], &auto, &[], &[], &[1.0, 2.0, 3.0]);
    refuses("id,a,b\n1,2,3\n", &[3], &auto, &["3 columns: 1 left out, such as an id, and 2 numbers", "Csv::new()"]);
}

#[test]
fn words_are_the_names_of_classes() {
    let auto = Csv::new();
    let expected = (&[1, 0, 1][..], &["ka", "kha"][..], &[1.0, 2.0][..]);
    for text in [
        "pixel_0,pixel_1,character\n1,2,kha\n3,4,ka\n5,6,kha\n",
        ",pixel_0,pixel_1,character\n0,1,2,kha\n1,3,4,ka\n2,5,6,kha\n",
        "length,width,kind\n1,2,kha\n3,4,ka\n5,6,kha\n",
        "kind,length,width\nkha,1,2\nka,3,4\nkha,5,6\n",
        "length;width;kind\n1,0;2,0;kha\n3,0;4,0;ka\n5,0;6,0;kha\n",
        "1,2,kha\n3,4,ka\n5,6,kha\n",
        "kha\t1\t2\nka\t3\t4\nkha\t5\t6\n",
        "\u{feff}label,a,b\r\nkha,1,2\r\n\r\nka,3,4\r\n kha ,5,6\r\n",
    ] {
        reads(text, &[2], &auto, expected.0, expected.1, expected.2);
    }
    reads("a,b,label\n1,2,True\n3,4,False\n", &[2], &auto, &[1, 0], &["False", "True"], &[1.0, 2.0]);
    refuses("a,b,label\n1,2,\n3,4,x\n", &[2], &auto, &["line 2, column 3 (label)", "missing"]);
    refuses("a,b,label\n1,2,x\n3,4,1\n", &[2], &auto, &["line 2, column 3 (label)", "class_names"]);
    refuses("a,b,label\n1,2,-1\n3,4,1\n", &[2], &auto, &["got \"-1\"", "class_names([\"-1\", \"1\"])"]);
    refuses("a,b,label\n1,2,0.5\n", &[2], &auto, &["got \"0.5\"", "target(column)"]);
    says(
        Csv::new().read_dataset(csv(&b"a,b,label\n1,2,caf\xe9\n3,4,x\n"[..]).1, [2]).map(drop),
        ErrorKind::Data,
        &["table.csv"],
    );
    let (_folder, path) = csv(&b"a,b,label\n1,2,caf\xe9\n3,4,x\n"[..]);
    says(Dataset::from_csv(path, [2]), ErrorKind::Data, &["line 2, column 3 (label)", "not UTF-8"]);
}

#[test]
fn without_a_header_the_values_say_which_column_is_the_label() {
    let auto = Csv::new();
    reads("0,9,1\n0,7,0\n0,5,1\n0,3,0\n", &[2], &auto, &[1, 0, 1, 0], &["0", "1"], &[0.0, 9.0]);
    reads("1,9,0\n0,7,0\n1,5,0\n0,3,9\n", &[2], &auto, &[1, 0, 1, 0], &["0", "1"], &[9.0, 0.0]);
    reads("0.5,9,1\n0.5,7,0\n", &[2], &auto, &[1, 0], &["0", "1"], &[0.5, 9.0]);
    reads("0,1,2,3\n7,9,0,1\n7,8,1,0\n7,8,0,1\n7,8,1,0\n", &[3], &auto, &[1, 0, 1, 0], &["0", "1"], &[7.0, 9.0, 0.0]);
    let both = "1,9,0\n0,7,1\n1,5,1\n0,3,0\n";
    refuses(both, &[2], &auto, &["column 1 or column 3", "Csv::new().label(0) or Csv::new().label(-1)"]);
    reads(both, &[2], &Csv::new().label(-1), &[0, 1, 1, 0], &["0", "1"], &[1.0, 9.0]);
    reads(both, &[2], &Csv::new().label(0), &[1, 0, 1, 0], &["0", "1"], &[9.0, 0.0]);
    let counted = (0..12).map(|row| format!("{row},200,0\n")).collect::<String>();
    refuses(&counted, &[2], &auto, &["column 1 has another value in each line", "ignore([0]) or Csv::new().label(0)"]);
    refuses("0.5,9,-1\n1,7,1\n", &[2], &auto, &["neither column 1 nor column 3", "target(column)"]);
}

#[test]
fn where_two_readings_remain_both_are_named() {
    let auto = Csv::new();
    let wine = "fixed acidity,volatile acidity,quality\n7.4,0.7,5\n7.8,0.88,5\n";
    let parts = ["column 1 (fixed acidity) or column 3 (quality)", "Csv::new().label(\"quality\")"];
    refuses(wine, &[2], &auto, &parts);
    reads(wine, &[2], &Csv::new().label("quality"), &[5, 5], &["0", "1", "2", "3", "4", "5"], &[7.4, 0.7]);
    let two = "class,a,b,label\n1,2,3,0\n0,5,6,1\n";
    refuses(two, &[2], &auto, &["column 1 (class) or column 4 (label)", "label(\"class\").ignore([\"label\"])"]);
    reads(two, &[2], &Csv::new().label("label").ignore(["class"]), &[0, 1], &["0", "1"], &[2.0, 3.0]);
    refuses("a,b,c\nx,1,y\nz,2,w\n", &[2], &auto, &["column 1 (a) or column 3 (c)"]);
}

#[test]
fn options_decide() {
    let text = "no,a,b,kind,c\n1,2,3,1,0.5\n2,5,6,0,1.5\n";
    reads(text, &[2], &Csv::new().inputs(["a", "c"]).label("kind"), &[1, 0], &["0", "1"], &[2.0, 0.5]);
    reads(text, &[3], &Csv::new().label("kind").ignore(["no"]), &[1, 0], &["0", "1"], &[2.0, 3.0, 0.5]);
    reads(text, &[3], &Csv::new().no_label().ignore(["no", "KIND"]), &[], &[], &[2.0, 3.0, 0.5]);
    reads(
        text,
        &[3],
        &Csv::new().label(3).ignore([0]).class_names(["cat", "dog"]),
        &[1, 0],
        &["cat", "dog"],
        &[2.0, 3.0, 0.5],
    );
    let (_folder, path) = csv(text);
    let data = Csv::new().target("c").ignore(["no", "kind"]).read_dataset(&path, [2]).unwrap();
    let (_, y) = data.to_tensors().unwrap();
    assert_eq!((data.class_names().len(), y.dims(), flat(&y)), (0, &[2][..], vec![0.5, 1.5]));
    let data = Csv::new().targets(["b", "c"]).inputs(["a"]).read_dataset(&path, [1]).unwrap();
    let (_, y) = data.to_tensors().unwrap();
    assert_eq!((y.dims(), flat(&y)), (&[2, 2][..], vec![3.0, 0.5, 6.0, 1.5]));
    // Words of one's own for the numbers of the file.
    reads("a,b,label\n1,2,-1\n3,4,1\n", &[2], &Csv::new().class_names(["-1", "1"]), &[0, 1], &["-1", "1"], &[1.0, 2.0]);
    // A header of numbers, and none of words.
    reads("1990,1991,1992\n5,6,1\n", &[2], &Csv::new().header(true).label(-1), &[1], &["0", "1"], &[5.0, 6.0]);
    reads(
        "1\u{a7}2\u{a7}3\n".replace('\u{a7}', ":").as_str(),
        &[2],
        &Csv::new().separator(':').label(2),
        &[3],
        &["0", "1", "2", "3"],
        &[1.0, 2.0],
    );
    reads("\"1,5\",2,1\n\"2,5\",2,0\n", &[2], &Csv::new().decimal(',').label(2), &[1, 0], &["0", "1"], &[1.5, 2.0]);
    for (options, parts) in [
        (Csv::new().label("sort"), ["no column \"sort\"", "no, a, b, kind, c"]),
        (Csv::new().label(5), ["no column 5", "from 0 to 4"]),
        (Csv::new().label("kind").ignore(["kind"]), ["column 4 (kind) is left out", "Give one"]),
        (Csv::new().label("kind").target("c"), ["is the label, and there are targets", "Give one"]),
        (Csv::new().inputs(["a"]), ["1 numbers", "need 2"]),
    ] {
        says(options.read_dataset(&path, [2]), ErrorKind::Data, &parts);
    }
    let (_folder, path) = csv("a,a,label\n1,2,0\n3,4,1\n");
    says(
        Csv::new().ignore(["a"]).read_dataset(&path, [1]),
        ErrorKind::Data,
        &["columns 1 and 2 are both called \"a\""],
    );
    assert_eq!(Csv::new().ignore([1]).read_dataset(&path, [1]).unwrap().labels(), [0, 1]);
    let (_folder, path) = csv("1;x\n2,5;\n");
    let table = Csv::new().header(false).read_table(&path).unwrap();
    assert_eq!((table.names().join(" "), table.numbers("0").unwrap()), ("0 1".to_owned(), vec![1.0, 2.5]));
}

/// The fast way and the slow way, which a quotation mark brings about, read the same wherever the label and the ids are.
#[test]
fn both_ways_to_read_give_the_same() {
    let pixels = |row: usize| (0..30).map(|pixel| ((row * 31 + pixel * 7) % 256).to_string()).collect::<Vec<_>>();
    let names = (0..30).map(|pixel| format!("pixel{pixel}")).collect::<Vec<_>>();
    for place in [0, 13, 30] {
        let line = |mut fields: Vec<String>, label: String, id: String| {
            fields.insert(place, label);
            fields.insert(place / 2, id);
            fields.join(",")
        };
        let rows = (0..200).map(|row| line(pixels(row), (row % 10).to_string(), format!("image-{row}.png")));
        let plain = std::iter::once(line(names.clone(), "class".to_owned(), "id".to_owned())).chain(rows);
        let plain = plain.collect::<Vec<_>>().join("\n");
        let (_folder, path) = csv(&plain);
        let fast = Dataset::from_csv(&path, [30]).unwrap();
        fs::write(&path, plain.replacen("image-0.png", "\"image-0.png\"", 1)).unwrap();
        let slow = Dataset::from_csv(&path, [30]).unwrap();
        assert_eq!(fast.labels(), (0..200).map(|row| row % 10).collect::<Vec<_>>());
        assert_eq!((slow.to_string(), slow.labels()), (fast.to_string(), fast.labels()));
        let expected = (0..200).flat_map(pixels).map(|number| number.parse().unwrap()).collect::<Vec<f32>>();
        assert_eq!(flat(&fast.to_tensors().unwrap().0), expected);
        assert_eq!(flat(&slow.to_tensors().unwrap().0), expected);
    }
}

/// The test runs itself in a process of its own, whose standard error it reads.
#[test]
fn labels_that_are_all_the_same_give_a_warning_once() {
    const NAME: &str = "csv::labels_that_are_all_the_same_give_a_warning_once";
    const PATH: &str = "TEALIGHT_TEST_ONE_CLASS";
    if let Some(path) = std::env::var_os(PATH) {
        assert_eq!(Dataset::from_csv(&path, [2]).unwrap().labels(), [1, 1]);
        assert_eq!(Dataset::from_csv(&path, [2]).unwrap().labels(), [1, 1]);
        return;
    }
    let (_folder, path) = csv("label,a,b\n1,2,3\n1,4,5\n");
    let mut itself = std::process::Command::new(std::env::current_exe().unwrap());
    let output = itself.args(["--exact", NAME, "--nocapture"]).env(PATH, &path).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    let warning = format!("Warning: {}: all 2 examples have the one class \"1\"", path.display());
    assert_eq!(text.matches(&warning).count(), 1, "{text}");
}

/// As a folder of classes is: the last part lacks classes, unless the examples are shuffled.
#[test]
fn sorted_examples_are_mixed_by_a_seed() {
    let lines = (0..100).map(|row| format!("{},{row},{}\n", row / 10, row % 7)).collect::<String>();
    let (_folder, path) = csv(format!("label,a,b\n{lines}"));
    let sorted = Dataset::from_csv(path, [2]).unwrap();
    assert_eq!(sorted.split(0.2).unwrap().1.class_counts(), [0, 0, 0, 0, 0, 0, 0, 0, 10, 10]);
    let mixed = sorted.shuffle(3).unwrap();
    assert_eq!(mixed.class_counts(), [10; 10]);
    assert!(mixed.split(0.2).unwrap().1.class_counts().iter().filter(|&&count| count > 0).count() >= 7);
    // Each example keeps its label and comes once.
    let mut seen = [false; 100];
    for index in 0..100 {
        let number = flat(&mixed.image(index).unwrap())[0] as usize;
        assert_eq!(mixed.labels()[index] as usize, number / 10);
        seen[number] = true;
    }
    assert!(seen.into_iter().all(|seen| seen));
    assert_ne!(mixed.labels(), sorted.shuffle(4).unwrap().labels());
}

#[test]
fn folds_need_classes_and_two_examples_of_one() {
    let (_folder, path) = csv("a,b,c\n1,2,0.5\n3,4,1.5\n5,6,2.5\n");
    let numbers = Csv::new().target("c").read_dataset(&path, [2]).unwrap();
    let error = numbers.stratified_k_fold(2, 1).unwrap_err().to_string();
    assert!(error.contains("Dataset::stratified_k_fold") && error.contains("numbers"), "{error}");
    assert!(!error.contains("at most 0"), "{error}");
    let single = Dataset::from_bytes(vec![1, 2, 3], [1], vec![0, 1, 2], ["a", "b", "c"]).unwrap();
    says(single.stratified_k_fold(2, 1), ErrorKind::Argument, &["no class has two examples", "3 of 3 classes"]);
}
