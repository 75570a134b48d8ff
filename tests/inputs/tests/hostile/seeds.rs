//! The initial inputs of the corpus: valid ones, which the library writes, and some that are almost valid.

use std::fs::{create_dir_all, read, write};
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;
use notebook_protocol::{DisplayMessage, Output};
use std::io::Write as _;
use tealight::prelude::*;

fn put(target: &str, name: &str, bytes: impl AsRef<[u8]>) {
    let folder = inputs::corpus::folder().join(target);
    create_dir_all(&folder).unwrap();
    write(folder.join(name), bytes).unwrap();
}

#[test]
#[ignore = "writes the initial inputs to tests/fuzz/corpus: cargo test --release -p tealight-hostile-inputs -- --ignored"]
fn write_initial_corpus() {
    data();
    models();
    outputs();
    messages();
    for (index, code) in [
        "let x = 1;\nx",
        "fn f<'a>(x: &'a str) -> &'a str { x }",
        "let s = \"(\\\"\"; let c = '\\''; let r = r#\"{\"\"#; // (",
        "/* ( /* [ */ */ match x { Some(é) => 'é', _ => '\\u{e9}' }",
        ":dep tealight = { path = \"..\" }\nuse tealight::prelude::*;\nfor i in 0..3 { println!(\"{i}\"); }",
        "fn f() {\n    let x = [1, (2, 3)",
    ]
    .into_iter()
    .enumerate()
    {
        put("completeness", &format!("cell-{index}"), code);
    }
}

fn data() {
    let images = [&[0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2][..], &[0, 1, 2, 3, 4, 5, 6, 255]].concat();
    let labels = [0, 0, 8, 1, 0, 0, 0, 2, 0, 1];
    let mut zipped = GzEncoder::new(Vec::new(), Compression::fast());
    zipped.write_all(&images).unwrap();
    put("idx", "images", images);
    put("idx", "labels", labels);
    put("idx", "images.gz", zipped.finish().unwrap());
    for (name, text) in [
        ("labeled", "label,a,b,c\n0,1,2,255\n3,0,0,9\n"),
        ("plain", "1,0,0,0\r\n0,255,12,7\r\n"),
        ("numbers", "a,b,c\n1.5,-2e3,0\n 7,+1,.5\n"),
        ("quoted", "\u{feff}label,\"a \"\"b\"\"\",c,d\n\"1\",2,3,4\n\n2,3,4,5"),
    ] {
        put("csv_dataset", name, text);
        put("csv_table", name, text);
    }
    put("csv_table", "text", "name,age,city\nAda,36,London\n\"Noether, Emmy\",NA,Göttingen\n,3.5,\n");
    let pictures = [("grey", &[0, 90, 255, 7][..], [2, 2].to_vec()), ("colors", &[1, 2, 3, 4, 5, 6], vec![1, 2, 3])];
    for (name, pixels, shape) in pictures {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, shape[1], shape[0]);
        encoder.set_color(if shape.len() == 3 { png::ColorType::Rgb } else { png::ColorType::Grayscale });
        encoder.write_header().unwrap().write_image_data(pixels).unwrap();
        put("picture", name, bytes);
    }
    let arrays: serde_json::Value = serde_json::from_slice(&vectors("readers.json")).unwrap();
    for case in arrays["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let file = |file: &str| {
            let packed =
                base64::Engine::decode(&base64::prelude::BASE64_STANDARD, case["files"][file].as_str().unwrap())
                    .unwrap();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut flate2::read::ZlibDecoder::new(packed.as_slice()), &mut bytes).unwrap();
            bytes
        };
        match name {
            "npy_u1" | "npy_f4_fortran" | "npy_f8_big_v2" | "npy_f2" => put("npy", name, file("x.npy")),
            "npz_column" => put("npz", name, file("data.npz")),
            "exif_6" | "transparent_dark" | "rgb_as_gray" => {
                put("image_loader", name, file(if name == "exif_6" { "a.jpg" } else { "a.png" }));
            }
            "semicolons.csv" | "iris_no_header.csv" | "no_header_last.csv" => put("csv_dataset", name, file(name)),
            _ => {}
        }
    }
    let jpeg: serde_json::Value = serde_json::from_slice(&vectors("jpeg.json")).unwrap();
    for (index, case) in jpeg["cases"].as_array().unwrap().iter().enumerate() {
        put("picture", &format!("jpeg-{index}"), serde_json::from_value::<Vec<u8>>(case["file"].clone()).unwrap());
    }
}

fn vectors(name: &str) -> Vec<u8> {
    read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../crate/tealight/tests/vectors").join(name)).unwrap()
}

