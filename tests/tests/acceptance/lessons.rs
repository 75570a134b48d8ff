//! Tests of the lessons: runs with reduced hyperparameters, and checks of the committed outputs.
//!
//! To add a lesson, write a test for it here, put its reduced hyperparameters into `tests/reduced.json`, and add its name to
//! [`COMMITTED`].

use acceptance::{Lesson, code_cells, committed, multiline, numbers_after, outputs};
use anyhow::{Context as _, Result};

#[test]
fn lesson_01_dropout() -> Result<()> {
    let lesson = Lesson::reduced("01-dropout")?.run()?;
    let training = lesson.text("let history = model.fit(")?;
    assert!(training.starts_with("2 epochs in "), "{training}");
    assert!(numbers_after(&training, "val_accuracy:")?[0] > 0.95, "{training}");
    assert!(lesson.text("network.summary()")?.contains("Total params: 235,146"));
    assert_eq!(lesson.figures(), 4);
    Ok(())
}

#[test]
fn lesson_02_capacity() -> Result<()> {
    let lesson = Lesson::reduced("02-capacity")?.run()?;
    for (network, parameters) in [("balanced", "101,770"), ("underfitting", "7,850"), ("overfitting", "830,090")] {
        let summary = lesson.text(&format!("{network}.summary()"))?;
        assert!(summary.contains(&format!("Total params: {parameters} ")), "{summary}");
    }
    let untrained = numbers_after(&lesson.text("raw_model.compile")?, "accuracy:")?[0];
    let raw = numbers_after(&lesson.text("let raw_score")?, "accuracy:")?[0];
    assert!(untrained < 0.3 && raw > 0.85, "{untrained}, {raw}");

    let accuracies = lesson.text("let mut finals")?;
    let verdicts = lesson.text("verdict(gap)")?;
    for network in ["underfitting", "balanced", "overfitting"] {
        let [training, test, gap] = numbers_after(&accuracies, network)?[..] else { panic!("{accuracies}") };
        assert!(training > 0.75 && test > 0.75 && (training - test - gap).abs() < 0.000_11, "{network}: {accuracies}");
        let line = verdicts.lines().find(|line| line.starts_with(network)).with_context(|| verdicts.clone())?;
        let verdict = match numbers_after(line, "gap")?[0] {
            gap if gap < 0.05 => "excellent",
            gap if gap < 0.1 => "good",
            gap if gap < 0.2 => "moderate",
            _ => "high",
        };
        assert!(line.ends_with(verdict), "{line}");
    }
    let all = lesson.text("(\"64 neurons\", &half_model)")?;
    assert_eq!(all.lines().count(), 8, "expected one line for each of seven networks:\n{all}");
    assert!(numbers_after(&lesson.text("scaled_model.evaluate")?, "scaled pixels")?[1] > 0.95);
    assert_eq!(lesson.figures(), 6);
    Ok(())
}

#[test]
fn lesson_05_rmsprop_and_l2() -> Result<()> {
    let lesson = Lesson::reduced("05-rmsprop-and-l2")?.run()?;
    let pixels = lesson.text("let image = ")?;
    assert!(pixels.lines().count() == 28 && pixels.lines().all(|row| row.split_whitespace().count() == 28), "{pixels}");
    assert!(pixels.contains(" 87 138 170 253 201 244 212 222 138  86  22 "), "{pixels}");
    assert_eq!(lesson.text("train_images.labels()[333]")?, "8");
    let one_hot = "[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0]";
    assert!(lesson.text("let (_, answers)")?.contains(one_hot));

    let summaries = [
        ("network.summary()?", "669,706 (2.55 MB)"),
        ("network_1.summary()?", "437,310 (1.67 MB)"),
        ("network_2.summary()?", "55,050 (215.04 KB)"),
    ];
    for (cell, parameters) in summaries {
        let summary = lesson.text(cell)?;
        assert!(summary.contains(&format!("Total params: {parameters}")), "{summary}");
    }
    let scores = lesson.text("let score_2")?;
    for (model, lowest) in [("model 1", 0.93), ("model 2", 0.8)] {
        let line = scores.lines().find(|line| line.starts_with(model)).with_context(|| scores.clone())?;
        assert!(numbers_after(line, "accuracy:")?[0] > lowest, "{line}");
    }
    assert_eq!(lesson.figures(), 6);
    Ok(())
}

