//! Inputs of a megabyte that need the most memory or time for their length.

type Inputs = fn() -> Vec<Vec<u8>>;

const INPUT_BYTES: usize = 1 << 20;

/// The inputs of each target.
pub(crate) const INPUTS: [(&str, Inputs); 10] = [
    ("idx", || {
        let shapes = [[0, 16, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1], [255; 12], [0, 0, 255, 255, 0, 0, 16, 0, 0, 0, 16, 0]];
        let images = shapes.map(|shape| [&[0, 0, 8, 3][..], &shape, &vec![7; INPUT_BYTES]].concat());
        let labels = [&[0, 0, 8, 1, 0, 16, 0, 0][..], &vec![1; INPUT_BYTES]].concat();
        images.into_iter().chain([labels]).collect()
    }),
    ("npy", || {
        let arrays =
            [("|u1", INPUT_BYTES), ("<i8", INPUT_BYTES / 8), (">f2", INPUT_BYTES / 2), ("<f8", INPUT_BYTES / 8)];
        let array = |(kind, count): (&str, usize)| {
            let header = |order: &str| {
                let half = count / 2;
                format!("{{'descr': '{kind}', 'fortran_order': {order}, 'shape': ({half}, 2), }}")
            };
            ["False", "True"].map(|order| {
                let header = header(order);
                let length = (header.len() as u16).to_le_bytes();
                [b"\x93NUMPY\x01\0", &length[..], header.as_bytes(), &vec![1; INPUT_BYTES]].concat()
            })
        };
        arrays.into_iter().flat_map(array).collect()
    }),
    ("csv_dataset", || {
        let words = (0..INPUT_BYTES / 12).map(|line| format!("w{line},1,2,3\n")).collect::<String>();
        let ids = (0..INPUT_BYTES / 12).map(|line| format!("{line},1,2,3\n")).collect::<String>();
        let mut all =
            vec![lines("1,2,3\n"), lines("1,2,3.5\n"), lines("255,0,0,9\n"), lines(","), lines("\n"), lines("\"")];
        all.extend([lines("1;2,5;3\n"), lines(";"), lines_below("a,b,c,label\n", "1,2,3,x\n"), words.into_bytes()]);
        all.push(ids.into_bytes());
        all
    }),
    ("csv_table", || {
        let names = (0..INPUT_BYTES / 7).map(|name| format!("{name:06}")).collect::<Vec<_>>().join(",");
        let of = |header: &str, line: &str| lines_below(header, line);
        vec![
            of("a\n", "1\n"),
            of("a\n", "x\n"),
            of("a,b,c,d\n", "1,2,3,4\n"),
            of("a,b,c,d\n", "1.5,,NA,-2\n"),
            of("a,b,c,d\n", ",,,\n"),
            of("a,b,c,d\n", "x,y,,z\n"),
            of("a,b\n", "\"x\n\",\"\"\"\"\n"),
            of("a\n", ","),
            of("a\n", "\""),
            lines("\""),
            names.into_bytes(),
        ]
    }),
    ("model_file", || {
        let tensors = repeated("{", INPUT_BYTES, |at| {
            format!("\"{at}\":{{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}")
        });
        let shape = [r#"{"a":{"dtype":"F32","shape":["#, &"1,".repeat(INPUT_BYTES / 2), r#"1],"data_offsets":[0,4]}}"#]
            .concat();
        let metadata = format!(r#"{{"__metadata__":{{{}}}}}"#, entries(INPUT_BYTES));
        let files = [tensors, shape.into_bytes(), metadata.into_bytes(), vec![b'['; INPUT_BYTES]];
        files.map(|header| [&(header.len() as u64).to_le_bytes()[..], &header, &[0; 4]].concat()).to_vec()
    }),
    ("model_description", || {
        let layers = |layer: &str| described(&vec![layer; INPUT_BYTES / layer.len()].join(","), "[2]", "{}");
        let shape = described("{\"Flatten\":{\"name\":null}}", &format!("[{}1]", "1,".repeat(INPUT_BYTES / 2)), "{}");
        let columns = format!("{{\"columns\":[[\"loss\",[{}1]]]}}", "1,".repeat(INPUT_BYTES / 2));
        let deep = "[".repeat(INPUT_BYTES);
        let all = [
            layers("{\"Flatten\":{\"name\":null}}"),
            layers("{\"Flatten\":{}}"),
            layers("{\"Dropout\":{\"rate\":0.1}}"),
            shape,
            described("", "[2]", &columns),
            deep,
        ];
        all.map(String::into_bytes).to_vec()
    }),
    ("output", || {
        let show = "\u{1e}tealight {\"do\":\"show\",\"data\":[".to_owned() + &"[\"\",\"\"],".repeat(INPUT_BYTES / 8);
        let begin = "\u{3}EVCXR_BEGIN_CONTENT text/plain\n".to_owned() + &"x\n".repeat(INPUT_BYTES / 2);
        let texts = [
            "\u{40}\u{1e}tealight ",
            "\u{40}EVCXR_BEGIN",
            "\u{40}EVCXR_PANIC_NOTIFICATION\n",
            "\u{0}\u{1e}",
            "\u{0}E",
            "\u{40}\n",
        ];
        let mut all: Vec<Vec<u8>> = texts.iter().map(|text| lines(text)).collect();
        all.extend([show, begin].map(|text| [b"\x40", text.as_bytes()].concat()));
        all
    }),
    ("message", || {
        let header = br#"{"msg_id":"","username":"","session":"","msg_type":"TYPE","version":""}"#;
        let header = |msg_type: &str| String::from_utf8_lossy(header).replace("TYPE", msg_type).into_bytes();
        let numbers = [b"[", "0,".repeat(INPUT_BYTES / 2).as_bytes(), b"0]"].concat();
        let fields = format!("{{{}}}", entries(INPUT_BYTES)).into_bytes();
        let deep = "[".repeat(INPUT_BYTES).into_bytes();
        let mut all = Vec::new();
        for msg_type in ["execute_request", "comm_open", "input_reply", "comm_msg"] {
            for content in [&numbers, &fields, &deep] {
                all.push([&header(msg_type)[..], b"{}", b"{}", content].join(&0xff));
                all.push([&header(msg_type)[..], b"{}", content, b"{}"].join(&0xff));
            }
        }
        all
    }),
    ("completeness", || {
        let texts =
            ["(", "{}", "r#\"", "/*", "'\\", "\"\\", "!", "a.b().", "1+", "if x {} else ", "<", "|x|", "a=", "é\n"];
        texts.into_iter().map(lines).chain([both("(", ")"), both("{", "}"), both("/*", "*/")]).collect()
    }),
    ("keras_file", || {
        vec![[&b"\x89HDF\r\n\x1a\n"[..], &vec![0; INPUT_BYTES]].concat(), lines("PK\u{3}\u{4}"), lines("PK\u{5}\u{6}")]
    }),
];

/// Repeats a line up to the length of an input.
fn lines(line: &str) -> Vec<u8> {
    line.repeat(INPUT_BYTES / line.len()).into_bytes()
}

fn lines_below(header: &str, line: &str) -> Vec<u8> {
    [header.as_bytes(), &lines(line)].concat()
}

fn both(open: &str, close: &str) -> Vec<u8> {
    let count = INPUT_BYTES / 2 / open.len();
    (open.repeat(count) + &close.repeat(count)).into_bytes()
}

/// Builds an object with numbered entries up to this length.
fn repeated(open: &str, length: usize, entry: impl Fn(usize) -> String) -> Vec<u8> {
    let mut text = open.to_owned();
    for at in 0.. {
        text += &entry(at);
        if text.len() >= length {
            break;
        }
        text.push(',');
    }
    (text + "}").into_bytes()
}

/// Builds entries with empty texts up to this length.
fn entries(length: usize) -> String {
    (0..length / 10).map(|at| format!("\"{at}\":\"\"")).collect::<Vec<_>>().join(",")
}

/// Builds the description of a model with these layers, this shape and this history.
fn described(layers: &str, shape: &str, history: &str) -> String {
    let network = format!(r#"{{"input_shape":{shape},"layers":[{layers}]}}"#);
    format!(r#"{{"version":1,"network":{network},"seed":1,"epochs":1,"training":null,"history":{history}}}"#)
}
