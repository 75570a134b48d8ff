//! Loading files that Keras saved.

use super::{flat, numbers, says};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use tealight::prelude::*;
use tempfile::tempdir;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name)
}

/// The network of `vectors/make_keras_files.py`, with other layer names.
fn network(hidden: i32) -> Sequential {
    Sequential::new([5, 4])
        .add(Reshape::new([5, 4, 1]))
        .add(Conv2D::new(2, [3, 2]).activation(Relu))
        .add(BatchNormalization::new())
        .add(Flatten)
        .add(Dense::new(hidden).activation(Tanh).name("first"))
        .add(Dropout::new(0.2))
        .add(Dense::new(3).use_bias(false))
        .add(Dense::new(2).activation(Softmax).name("dense"))
}

#[test]
fn keras_file_predicts_as_in_keras() {
    let vectors: Value = serde_json::from_str(include_str!("../vectors/keras_model.json")).unwrap();
    let x = Tensor::from_vec(numbers(&vectors["x"]), (4, 5, 4), &Device::Cpu).unwrap().to_dtype(DType::F32).unwrap();
    for name in ["keras_model.keras", "keras_model.weights.h5"] {
        let mut model = network(4).build(0).unwrap();
        model.load_keras_weights(file(name)).unwrap();
        let ours = flat(&model.forward(&x, false).unwrap());
        for (ours, theirs) in ours.iter().zip(numbers(&vectors["outputs"])) {
            assert!((f64::from(*ours) - theirs).abs() < 1e-6, "{name}: {ours} for {theirs}");
        }
    }
}

#[test]
fn keras_file_of_another_network_is_an_error() {
    let refuses = |network: Sequential, kind: ErrorKind, parts: &[&str]| {
        let mut model = network.build(0).unwrap();
        let before = model.weights().unwrap();
        says(model.load_keras_weights(file("keras_model.keras")), kind, parts);
        let same = |((_, a), (_, b)): (&(String, Tensor), &(String, Tensor))| flat(a) == flat(b);
        assert!(before.iter().zip(&model.weights().unwrap()).all(same));
    };
    let shapes = ["\"first/kernel\", layers/dense/vars/0", "should have shape [18, 5], but has [18, 4]"];
    refuses(network(5), ErrorKind::Shape, &shapes);
    let more = network(4).add(Dense::new(2));
    refuses(more, ErrorKind::Name, &["layers/dense_3/vars/0", "is not there", "conv2d (2), dense (2), dense_1 (1)"]);
    let short = Sequential::new([5, 4]).add(Reshape::new([5, 4, 1])).add(Conv2D::new(2, [3, 2]));
    refuses(short, ErrorKind::Data, &["layers/batch_normalization has 4 weights", "a place for 0"]);
}

#[test]
fn keras_file_of_another_format_is_an_error() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("model.weights.h5");
    let mut model = network(4).build(0).unwrap();
    let mut refuses = |bytes: &[u8], parts: &[&str]| {
        fs::write(&path, bytes).unwrap();
        says(model.load_keras_weights(&path), ErrorKind::Data, parts);
    };
    refuses(b"no model", &["model.weights.h5: is not a file that Keras saved", "model.save_weights("]);
    refuses(b"", &["is not a file that Keras saved"]);
    refuses(b"PK\x03\x04 and so on", &["is an archive, but not a model"]);
    let (archive, weights) =
        (fs::read(file("keras_model.keras")).unwrap(), fs::read(file("keras_model.weights.h5")).unwrap());
    refuses(&archive[..archive.len() / 2], &["is an archive, but not a model"]);
    refuses(&weights[..200], &["is cut short or damaged"]);
    refuses(&vec![0; 65 << 20], &["far larger than the model"]);
    // The group of the layers has another name.
    let place = weights.windows(6).position(|bytes| bytes == b"layers").unwrap();
    let mut renamed = weights.clone();
    renamed[place..place + 6].copy_from_slice(b"lawers");
    refuses(&renamed, &["does not hold weights as Keras 3 saves them", "Load the model in Keras 3"]);
    let gone = model.load_keras_weights(folder.path().join("gone.keras"));
    says(gone, ErrorKind::Data, &["gone.keras: no such file"]);
}

