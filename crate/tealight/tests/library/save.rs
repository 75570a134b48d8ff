//! Saving and loading models.

use super::{compiled, flat, points, quiet, says, small};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use tealight::candle_nn::VarBuilder;
use tealight::prelude::*;
use tempfile::TempDir;

fn weights(model: &Model) -> Vec<u32> {
    model.weights().unwrap().iter().flat_map(|(_, weight)| flat(weight)).map(f32::to_bits).collect()
}

fn bits(history: &History) -> Vec<u64> {
    let bits = |name: &String| history.get(name).unwrap().iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    history.names().iter().flat_map(bits).collect()
}

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    (folder, path)
}

/// Returns the header of a file, and the bytes after it.
fn open(path: &Path) -> (Value, Vec<u8>) {
    let bytes = fs::read(path).unwrap();
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    (serde_json::from_slice(&bytes[8..8 + length]).unwrap(), bytes[8 + length..].to_vec())
}

fn close(path: &Path, header: &Value, data: &[u8]) {
    let header = header.to_string();
    fs::write(path, [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()).unwrap();
}

/// Changes the description of a saved model.
fn describe(path: &Path, change: impl FnOnce(&mut Value)) {
    let (mut header, data) = open(path);
    let entry = &mut header["__metadata__"]["tealight"];
    let mut description = serde_json::from_str(entry.as_str().unwrap()).unwrap();
    change(&mut description);
    *entry = description.to_string().into();
    close(path, &header, &data);
}

#[test]
fn saved_training_continues_bit_for_bit() {
    let data = points(330);
    let options = || quiet().validation_split(0.1);
    let mut straight = compiled(&small(), 3);
    let expected = straight.fit(&data, options().epochs(5)).unwrap();

    let (_folder, path) = place();
    let mut first = compiled(&small(), 3);
    let begun = first.fit(&data, options().epochs(2)).unwrap();
    first.save_with_history(&path, &begun).unwrap();
    drop(first);
    let (mut model, mut history) = Model::load_with_history(&path).unwrap();
    assert_eq!((model.epochs_trained(), model.seed()), (2, 3));
    assert!(history == begun);
    history.append(&model.fit(&data, options().epochs(3)).unwrap());
    assert_eq!(bits(&history), bits(&expected));
    assert_eq!(weights(&model), weights(&straight));
    assert_eq!(model.to_string(), straight.to_string());
}

#[test]
fn saved_model_keeps_all_options_to_the_last_bit() {
    let (_folder, path) = place();
    let network = Sequential::new([2, 3])
        .add(Flatten)
        .add(Dense::new(4).activation(LeakyRelu::new().negative_slope(0.1)).name("first"))
        .add(Dropout::new(0.123_456_789_012_345_68))
        .add(Dense::new(3).use_bias(false).activation(Softmax));
    let mut model = network.build(u64::MAX).unwrap();
    model.save(&path).unwrap();
    let again = Model::load(&path).unwrap();
    assert!(*again.network() == network);
    assert_eq!(again.to_string(), model.to_string());
    assert!(again.to_string().contains("Not compiled"));
    assert_eq!(again.seed(), u64::MAX);
    assert_eq!(weights(&again), weights(&model));

    let optimizer = Adam::new().learning_rate(0.1 + 0.2).beta_2(0.998_877_665_544_332_2);
    model.compile(optimizer, CategoricalCrossentropy::new(), [Accuracy]).unwrap();
    model.save(&path).unwrap();
    assert_eq!(Model::load(&path).unwrap().to_string(), model.to_string());
}

#[test]
fn saved_weights_load_into_a_model_and_candle() {
    let (_folder, path) = place();
    let model = compiled(&small(), 1);
    model.save_weights(&path).unwrap();
    let mut other = compiled(&small(), 2);
    assert_ne!(weights(&other), weights(&model));
    other.load_weights(&path).unwrap();
    assert_eq!(weights(&other), weights(&model));

    let builder = VarBuilder::from_buffered_safetensors(fs::read(&path).unwrap(), DType::F32, &Device::Cpu).unwrap();
    let kernel = builder.pp("dense_1").get((16, 2), "kernel").unwrap();
    assert_eq!(flat(&kernel), flat(&model.weight("dense_1/kernel").unwrap()));
    assert_eq!(builder.pp("dense").get(16, "bias").unwrap().dims(), [16]);

    // A file of a whole model has the weights too.
    let mut third = small().build(3).unwrap();
    model.save(&path).unwrap();
    third.load_weights(&path).unwrap();
    assert_eq!(weights(&third), weights(&model));
    says(
        {
            model.save_weights(&path).unwrap();
            Model::load(&path)
        },
        ErrorKind::Data,
        &["Model::load", "model.safetensors", "not a model that tealight saved", "model.load_weights(path)"],
    );
}

/// Other programs read the file, so it has to equal that of the safetensors crate.
#[test]
fn saved_file_is_what_the_safetensors_crate_writes() {
    let (_folder, path) = place();
    let model = compiled(&small(), 1);
    model.save_weights(&path).unwrap();
    let tensors = model.weights().unwrap().into_iter().map(|(name, weight)| (name.replace('/', "."), weight));
    assert_eq!(fs::read(&path).unwrap(), safetensors::serialize(tensors, None).unwrap());

    model.save(&path).unwrap();
    let bytes = fs::read(&path).unwrap();
    let (_, metadata) = safetensors::SafeTensors::read_metadata(&bytes).unwrap();
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    assert_eq!(safetensors::serialize(file.tensors(), metadata.metadata().clone()).unwrap(), bytes);
}

#[test]
fn load_names_the_first_wrong_parameter_and_sets_nothing() {
    let (_folder, path) = place();
    compiled(&small(), 1).save(&path).unwrap();
    let network = Sequential::new([2]).add(Dense::new(16)).add(Dense::new(3));
    let mut model = network.build(5).unwrap();
    let before = weights(&model);
    let shape = ["Model::load_weights", "\"dense_1/kernel\"", "should have shape [16, 3], but has [16, 2]"];
    says(model.load_weights(&path), ErrorKind::Shape, &shape);
    assert_eq!(weights(&model), before);
    let mut model = Sequential::new([2]).add(Dense::new(16).name("hidden")).build(5).unwrap();
    let missing = ["\"hidden/kernel\" of shape [2, 16] is not there", "dense.kernel"];
    says(model.load_weights(&path), ErrorKind::Name, &missing);
    let mut model = Sequential::new([2]).add(Dense::new(16)).build(5).unwrap();
    says(model.load_weights(&path), ErrorKind::Name, &["no parameter \"dense_1.", "it has dense.kernel, dense.bias"]);

    describe(&path, |description| description["network"]["layers"][2]["Dense"]["units"] = json!(7));
    says(Model::load(&path), ErrorKind::Shape, &["Model::load", "\"dense_1/kernel\"", "[16, 7]", "[16, 2]"]);
}

#[test]
fn load_rejects_long_headers_before_allocating() {
    let (_folder, path) = place();
    let dimensions = "1,".repeat(70_000);
    let header = format!(r#"{{"a":{{"dtype":"F32","shape":[{dimensions}1],"data_offsets":[0,4]}}}}"#);
    fs::write(&path, [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &[0; 4]].concat()).unwrap();
    says(Model::load(&path), ErrorKind::Data, &["is no model", "70003 names and numbers", "60000", "tealight saved"]);

    compiled(&small(), 1).save(&path).unwrap();
    let whole = fs::read(&path).unwrap();
    describe(&path, |description| {
        description["network"]["layers"] = json!(vec![json!({ "Flatten": { "name": null } }); 5_001])
    });
    says(Model::load(&path), ErrorKind::Data, &["description cannot be read", "more than 5000 layers"]);
    fs::write(&path, &whole).unwrap();
    describe(&path, |description| description["network"]["input_shape"] = json!(vec![1; 33]));
    says(Model::load(&path), ErrorKind::Data, &["the input shape has 33 dimensions, more than 32"]);

    let deep = (0..5_001).fold(Sequential::new([2]), |network, _| network.add(Flatten));
    says(deep.build(1), ErrorKind::Argument, &["5001 layers, more than 5000"]);
    let reshaped = Sequential::new([2]).add(Reshape::new([vec![1; 32], vec![2]].concat()));
    says(reshaped.build(1), ErrorKind::Shape, &["Reshape", "33 dimensions", "Flatten"]);
}

#[test]
fn load_of_another_format_says_what_it_is() {
    let (folder, path) = place();
    says(Model::load(&path), ErrorKind::Data, &["Model::load", "model.safetensors", "no such file"]);
    says(Model::load(folder.path()), ErrorKind::Data, &["Model::load"]);
    for (bytes, what) in [
        (&b""[..], "cut short"),
        (b"hdf", "cut short"),
        (b"\x89HDF\r\n\x1a\n\0\0\0\0", "cut short, or not a safetensors file"),
        (b"\x02\0\0\0\0\0\0\0[]", "not a safetensors file"),
        (b"\x02\0\0\0\0\0\0\0{}", "no description"),
        (b"\x02\0\0\0\0\0\0\0{}more", "not those that its header lists"),
    ] {
        fs::write(&path, bytes).unwrap();
        says(Model::load(&path), ErrorKind::Data, &["Model::load", what]);
    }
    let model = compiled(&small(), 1);
    model.save(&path).unwrap();
    let whole = fs::read(&path).unwrap();
    for length in (0..64).chain((64..whole.len()).step_by(29)).chain(whole.len() - 8..whole.len()) {
        fs::write(&path, &whole[..length]).unwrap();
        says(Model::load(&path), ErrorKind::Data, &["cut short"]);
    }
    fs::write(&path, &whole).unwrap();
    describe(&path, |description| description["version"] = json!(3));
    says(
        Model::load(&path),
        ErrorKind::Data,
        &["later version of tealight, in format 3", "up to 2", "Update tealight"],
    );
    fs::write(&path, &whole).unwrap();
    describe(&path, |description| description["network"] = json!("none"));
    says(Model::load(&path), ErrorKind::Data, &["description cannot be read", "Save the model again"]);
}

#[test]
fn load_rejects_hostile_descriptions_before_allocating() {
    let (_folder, path) = place();
    for (pointer, value, what) in [
        ("/network/layers/0/Dense/units", json!(1_000_000_000), "Dense \"dense\" has 3000000000 parameters"),
        ("/network/layers/0/Dense/units", json!(i64::MAX), "more than a computer can count"),
        ("/network/layers/0/Dense/units", json!(-1), "-1 units"),
        ("/network/layers", json!([]), "no layers"),
        ("/network/input_shape", json!([0]), "holds no numbers"),
        ("/network/layers/1/Dropout/rate", json!(2.5), "rate 2.5"),
        ("/training/optimizer/Adam/common/learning_rate/Constant", json!(-1.0), "learning_rate -1"),
        ("/training/loss", json!("Nonsense"), "description cannot be read"),
        ("/seed", json!(-1), "description cannot be read"),
        ("/epochs", json!("many"), "description cannot be read"),
        ("/epochs", json!(u64::MAX), "epochs no end"),
        ("/history/seconds", json!([1.0, 2.0]), "columns of several lengths"),
        ("/history", json!(vec![vec![0; 3]; 3]), "description cannot be read"),
    ] {
        let mut model = compiled(&small(), 1);
        let history = model.fit(&points(4), quiet()).unwrap();
        model.save_with_history(&path, &history).unwrap();
        describe(&path, |description| {
            *description.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value;
        });
        says(Model::load(&path), ErrorKind::Data, &["Model::load", "model.safetensors", what]);
    }
    // Endless brackets.
    compiled(&small(), 1).save(&path).unwrap();
    let (mut header, data) = open(&path);
    header["__metadata__"]["tealight"] = "[".repeat(1 << 20).into();
    close(&path, &header, &data);
    says(Model::load(&path), ErrorKind::Data, &["description cannot be read"]);
}

#[test]
fn load_requires_the_optimizer_slots() {
    let (_folder, path) = place();
    compiled(&small(), 1).save(&path).unwrap();
    let (mut header, data) = open(&path);
    let header_of = header.as_object_mut().unwrap();
    let moment = header_of.shift_remove("optimizer/momentum/dense.bias").unwrap();
    header_of.insert("optimizer/other/dense.bias".to_owned(), moment);
    close(&path, &header, &data);
    says(Model::load(&path), ErrorKind::Name, &["momentum of \"dense/bias\"", "[16]", "is not there"]);
}

#[test]
fn save_names_a_path_that_cannot_be_written() {
    let (folder, path) = place();
    let model = compiled(&small(), 1);
    says(model.save(folder.path()), ErrorKind::Data, &["Model::save", "is a folder", "Give the path of a file"]);
    fs::write(&path, "no folder").unwrap();
    let below = path.join("model.safetensors");
    says(model.save(&below), ErrorKind::Data, &["Model::save", "a folder that can be written to"]);
}

#[test]
fn save_creates_missing_folders() {
    let (folder, _) = place();
    let at = |name: &str| folder.path().join(name);
    let mut model = compiled(&small(), 1);
    let best = ModelCheckpoint::new(at("c/d/best.safetensors"));
    let log = CSVLogger::new(at("e/f/log.csv"));
    let history = model.fit(&points(20), quiet().callback(best).callback(log)).unwrap();
    model.save(at("a/b/model.safetensors")).unwrap();
    model.save_weights(at("g/weights.safetensors")).unwrap();
    history.save(at("h/i/history.json")).unwrap();
    for name in ["a/b/model.safetensors", "c/d/best.safetensors"] {
        assert_eq!(weights(&Model::load(at(name)).unwrap()), weights(&model));
    }
    assert_eq!(History::load(at("e/f/log.csv")).unwrap().epochs(), 1);
    assert!(at("g/weights.safetensors").is_file() && at("h/i/history.json").is_file());
}

/// Changes the first number of a tensor in a saved file.
fn poison(path: &Path, tensor: &str, number: f32) {
    let (header, mut data) = open(path);
    let from = header[tensor]["data_offsets"][0].as_u64().unwrap() as usize;
    data[from..from + 4].copy_from_slice(&number.to_le_bytes());
    close(path, &header, &data);
}

#[test]
fn load_rejects_parameters_that_are_not_finite() {
    let (_folder, path) = place();
    for (tensor, what) in
        [("dense.kernel", "\"dense/kernel\""), ("optimizer/momentum/dense.bias", "momentum of \"dense/bias\"")]
    {
        for (number, name) in [(f32::NAN, "NaN"), (f32::INFINITY, "inf")] {
            compiled(&small(), 1).save(&path).unwrap();
            poison(&path, tensor, number);
            let parts = ["Model::load", what, &format!("holds {name}"), "Load an earlier file"];
            says(Model::load(&path), ErrorKind::Numeric, &parts);
        }
    }
    poison(&path, "dense.kernel", f32::NAN);
    let mut model = small().build(2).unwrap();
    let before = weights(&model);
    says(model.load_weights(&path), ErrorKind::Numeric, &["Model::load_weights", "\"dense/kernel\" holds NaN"]);
    assert_eq!(weights(&model), before);
}

#[test]
fn load_rejects_wrong_tensor_offsets() {
    let (_folder, path) = place();
    compiled(&small(), 1).save(&path).unwrap();
    let (header, data) = open(&path);
    let lies = |pointer: &str, value: Value, what: &str| {
        let mut header = header.clone();
        *header.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value;
        close(&path, &header, &data);
        let advice = "Give a file that tealight saved.";
        says(Model::load(&path), ErrorKind::Data, &["Model::load: ", "model.safetensors: is not", what, advice]);
    };
    let offsets = "/dense.kernel/data_offsets";
    lies(offsets, json!([0, 4]), "invalid shape, data type, or offset for tensor");
    lies(offsets, json!([4, 0]), "invalid offset for tensor");
    lies(offsets, json!([0, u64::MAX]), "invalid offset for tensor");
    lies(offsets, json!([60, 188]), "invalid offset for tensor");
    lies(offsets, json!([-1, 127]), "invalid JSON in header");
    lies(offsets, header["dense.bias"]["data_offsets"].clone(), "offset for tensor");
    let shape = "/dense.kernel/shape";
    lies(shape, json!([2, 17]), "invalid shape, data type, or offset for tensor");
    lies(shape, json!([1_u64 << 62, 1_u64 << 62]), "overflow");
    lies("/dense.kernel/dtype", json!("F64"), "invalid shape, data type, or offset for tensor");
    lies("/dense.kernel/dtype", json!("X9"), "invalid JSON in header");
    lies("/__metadata__", json!({"tealight": 7}), "invalid JSON in header");

    // A duplicate name, an endlessly nested header, and a header of a million empty tensors.
    let text = header.to_string();
    let twice = text.replacen("\"dense.bias\"", "\"dense.kernel\"", 1);
    let nested = format!("{{\"a\":{}", "[".repeat(1 << 20));
    let many = (0..200_000).map(|n| format!("\"{n}\":{{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}"));
    let many = format!("{{{}}}", many.collect::<Vec<_>>().join(","));
    for (header, what, advice) in [
        (twice, "invalid offset for tensor", "Give a file that tealight saved"),
        (nested, "invalid JSON in header", "Give a file that tealight saved"),
        (many, "lists some 799999 names and numbers, more than 60000", "Give a file that tealight saved"),
    ] {
        let bytes = [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &data[..]].concat();
        fs::write(&path, bytes).unwrap();
        says(Model::load(&path), ErrorKind::Data, &["Model::load: ", "model.safetensors: is ", what, advice]);
    }
}