#[test]
fn lesson_03_regularization_and_mixtures() -> Result<()> {
    let lesson = Lesson::reduced("03-regularization-and-mixtures")?.run()?;
    assert!(lesson.text("network.summary()?")?.contains("Total params: 322,230 "));
    assert!(lesson.text("mixture_network.summary()?")?.contains("Total params: 322,575 "));
    let score = lesson.text("let score = model.evaluate(&test)?")?;
    assert!(numbers_after(&score, "test accuracy:")?[0] > 0.8, "{score}");
    let mixture = numbers_after(&lesson.text("let mixture_history = mixture_model.fit(")?, "val_loss:")?[0];
    assert!(mixture < 2.0, "the mixture's negative log-likelihood: {mixture}");
    assert_eq!(lesson.figures(), 17);
    Ok(())
}

#[test]
fn lesson_04_digit_recognizer() -> Result<()> {
    let lesson = Lesson::reduced("04-digit-recognizer")?.run()?;
    assert!(lesson.text("build(2, 300, 0.2, seed)?.summary()")?.contains("Total params: 328,810 "));
    let table = lesson.text("println!(\"layers  nodes  epochs")?;
    let rows: Vec<&str> = table.lines().skip(1).collect();
    assert_eq!(rows.len(), 6, "{table}");
    for row in rows {
        let score: f64 = row.split_whitespace().next_back().unwrap_or_default().parse()?;
        assert!(score > 0.85, "{row}");
    }
    for (layers, nodes) in [2, 3, 5].into_iter().flat_map(|layers| [(layers, 100), (layers, 200)]) {
        let submission =
            std::fs::read_to_string(lesson.file(&format!("saved/submission/Model-{layers}L{nodes}N.csv")))?;
        assert_eq!(submission.lines().next(), Some("ImageId,Label"));
        assert_eq!(submission.lines().count(), 28_001);
    }
    assert_eq!(lesson.figures(), 14);
    Ok(())
}

/// The lessons. Each has a table that compares it with the published one.
const COMMITTED: [&str; 5] =
    ["01-dropout", "02-capacity", "03-regularization-and-mixtures", "04-digit-recognizer", "05-rmsprop-and-l2"];

#[test]
fn committed_outputs_are_complete_and_near_the_published_figures() -> Result<()> {
    for lesson in COMMITTED {
        let notebook = committed(lesson)?;
        let cells = code_cells(&notebook);
        let mut compared = 0;
        for (index, cell) in cells.iter().enumerate() {
            assert_eq!(cell["execution_count"], index + 1, "{lesson}: cell {index} was not run in order");
            for output in outputs(&notebook, index) {
                assert_ne!(output["output_type"], "error", "{lesson}: cell {index}");
                compared += assert_near_published(lesson, &multiline(&output["text"]));
            }
        }
        assert!(compared > 0, "{lesson}: no table compares it with the published lesson");
    }
    Ok(())
}

/// Asserts that each row of the comparison tables in a text is near the published figure, and returns the number of rows.
///
/// A table begins with a header that contains "published" and "difference". The name of the measure is in the header or in the row.
fn assert_near_published(lesson: &str, text: &str) -> usize {
    let mut compared = 0;
    let mut heading = None;
    for line in text.lines() {
        if line.contains("published") && line.contains("difference") {
            heading = Some(line);
            continue;
        }
        let Some(heading) = heading.filter(|heading| !heading.contains("seconds")) else { continue };
        let numbers: Vec<f64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let [.., published, here, _] = numbers[..] else { panic!("{lesson}: {line}") };
        let near = if line.contains("loss") {
            // A loss may be lower than the published one, which a few confident mistakes dominate.
            here < 1.1 * published
        } else {
            let limit = match lesson {
                // Trained on 10,000 images or on raw pixels.
                "02-capacity" => 0.006,
                // Training accuracy on randomly augmented images varies more than the final accuracies.
                _ if heading.contains("training accuracy") => 0.01,
                _ => 0.004,
            };
            (here - published).abs() <= limit
        };
        assert!(near, "{lesson}: {heading}\n{line}");
        compared += 1;
    }
    compared
}

/// Longer lines are cut off on a printed page, and on a small screen next to the file browser.
#[test]
fn code_lines_fit_the_page() -> Result<()> {
    for name in COMMITTED.iter().chain(&["00-gallery"]) {
        let notebook = committed(name)?;
        for cell in code_cells(&notebook) {
            for line in multiline(&cell["source"]).lines() {
                assert!(line.chars().count() <= 96, "{name}: {line}");
            }
        }
    }
    Ok(())
}
