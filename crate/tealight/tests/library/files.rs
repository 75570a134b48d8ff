//! Datasets from CSV files and folders of images, good and bad.

use super::{flat, says};
use std::fs;
use std::path::{Path, PathBuf};
use tealight::prelude::*;
use tempfile::{TempDir, tempdir};

fn csv(text: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let folder = tempdir().unwrap();
    let path = folder.path().join("table.csv");
    fs::write(&path, text).unwrap();
    (folder, path)
}

#[test]
fn both_of_kaggles_forms_are_read() {
    let (_folder, path) = csv("label,pixel0,pixel1,pixel2,pixel3\n3,0,10,20,255\n0,0,0,0,0\n1,1,0,7,0\n");
    let data = Dataset::from_csv(&path, [2, 2]).unwrap();
    assert_eq!((data.shape(), data.labels()), (vec![3, 2, 2], &[3, 0, 1][..]));
    assert_eq!(data.class_names(), ["0", "1", "2", "3"]);
    assert_eq!(flat(&data.image(0).unwrap()), [0.0, 10.0, 20.0, 255.0]);
    assert!(data.to_string().contains("bytes"));
    let (_folder, path) = csv("pixel0,pixel1,pixel2,pixel3\n0,10,20,255\n0,0,0,0\n");
    let data = Dataset::from_csv(&path, [2, 2]).unwrap();
    assert_eq!((data.shape(), data.is_labeled()), (vec![2, 2, 2], false));
    assert_eq!(flat(&data.image(0).unwrap()), [0.0, 10.0, 20.0, 255.0]);
}

#[test]
fn other_ways_to_write_the_same_table_give_the_same() {
    let plain = "label,a,b\n3,0,10\n1,255,4\n";
    let expected = |data: &Dataset| (data.labels().to_vec(), flat(&data.to_tensors().unwrap().0), data.to_string());
    let (_folder, path) = csv(plain);
    let first = expected(&Dataset::from_csv(path, [2]).unwrap());
    assert_eq!(first.1, [0.0, 10.0, 255.0, 4.0]);
    for text in [
        "label,a,b\r\n3,0,10\r\n1,255,4",
        "3,0,10\n1,255,4\n",
        "\"label\",\"a\",\"b\"\n\"3\",\"0\",10\n1,255,4\n",
        "\u{feff}label,a,b\n3,0,10\n1,255,4\n",
        "LABEL,\"a,\n\",b\n3, 0,10.0\n\n1.0,2.55e2,004\n\n",
    ] {
        let (_folder, path) = csv(text);
        assert_eq!(expected(&Dataset::from_csv(path, [2]).unwrap()), first, "{text:?}");
    }
}

#[test]
fn numbers_that_are_no_bytes_are_read_as_they_are() {
    for (field, number) in [("0.5", 0.5), ("-1", -1.0), ("256", 256.0), ("1e-3", 1e-3)] {
        let (_folder, path) = csv(format!("1,{field},2\n"));
        let data = Dataset::from_csv(path, [2]).unwrap();
        assert_eq!(flat(&data.image(0).unwrap()), [number, 2.0]);
        assert!(data.to_string().contains("numbers"));
    }
}

#[test]
fn a_table_larger_than_a_piece_comes_back_as_it_was_written() {
    let (train, _) = mnist::load().unwrap();
    let data = train.slice(1000..2500).unwrap();
    let (_folder, path) = csv("");
    data.to_csv(&path).unwrap();
    assert!(fs::metadata(&path).unwrap().len() > 2 << 20);
    let again = Dataset::from_csv(&path, [28, 28]).unwrap();
    assert_eq!(again.to_string(), data.to_string());
    assert_eq!(again.labels(), data.labels());
    assert_eq!(again.duplicates(&data).unwrap().len(), 1500);
    assert_eq!(flat(&again.to_tensors().unwrap().0), flat(&data.to_tensors().unwrap().0));

    // The slow way, which a single quote brings about, reads the same.
    let text = fs::read_to_string(&path).unwrap();
    let end = text.rfind(',').unwrap();
    fs::write(&path, format!("{},\"{}\"\n", &text[..end], text[end + 1..].trim())).unwrap();
    let slow = Dataset::from_csv(&path, [28, 28]).unwrap();
    assert_eq!(slow.to_string(), again.to_string());
    assert_eq!(flat(&slow.to_tensors().unwrap().0), flat(&again.to_tensors().unwrap().0));

    data.without_labels().take(3).unwrap().to_csv(&path).unwrap();
    let bare = Dataset::from_csv(&path, [28, 28]).unwrap();
    assert_eq!((bare.len(), bare.is_labeled()), (3, false));
    assert!(fs::read_to_string(&path).unwrap().starts_with("pixel0,pixel1,"));
}