#[test]
fn keras_file_with_nan_is_an_error() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("model.weights.h5");
    let mut bytes = fs::read(file("keras_model.weights.h5")).unwrap();
    let mut model = network(4).build(0).unwrap();
    model.load_keras_weights(file("keras_model.weights.h5")).unwrap();
    let (name, weight) = model.weights().unwrap().into_iter().next().unwrap();
    let first = flat(&weight).into_iter().take(3).flat_map(f32::to_le_bytes).collect::<Vec<_>>();
    let place = bytes.windows(first.len()).position(|window| window == first).unwrap();
    bytes[place..place + 4].copy_from_slice(&f32::NAN.to_le_bytes());
    fs::write(&path, bytes).unwrap();
    let before = flat(&weight);
    says(model.load_keras_weights(&path), ErrorKind::Numeric, &[&name, "holds NaN", "Load an earlier file"]);
    assert_eq!(flat(&model.weight(&name).unwrap()), before);
}

/// A damaged file may be an error, but never a panic.
#[test]
fn damaged_keras_file_never_panics() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("model.weights.h5");
    let weights = fs::read(file("keras_model.weights.h5")).unwrap();
    let mut model = network(4).build(0).unwrap();
    for step in 0..2000_usize {
        let mut damaged = weights.clone();
        let place = step.wrapping_mul(2_654_435_761) % damaged.len();
        damaged[place] ^= (step % 255 + 1) as u8;
        damaged.truncate(if step % 3 == 0 { place + 1 } else { weights.len() });
        fs::write(&path, damaged).unwrap();
        let _ = model.load_keras_weights(&path);
    }
}

/// Appends `nodes` to the file and makes the root group point to them instead of to its own leaf.
fn grafted(nodes: &[u8]) -> Vec<u8> {
    let mut bytes = fs::read(file("keras_model.weights.h5")).unwrap();
    assert_eq!(&bytes[136..140], b"TREE");
    let end = bytes.len() as u64;
    bytes[141] = 1;
    bytes[168..176].copy_from_slice(&end.to_le_bytes());
    bytes.extend_from_slice(nodes);
    // The file's own record of its length.
    let length = bytes.len() as u64;
    bytes[40..48].copy_from_slice(&length.to_le_bytes());
    bytes
}

/// Returns a node of a group's B-tree.
fn node(level: u8, children: &[u64]) -> Vec<u8> {
    let mut bytes = b"TREE\0".to_vec();
    bytes.push(level);
    bytes.extend((children.len() as u16).to_le_bytes());
    bytes.extend([0xff; 16]);
    children.iter().for_each(|child| bytes.extend([0_u64.to_le_bytes(), child.to_le_bytes()].concat()));
    bytes.extend([0; 8]);
    bytes
}

/// If both branches of each of 40 nodes lead to the next node, a file of 40 KB has 2⁴⁰ paths.
#[test]
fn cyclic_keras_file_is_an_error_at_once() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("model.weights.h5");
    let start = fs::metadata(file("keras_model.weights.h5")).unwrap().len();
    let size = node(1, &[0, 0]).len() as u64;
    let mut shared = Vec::new();
    (1..=40).for_each(|next| shared.extend(node(1, &[start + next * size; 2])));
    shared.extend(node(0, &[]));
    // A node that points to the same leaf of names as often as possible.
    let again = node(0, &[1504; 65_535]);
    for nodes in [shared, again] {
        fs::write(&path, grafted(&nodes)).unwrap();
        let started = std::time::Instant::now();
        let mut model = network(4).build(0).unwrap();
        let parts = ["model.weights.h5: is cut short or damaged", "its structure is cyclic", "Save it again"];
        says(model.load_keras_weights(&path), ErrorKind::Data, &parts);
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }
}

/// The read budget suffices for any network.
#[test]
fn keras_file_of_a_thousand_layers_is_read() {
    let mut layers = hdf5_pure::FileBuilder::new().create_group("layers");
    for number in 0..1000 {
        let name = if number == 0 { "dense".to_owned() } else { format!("dense_{number}") };
        let (mut layer, mut vars) = (layers.create_group(&name), layers.create_group("vars"));
        vars.create_dataset("0").with_f32_data(&[number as f32]).with_shape(&[1, 1]);
        vars.create_dataset("1").with_f32_data(&[0.5]).with_shape(&[1]);
        layer.add_group(vars.finish());
        layers.add_group(layer.finish());
    }
    let mut builder = hdf5_pure::FileBuilder::new();
    builder.add_group(layers.finish());
    let folder = tempdir().unwrap();
    let path = folder.path().join("model.weights.h5");
    fs::write(&path, builder.finish().unwrap()).unwrap();
    let network = (0..1000).fold(Sequential::new([1]), |network, _| network.add(Dense::new(1)));
    let mut model = network.build(0).unwrap();
    model.load_keras_weights(&path).unwrap();
    let (_, last) = &model.weights().unwrap()[2 * 999];
    assert_eq!(flat(last), [999.0]);
}
