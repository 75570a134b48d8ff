//! Stock evcxr with candle gets gradients across cells wrong; with tealight they are right, or nothing trains.

use acceptance::Notebook;

#[test]
fn gradients_of_tensors_from_different_cells_are_right() {
    let notebook = Notebook::with_tealight(&[
        "use tealight::candle_core::Var;",
        "let w = Var::new(2f32, &Device::Cpu)?;",
        "let x = Var::new(10f32, &Device::Cpu)?;",
        "let v = Var::new(5f32, &Device::Cpu)?;",
        "let y = ((w.as_tensor() * x.as_tensor())? + v.as_tensor())?;\n\
         let gradients = y.backward()?;\n\
         for variable in [&w, &x, &v] {\n    \
             println!(\"{}\", gradients.get(variable).unwrap().to_scalar::<f32>()?);\n\
         }",
    ])
    .unwrap();
    let run = notebook.run().unwrap();
    run.passed().unwrap();
    // y = w·x + v: dy/dw = x, dy/dx = w, dy/dv = 1.
    assert_eq!(run.text(5, "stdout"), "10\n2\n1\n");
}

#[test]
fn a_candle_of_ones_own_is_refused_with_the_remedy() {
    // candle alone is linked into each cell that uses it, as stock evcxr does it, before tealight comes.
    let library = acceptance::root().join("crate/tealight").canonicalize().unwrap();
    let notebook = Notebook::with_cells(&[
        ":dep candle-core = \"0.11\"\nuse candle_core::{Device, Tensor};",
        "let x = Tensor::new(&[1f32, 2.0], &Device::Cpu)?;",
        &format!(":dep tealight = {{ path = \"{}\" }}\nuse tealight::prelude::*;", library.display()),
        "let network = Sequential::new([2]).add(Dense::new(2));",
        "let model = network.build(1)?;",
    ])
    .unwrap();
    let run = notebook.run().unwrap();
    assert!(!run.output.status.success(), "{}", run.printed());
    let said = run.text(4, "stderr");
    assert!(said.contains("2 copies of candle"), "{said}\n{}", run.printed());
    assert!(said.contains(":dep tealight = { path = \"../crate/tealight\" }"), "{said}");
    assert!(said.contains("restart the kernel"), "{said}");
}