#[test]
fn rescaled_numbers_are_written_as_a_tensor_has_them() {
    let data = Dataset::from_bytes(vec![0, 255, 51, 3], [2], vec![1, 0], ["a", "b"]).unwrap().rescale(1.0 / 255.0);
    let (_folder, path) = csv("");
    for data in [data.clone(), data.select(&[1, 0]).unwrap()] {
        data.to_csv(&path).unwrap();
        let again = Dataset::from_csv(&path, [2]).unwrap();
        assert_eq!(flat(&again.to_tensors().unwrap().0), flat(&data.to_tensors().unwrap().0));
        assert_eq!(again.labels(), data.labels());
    }
}

#[test]
fn a_bad_table_says_the_line_and_the_column() {
    for (text, parts) in [
        ("", ["is empty", "lines of numbers"]),
        ("label,a,b\n", ["no lines of examples", "header"]),
        ("label,a,b\n1,2,3\n1,x,3\n", ["line 3, column 2 (a)", "expected a number, got \"x\""]),
        ("label,a,b\n1,2,\n", ["line 2, column 3 (b)", "expected a number, got \"\""]),
        ("1,2,3\n1,2,nan\n", ["line 2, column 3:", "got \"nan\""]),
        ("label,a,b\n1,2,3\n1,2\n", ["line 3 has 2 fields", "expected 3"]),
        ("label,a,b\n1,2,3\n1,2,3,4\n", ["line 3 has 4 fields", "expected 3"]),
        ("label,a,b\n-1,2,3\n", ["line 2, column 1 (label)", "a whole number from 0 to 65535, got \"-1\""]),
        ("label,a,b\n70000,2,3\n", ["line 2, column 1 (label)", "got \"70000\""]),
        ("label,a,b\n1.5,2,3\n", ["line 2, column 1 (label)", "got \"1.5\""]),
        ("label,a,b\n\n\n1,2,3\n\n?,2,3\n", ["line 6, column 1", "got \"?\""]),
        ("a,b\n1,2\n1,2,3\n", ["line 3 has 3 fields", "expected 2"]),
        ("label,a\n1,2\n1,2,3\n", ["the label and 1 numbers", "expected 3, the label and 2"]),
        ("label,a,b,c\n1,2,3,4\n", ["line 1 has 4 columns", "need 2, or 3 with a label"]),
        ("label,a,b\n1,\"2,3\n", ["line 2 has 2 fields", "expected 3"]),
    ] {
        let (_folder, path) = csv(text);
        says(Dataset::from_csv(&path, [2]), ErrorKind::Data, &[&["table.csv: "], &parts[..]].concat());
    }
    let (_folder, path) = csv("1\n");
    says(Dataset::from_csv(&path, [0]), ErrorKind::Data, &["table.csv: cannot be read as examples of shape [0]"]);
    says(Dataset::from_csv(&path, [usize::MAX, 2]), ErrorKind::Data, &["hold no numbers"]);
    says(Dataset::from_csv("/nowhere/table.csv", [2]), ErrorKind::Data, &["/nowhere/table.csv", "no such file"]);
}

#[test]
fn a_label_column_in_a_file_that_lacks_a_pixel_is_no_pixel() {
    let (_folder, path) = csv("label,pixel0,pixel1,pixel2\n3,0,10,20\n");
    let parts =
        ["table.csv: line 1 has 4 columns, the label and 3 numbers", "expected 5, the label and 4 numbers", "Give"];
    says(Dataset::from_csv(&path, [2, 2]), ErrorKind::Data, &parts);
    assert_eq!(Dataset::from_csv(&path, [3]).unwrap().labels(), [3]);
}

#[test]
fn a_first_line_that_is_half_an_example_is_no_header() {
    for (first, column, field) in [
        ("NaN,2,3,4", 1, "\"NaN\""),
        (",2,3,4", 1, "\"\""),
        ("1,2,x,4", 3, "\"x\""),
        ("a,b,c,4", 1, "\"a\""),
        ("nan,,inf,nan", 1, "\"nan\""),
        ("label,3,4,5", 1, "\"label\""),
        ("x,0,1,3", 1, "\"x\""),
        ("a,b,,d", 3, "\"\""),
    ] {
        let (_folder, path) = csv(format!("{first}\n1,2,3,4\n"));
        let place = format!("table.csv: line 1, column {column}: expected a number");
        let parts = [&place, field, "is a header", "Mend"];
        says(Dataset::from_csv(&path, [3]), ErrorKind::Data, &parts);
        says(Dataset::from_csv(&path, [4]), ErrorKind::Data, &parts);
    }
}