/// Saves a model after a short training, so that the file has all of its parts.
fn save(name: &str, network: &Sequential, optimizer: impl Into<Optimizer>) {
    let shape = network.input_shape().to_vec();
    let size = shape.iter().product::<usize>();
    let pixels = (0..4 * size).map(|at| at as u8).collect::<Vec<_>>();
    let data = Dataset::from_bytes(pixels, shape, vec![0, 1, 1, 0], ["a", "b"]).unwrap();
    let mut model = network.build(1).unwrap();
    model.compile(optimizer, SparseCategoricalCrossentropy::new(), [Accuracy]).unwrap();
    let how = Fit::new().epochs(2).batch_size(4).validation_data(&data).verbose(Verbose::Silent);
    let history = model.fit(&data, how).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model");
    model.save_with_history(&path, &history).unwrap();
    let bytes = read(path).unwrap();
    let (_, metadata) = safetensors::SafeTensors::read_metadata(&bytes).unwrap();
    put("model_description", name, &metadata.metadata().as_ref().unwrap()["tealight"]);
    put("model_file", name, bytes);
}

fn models() {
    let small = Sequential::new([2]).add(Dense::new(3).activation(Relu)).add(Dense::new(2).activation(Softmax));
    save("dense", &small, SGD::new());
    let rate = CosineDecay::new(0.1, 100);
    save("adam", &small, Adam::new().learning_rate(rate));
    let images = Sequential::new([6, 6, 1])
        .add(Conv2D::new(2, [3, 3]).activation(LeakyRelu::new()).padding(Padding::Same))
        .add(BatchNormalization::new())
        .add(MaxPooling2D::new())
        .add(AveragePooling2D::new())
        .add(GaussianNoise::new(0.1))
        .add(Flatten)
        .add(Dropout::new(0.2))
        .add(Reshape::new([2]))
        .add(Dense::new(2).kernel_regularizer(L1L2::new(0.1, 0.2)).kernel_constraint(MaxNorm::new(3.0)))
        .add(Activation::from(Softmax));
    save("layers", &images, RMSprop::new());
    let pooled = Sequential::new([4, 4, 1])
        .add(Conv2D::new(2, [2, 2]).kernel_initializer(HeNormal))
        .add(GlobalAveragePooling2D)
        .add(Dense::new(2).activation(Softmax).name("named").kernel_initializer(Constant::new(0.5)));
    save("named", &pooled, AdamW::new());
    put("keras_file", "model", vectors("keras_model.keras"));
    put("keras_file", "weights", vectors("keras_model.weights.h5"));
}

/// The first byte of an input is the size of the chunks, minus one.
fn outputs() {
    let show =
        DisplayMessage::Show(Output::new([("text/html", "<b>1</b>"), ("text/plain", "1\n")]).id("bar")).to_line();
    let clear = DisplayMessage::Clear { wait: true }.to_line();
    put("output", "displays", format!("\u{7}half{show}epoch 1\r{clear}{}\n", notebook_protocol::FLUSHED_LINE));
    put("output", "values", "\u{3}EVCXR_BEGIN_CONTENT text/plain\n1\n2\nEVCXR_END_CONTENT\nEVCXR_EXECUTION_COMPLETE\n");
    put("output", "signals", "\u{40}EVCXR_PANIC_NOTIFICATION\nEVCXR_ERROR_PLACE:12\nEVCXR_VARIABLE_CHANGED_TYPE:x\n");
    put("output", "broken", "\u{1}\u{1e}tealight {\"do\":\"dance\"}\nEVCXR_\u{1e}tealight EVCXR_BEGIN_CONTENT x\n");
}

/// The parts of a message, separated by bytes that do not occur in JSON.
fn messages() {
    for (msg_type, content) in [
        ("execute_request", r#"{"code":"1 + 1","silent":false,"store_history":true,"user_expressions":{"a":"b"}}"#),
        ("complete_request", r#"{"code":"let é = x.","cursor_pos":10}"#),
        ("inspect_request", r#"{"code":"Vec","cursor_pos":3,"detail_level":1}"#),
        ("is_complete_request", r#"{"code":"for i in 0..3 {"}"#),
        (
            "history_request",
            r#"{"hist_access_type":"range","session":-1,"start":1,"stop":9,"output":false,"raw":true}"#,
        ),
        ("history_request", r#"{"hist_access_type":"search","pattern":"*a?","n":3,"unique":true}"#),
        ("comm_open", r#"{"comm_id":"1","target_name":"t","data":{"a":[1,{"b":null}]}}"#),
        ("comm_info_request", r#"{"target_name":"jupyter.widget"}"#),
        ("shutdown_request", r#"{"restart":true}"#),
        ("input_reply", r#"{"value":"typed","status":"ok"}"#),
        ("kernel_info_request", "{}"),
        ("interrupt_request", "{}"),
    ] {
        let header = format!(
            r#"{{"msg_id":"m","username":"u","session":"s","date":"2026-11-20T12:00:00.5Z","msg_type":"{msg_type}","version":"5.3"}}"#
        );
        let parts = [header.as_bytes(), b"{}", br#"{"deletedCells":[]}"#, content.as_bytes(), b"buffer"];
        put("message", &format!("{msg_type}-{}", content.len()), parts.join(&0xff));
    }
    let unsigned = [&b"client"[..], b"<IDS|MSG>", b"", b"{}", b"{}", b"{}", b"{}"];
    put("message", "parts", unsigned.join(&0xff));
}
