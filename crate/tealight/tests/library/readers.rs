//! Files as people have them, against what pandas, NumPy and Pillow read in them: `vectors/make_readers.py` made both.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::read::ZlibDecoder;
use serde_json::Value;
use std::io::Read as _;
use std::path::Path;
use tealight::prelude::*;
use tempfile::tempdir;

fn unpacked(text: &Value) -> Vec<u8> {
    let packed = BASE64_STANDARD.decode(text.as_str().unwrap()).unwrap();
    let mut bytes = Vec::new();
    ZlibDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
    bytes
}

fn strings(value: &Value) -> Vec<String> {
    value
        .as_array()
        .map_or(Vec::new(), |values| values.iter().map(|value| value.as_str().unwrap().to_owned()).collect())
}

fn shape(value: &Value) -> Vec<usize> {
    serde_json::from_value(value.clone()).unwrap()
}

/// What tealight reads, where it is a dataset.
fn dataset(call: &Value, folder: &Path, first: &Path) -> Result<Dataset> {
    let ten = || (0..10).map(|digit| digit.to_string());
    match call["kind"].as_str().unwrap() {
        "csv" => {
            let mut options = Csv::new();
            if let Some(label) = call["label"].as_str() {
                options = options.label(label);
            }
            if call["class_names"].is_array() {
                options = options.class_names(strings(&call["class_names"]));
            }
            options.read_dataset(first, shape(&call["shape"]))
        }
        "idx" => Dataset::from_idx(folder.join("images"), folder.join("labels"), ten()),
        "npy" => Dataset::from_npy(folder.join("x.npy"), folder.join("y.npy")),
        "npz" => Dataset::from_npz(first, "x", "y"),
        "mnist" => Ok(mnist::load_from(first)?.0),
        "folder" => Dataset::from_folder(folder),
        "loader" => {
            let size = shape(&call["size"]);
            let loader = ImageLoader::new([size[0], size[1]]).color_mode(call["mode"].as_str().unwrap());
            loader.invert(false).load(first)
        }
        other => panic!("no call {other}"),
    }
}

/// What is wrong with a dataset that was read, if anything is.
fn compare(case: &Value, data: &Dataset) -> Result<String, String> {
    let (expected, tolerance) = (shape(&case["shape"]), case["tolerance"].as_f64().unwrap_or(0.0) as f32);
    if data.shape() != expected {
        return Err(format!("shape {:?} for {expected:?}", data.shape()));
    }
    let numbers = unpacked(&case["x"]);
    let numbers = numbers.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()));
    let ours = (0..data.len()).flat_map(|index| super::flat(&data.image(index).unwrap())).collect::<Vec<_>>();
    let furthest = ours.iter().zip(numbers).map(|(ours, theirs)| (ours - theirs).abs()).fold(0.0, f32::max);
    if furthest > tolerance || furthest.is_nan() {
        return Err(format!("numbers differ by {furthest}"));
    }
    let labels = case["labels"].as_array().map_or(Vec::new(), |_| super::labels(&case["labels"]));
    let names = strings(&case["names"]);
    if (data.labels(), data.is_labeled()) != (labels.as_slice(), !labels.is_empty()) {
        return Err(format!("labels {:?} for {labels:?}", data.labels()));
    }
    if data.class_names() != names {
        return Err(format!("classes {:?} for {names:?}", data.class_names()));
    }
    let what = if labels.is_empty() { "no labels".to_owned() } else { format!("{} classes", names.len()) };
    Ok(format!("{expected:?}, {what}, numbers within {furthest}"))
}

/// What is wrong with a table that was read, if anything is.
fn compare_table(case: &Value, table: &Table) -> Result<String, String> {
    for (column, name) in case["columns"].as_array().unwrap().iter().zip(table.names()) {
        if column[0] != name.as_str() {
            return Err(format!("column {name:?} for {}", column[0]));
        }
        let values = column[2].as_array().unwrap();
        let same = if column[1] == "numbers" {
            let ours = table.numbers(&name).map_err(|error| error.to_string())?;
            let same = |ours: &f64, theirs: &Value| theirs.as_f64().map_or(ours.is_nan(), |theirs| theirs == *ours);
            ours.len() == values.len() && ours.iter().zip(values).all(|(ours, theirs)| same(ours, theirs))
        } else {
            table.text(&name).map_err(|error| error.to_string())? == strings(&column[2])
        };
        if !same {
            return Err(format!("column {name:?} differs"));
        }
    }
    Ok(format!("{} × {}", table.shape()[0], table.shape()[1]))
}

/// Prints a line for each file: `cargo test -p tealight --test library readers:: -- --nocapture`.
#[test]
fn every_file_is_read_as_its_oracle_reads_it_or_refused_with_words() {
    let vectors: Value = serde_json::from_str(include_str!("../vectors/readers.json")).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert!(cases.len() >= 40);
    println!("| file | what it is | oracle | tealight | |\n|---|---|---|---|---|");
    let mut wrong = Vec::new();
    for case in cases {
        let folder = tempdir().unwrap();
        let mut first = None;
        for (name, bytes) in case["files"].as_object().unwrap() {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, unpacked(bytes)).unwrap();
            first.get_or_insert(path);
        }
        let first = first.unwrap();
        let found = match (case["call"]["kind"].as_str(), case["error"].as_array()) {
            (Some("table"), _) => {
                Table::read_csv(&first).map_err(|error| error.to_string()).and_then(|table| compare_table(case, &table))
            }
            (_, None) => {
                let data = dataset(&case["call"], folder.path(), &first).map_err(|error| error.to_string());
                data.and_then(|data| compare(case, &data))
            }
            (_, Some(parts)) => match dataset(&case["call"], folder.path(), &first) {
                Ok(data) => Err(format!("was read: {data}")),
                Err(error) => {
                    let text = error.to_string().replace(&folder.path().display().to_string(), "");
                    match parts.iter().all(|part| text.contains(part.as_str().unwrap())) {
                        true => Ok(format!("refused: {text}")),
                        false => Err(format!("{parts:?} is not in: {text}")),
                    }
                }
            },
        };
        let oracle = match case["shape"].is_array() {
            true => format!("{}: {:?}", case["oracle"].as_str().unwrap(), shape(&case["shape"])),
            false => case["oracle"].as_str().unwrap().to_owned(),
        };
        let (text, verdict) = found.as_ref().map_or_else(|wrong| (wrong, "WRONG"), |text| (text, "agrees"));
        let (name, what) = (case["name"].as_str().unwrap(), case["what"].as_str().unwrap());
        println!("| {name} | {what} | {oracle} | {} | {verdict} |", text.replace('|', "\\|"));
        if found.is_err() {
            wrong.push(format!("{name} ({what}): {text}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