#[test]
fn numbers_that_count_the_columns_are_a_header() {
    for first in ["0,1,2,3", "label,0,1,2", "label,1,2,3", "\"digit\", 0,1,2"] {
        let (_folder, path) = csv(format!("{first}\n7,5,6,7\n"));
        let data = Dataset::from_csv(&path, [3]).unwrap();
        assert_eq!((data.labels(), flat(&data.image(0).unwrap())), (&[7][..], vec![5.0, 6.0, 7.0]), "{first}");
    }
    let (_folder, path) = csv("0,1,2,3\n7,5,6,7\n");
    assert_eq!(Dataset::from_csv(&path, [2, 2]).unwrap().len(), 1);
    // These are examples: in so few columns they may well be.
    for (text, count) in [("0,1,2\n1,0,1\n", 2), ("1,2,3\n", 1), ("0,1,3,2\n", 1), ("1,2,3,4\n", 1)] {
        let (_folder, path) = csv(text);
        let size = text.lines().next().unwrap().split(',').count() - 1;
        assert_eq!(Dataset::from_csv(&path, [size]).unwrap().len(), count, "{text}");
    }
}

fn picture(path: &Path, width: u32, height: u32, color: png::ColorType, depth: png::BitDepth, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut encoder = png::Encoder::new(fs::File::create(path).unwrap(), width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    encoder.write_header().unwrap().write_image_data(bytes).unwrap();
}

#[test]
fn a_folder_for_each_class_is_a_dataset() {
    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (grey, eight) = (png::ColorType::Grayscale, png::BitDepth::Eight);
    picture(&at("dog/b.png"), 3, 2, grey, eight, &[1, 2, 3, 4, 5, 6]);
    picture(&at("dog/a.PNG"), 3, 2, grey, png::BitDepth::One, &[0b1010_0000, 0b0110_0000]);
    picture(&at("cat/z.png"), 3, 2, grey, png::BitDepth::Sixteen, &[9, 0, 8, 0, 7, 0, 6, 0, 5, 0, 4, 0]);
    fs::write(at("dog/notes.txt"), "no image").unwrap();
    fs::write(at("readme.md"), "no class").unwrap();
    fs::create_dir(at(".cache")).unwrap();
    let data = Dataset::from_folder(folder.path()).unwrap();
    assert_eq!((data.shape(), data.labels()), (vec![3, 2, 3], &[0, 1, 1][..]));
    assert_eq!(data.class_names(), ["cat", "dog"]);
    let images = [9, 8, 7, 6, 5, 4, 255, 0, 255, 0, 255, 255, 1, 2, 3, 4, 5, 6].map(|byte| byte as f32);
    assert_eq!(flat(&data.to_tensors().unwrap().0), images);

    let colors = [1, 2, 3, 200, 4, 5, 6, 0, 7, 8, 9, 1].repeat(2);
    picture(&at("cat/a.png"), 3, 2, png::ColorType::Rgba, eight, &colors);
    let data = Dataset::from_folder(folder.path()).unwrap();
    assert_eq!(data.shape(), [4, 2, 3, 3]);
    assert_eq!(flat(&data.image(0).unwrap())[..9], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]);
    assert_eq!(flat(&data.image(1).unwrap())[..6], [9.0, 9.0, 9.0, 8.0, 8.0, 8.0]);
}

