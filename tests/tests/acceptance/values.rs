//! Values persist across cells, and are displayed at the end of a cell.

use acceptance::{Notebook, multiline, outputs};

#[test]
fn public_types_persist_across_cells() {
    let notebook = Notebook::with_tealight(&[
        "let x = Tensor::new(&[[0f32, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], &Device::Cpu)?;\n\
         let data = Dataset::from_tensors(&x, &Tensor::new(&[0u32, 1, 1, 0], &Device::Cpu)?)?;\n\
         let (dense, dropout, flatten, relu) = (Dense::new(8), Dropout::new(0.1), Flatten, Relu);\n\
         let layer: Layer = dense.clone().into();\n\
         let activation: Activation = Tanh.into();\n\
         let (adam, loss, metric) = (Adam::new(), SparseCategoricalCrossentropy::new(), Accuracy);\n\
         let optimizer: Optimizer = adam.clone().into();\n\
         let how = Fit::new().epochs(3).validation_data(&data).verbose(Verbose::Silent);\n\
         let verbose = Verbose::Lines;\n\
         let by = Normalize::True;\n\
         let scale = ColorScale::Log;\n\
         let device = Device::Cpu;\n\
         let kind = ErrorKind::Shape;",
        "let network = Sequential::new([2]).add(layer).add(activation).add(dropout)\n    \
             .add(flatten).add(relu).add(Dense::new(2).activation(Softmax));\n\
         let summary = network.summary()?;\n\
         let mut model = network.build(7)?;\n\
         model.compile(optimizer, loss, [metric])?;",
        "let history = model.fit(&data, how.clone())?;\n\
         let score = model.evaluate(&data)?;\n\
         let outputs = model.predict(&data)?;\n\
         let predicted = model.predict_classes(&data)?;",
        "let matrix = ConfusionMatrix::new(data.labels(), &predicted, data.class_names())?;\n\
         let curves = history.plot_loss();\n\
         let figure = curves.figure()?;\n\
         let map = matrix.plot().color_scale(scale);\n\
         let panels = history.plot();\n\
         let shares = matrix.normalized(by);\n\
         let refused = Sequential::new([2]).build(1);\n\
         let error = history.get(\"no such metric\").unwrap_err();",
        "println!(\"{} {} {}\", history.epochs(), outputs.dims().len(), shares.len());\n\
         println!(\"{}\", summary.total_params());\n\
         println!(\"{error}\");\n\
         println!(\"{}\", figure.svg().starts_with(\"<svg\") && !refused.is_ok());\n\
         let _ = (adam, dense, verbose, device, kind, score, curves, map, panels, matrix, model, network);",
    ])
    .unwrap();
    let run = notebook.run().unwrap();
    run.passed().unwrap();
    let printed = run.text(5, "stdout");
    assert!(printed.starts_with("3 2 2\n42\n"), "{printed}");
    assert!(
        printed.contains("no such metric") && printed.contains("val_loss") && printed.ends_with("true\n"),
        "{printed}"
    );
}

#[test]
fn values_and_results_are_displayed_at_the_end_of_a_cell() {
    let notebook = Notebook::with_tealight(&[
        // evcxr allows `?` from the first cell that has one on; at the end of that cell it shows a value as text.
        "let network = Sequential::new([4]).add(Dense::new(3).activation(Softmax));\nnetwork.summary()?;\nnetwork",
        "network.summary()",
        "network.summary()?",
        "let model = network.build(1)?;\nmodel",
        "Some(network.summary()?)",
        "let matrix = ConfusionMatrix::new(&[0, 1, 1], &[0, 1, 0], &[\"cat\", \"dog\"])?;\nmatrix",
        "matrix.plot()",
        "for _ in 0..2 {\n    println!(\"a loop has no value to show\");\n}",
    ])
    .unwrap();
    let run = notebook.run().unwrap();
    run.passed().unwrap();
    for cell in 1..=4 {
        assert!(run.shown(cell, "text/html").concat().contains("<table>"), "cell {cell}");
        assert!(run.shown(cell, "text/plain").concat().contains("Total params: 15 (60.00 B)"), "cell {cell}");
    }
    let inside_some = run.shown(5, "text/plain").concat();
    assert!(inside_some.contains("dense (Dense)") && !inside_some.contains("\\n"), "{inside_some}");
    assert!(run.shown(6, "text/plain").concat().contains("true \\ predicted"));
    assert!(run.shown(6, "text/html").concat().contains("<table"));
    assert!(run.shown(7, "text/html").concat().contains("data:image/svg+xml;base64,"));
    assert!(run.shown(8, "text/plain").is_empty());
}

#[test]
fn error_at_the_end_of_a_cell_fails_the_cell() {
    let notebook =
        Notebook::with_tealight(&["Sequential::new([28, 28]).add(Dense::new(10)).summary()", "1 + 1"]).unwrap();
    let run = notebook.run().unwrap();
    assert_eq!(run.output.status.code(), Some(1), "{}", run.printed());
    let errors = outputs(&run.notebook, 1).into_iter().filter(|output| output["output_type"] == "error");
    let printed = errors.map(|output| multiline(&output["evalue"])).collect::<String>();
    assert_eq!(run.text(1, "stderr"), "");
    assert!(printed.contains("Dense \"dense\": expected a flat input such as [784], got [28, 28]"), "{printed}");
    assert!(printed.contains("Add a Flatten before it"), "{printed}");
    assert!(!printed.contains("panicked") && !printed.contains("backtrace"), "{printed}");
}
