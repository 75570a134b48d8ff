//! Gradients across cells. With plain evcxr, candle computes wrong ones, because each cell has its own tensor counter.

use acceptance::Notebook;

#[test]
fn gradients_across_cells_are_correct() {
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
fn dep_on_candle_uses_the_same_candle() {
    // With evcxr_jupyter, candle would be linked into each cell that uses it.
    let notebook = Notebook::with_cells(&[
        ":dep candle-core = \"0.11\"",
        "let w = candle_core::Var::new(2f32, &candle_core::Device::Cpu)?;",
        "let x = candle_core::Var::new(10f32, &candle_core::Device::Cpu)?;",
        "let y = ((w.as_tensor() * x.as_tensor())? + 1.0)?;",
        "let gradients = y.backward()?;",
        "println!(\"{} {}\", gradients.get(&w).unwrap(), gradients.get(&x).unwrap());",
        "let network = Sequential::new([2]).add(Dense::new(2)).build(1)?;",
    ])
    .unwrap();
    let run = notebook.run().unwrap();
    run.passed().unwrap();
    let gradients = run.text(5, "stdout");
    assert!(gradients.contains("10") && gradients.contains('2'), "{gradients}");
}