#[test]
fn a_bad_folder_or_image_is_named() {
    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (grey, eight) = (png::ColorType::Grayscale, png::BitDepth::Eight);
    says(Dataset::from_folder(at("none")), ErrorKind::Data, &["none", "No such file"]);
    says(Dataset::from_folder(folder.path()), ErrorKind::Data, &["no sub-folders", "one for each class"]);
    fs::create_dir(at("cat")).unwrap();
    says(Dataset::from_folder(folder.path()), ErrorKind::Data, &["cat: has no .png or .jpg files"]);
    picture(&at("cat/a.png"), 3, 2, grey, eight, &[1, 2, 3, 4, 5, 6]);
    let whole = fs::read(at("cat/a.png")).unwrap();
    picture(&at("cat/b.png"), 2, 3, grey, eight, &[1, 2, 3, 4, 5, 6]);
    let sizes = ["b.png: has 3 × 2 pixels", "a.png has 2 × 3", "one size"];
    says(Dataset::from_folder(folder.path()), ErrorKind::Data, &sizes);
    fs::write(at("cat/b.png"), b"\xff\xd8\xff\xe0 a photograph").unwrap();
    says(Dataset::from_folder(folder.path()), ErrorKind::Data, &["b.png: is a damaged JPEG image"]);
    fs::write(at("cat/b.png"), b"GIF89a").unwrap();
    says(Dataset::from_folder(folder.path()), ErrorKind::Data, &["b.png: is damaged, or neither a PNG nor a JPEG"]);
    for length in 0..whole.len() - 12 {
        fs::write(at("cat/b.png"), &whole[..length]).unwrap();
        says(Dataset::from_folder(folder.path()), ErrorKind::Data, &["b.png: is damaged"]);
    }
    // A header that promises an image of 4 GiB × 4 GiB.
    let mut bomb = whole;
    bomb[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
    fs::write(at("cat/b.png"), bomb).unwrap();
    says(Dataset::from_folder(folder.path()), ErrorKind::Data, &["b.png: "]);
}

/// JPEG files and what Pillow reads of them.
fn jpegs() -> Vec<serde_json::Value> {
    let mut vectors: serde_json::Value = serde_json::from_str(include_str!("../vectors/jpeg.json")).unwrap();
    serde_json::from_value(vectors["cases"].take()).unwrap()
}

/// The file as the one image of a folder of images: where it lies, and its bytes.
fn put_jpeg(folder: &Path, case: &serde_json::Value) -> (PathBuf, Vec<u8>) {
    let path = folder.join("class/image.jpg");
    fs::create_dir(folder.join("class")).unwrap();
    let bytes: Vec<u8> = serde_json::from_value(case["file"].clone()).unwrap();
    fs::write(&path, &bytes).unwrap();
    (path, bytes)
}

#[test]
fn jpeg_images_are_those_that_pillow_reads() {
    for case in jpegs() {
        let folder = tempdir().unwrap();
        let (path, bytes) = put_jpeg(folder.path(), &case);
        let data = Dataset::from_folder(folder.path()).unwrap();
        let shape: Vec<usize> = serde_json::from_value(case["shape"].clone()).unwrap();
        assert_eq!(data.input_shape(), shape);
        let expected = super::numbers(&case["pixels"]);
        // Decoders may round the cosine transform and the colors differently.
        for (ours, theirs) in flat(&data.image(0).unwrap()).into_iter().zip(&expected) {
            assert!((f64::from(ours) - theirs).abs() <= 3.0, "{ours} for {theirs}");
        }
        for length in (3..bytes.len() - 2).step_by(7).chain([bytes.len() - 2, bytes.len() - 1]) {
            fs::write(&path, &bytes[..length]).unwrap();
            says(Dataset::from_folder(folder.path()), ErrorKind::Data, &["image.jpg: is a damaged JPEG image"]);
        }
    }
}

/// As a telephone's photograph has a film behind it.
#[test]
fn what_lies_behind_a_jpeg_image_is_not_looked_at() {
    for case in jpegs() {
        let folder = tempdir().unwrap();
        let (path, bytes) = put_jpeg(folder.path(), &case);
        let alone = flat(&Dataset::from_folder(folder.path()).unwrap().image(0).unwrap());
        for film in
            [&b"\0\0\0\x18ftypmp42 \xff\xda\0\x08 and so on"[..], b"\xff\xda", &bytes, &bytes[..bytes.len() / 2]]
        {
            fs::write(&path, [&bytes, film].concat()).unwrap();
            assert_eq!(flat(&Dataset::from_folder(folder.path()).unwrap().image(0).unwrap()), alone);
        }
        // An image in the image, which is whole, does not stand for the rest of it.
        let small = [b"\xff\xe1\0\x06".as_slice(), b"\xff\xd9\xff\xd9"].concat();
        let marked = [&bytes[..2], &small, &bytes[2..]].concat();
        fs::write(&path, &marked).unwrap();
        assert_eq!(flat(&Dataset::from_folder(folder.path()).unwrap().image(0).unwrap()), alone);
        fs::write(&path, &marked[..marked.len() - 2]).unwrap();
        says(Dataset::from_folder(folder.path()), ErrorKind::Data, &["image.jpg: is a damaged JPEG image"]);
    }
}
