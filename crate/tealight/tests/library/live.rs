//! Output under the tealight kernel: progress bars, live outputs, displays. The kernel announces itself in the environment, so
//! each test runs in its own process.

use super::{compiled, points, quiet, small};
use notebook_protocol::{DISPLAY_PREFIX, DisplayMessage, Output};
use std::process::Command;
use std::time::Duration;
use tealight::candle_nn::{VarMap, func};
use tealight::notebook::{self, LiveOutput};
use tealight::prelude::*;

/// Runs an ignored test of this module under a kernel. Returns the displays in order, and the text.
#[track_caller]
fn run_under_kernel(test: &str, tealight_kernel: bool) -> (Vec<DisplayMessage>, String) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("live::{test}"), "--ignored", "--nocapture"]).env("EVCXR_IS_RUNTIME", "1");
    if tealight_kernel {
        command.env(notebook_protocol::VERSION_VARIABLE, notebook_protocol::VERSION.to_string());
    }
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    let (mut displays, mut rest) = (Vec::new(), String::new());
    for line in text.lines() {
        // The name of the test is printed before its output, without a newline.
        let (before, display) = line.find(DISPLAY_PREFIX).map_or((line, None), |at| (&line[..at], Some(&line[at..])));
        rest += &format!("{before}\n");
        displays.extend(display.and_then(DisplayMessage::parse_line).map(Result::unwrap));
    }
    (displays, rest)
}

fn content<'a>(output: &'a Output, wanted: &str) -> &'a str {
    output.data.iter().find(|(mime_type, _)| mime_type == wanted).map_or("", |(_, content)| content)
}

/// Takes as long as a larger network.
#[derive(Clone)]
struct Slow(u64);

impl Callback for Slow {
    fn on_batch_end(&mut self, _training: &mut Training<'_>) -> Result<Flow> {
        std::thread::sleep(Duration::from_millis(self.0));
        Ok(Flow::Continue)
    }
}

#[test]
#[ignore = "run by a_fit_shows_a_progress_bar_and_growing_curves"]
fn fit() {
    let options = Fit::new().epochs(6).validation_split(0.2).callback(Slow(50));
    compiled(&small(), 1).fit(&points(400), options).unwrap();
}

#[test]
fn a_fit_shows_a_progress_bar_and_growing_curves() {
    let (displays, text) = run_under_kernel("fit", true);
    assert!(!text.contains("Epoch"), "{text}");
    let [DisplayMessage::Show(bar), ..] = displays.as_slice() else { panic!("{displays:?}") };
    let html = content(bar, "text/html");
    assert!(html.contains("border-radius") && html.contains("Epoch 1/6 - step ") && html.contains("/10 - "), "{html}");
    assert!(html.contains(" s left") && html.contains("accuracy: 0.") && html.contains(" loss: "), "{html}");
    let shows = displays.iter().filter(|display| matches!(display, DisplayMessage::Show(_))).count();
    assert_eq!(shows, 2, "one output for the bar, one for the curves");
    let of = |id: &Option<String>| {
        let of_id = displays.iter().filter_map(|display| match display {
            DisplayMessage::Show(show) | DisplayMessage::Update(show) if show.id == *id => Some(show),
            _ => None,
        });
        of_id.collect::<Vec<_>>()
    };
    let bars = of(&bar.id);
    assert!(bars.iter().any(|bar| content(bar, "text/plain").contains("s/step - ")), "{bars:?}");
    // 60 steps of 50 ms, or longer on a busy machine: at most one bar per 200 ms, at least one per second, and the final
    // lines.
    let end = content(bars[bars.len() - 1], "text/plain");
    let seconds = end.split_once("6 epochs in ").unwrap().1.split_once('s').unwrap().0.parse::<f64>().unwrap();
    let max_bars = (5.0 * seconds) as usize + 2;
    assert!((3..=max_bars).contains(&bars.len()), "{} bars, at most {max_bars}", bars.len());
    let share = |show: &&Output| {
        let html = content(show, "text/html").split_once("width:").unwrap().1;
        html.split("width:").nth(1).unwrap().split_once('%').unwrap().0.parse::<f64>().unwrap()
    };
    let shares = bars[..bars.len() - 1].iter().map(share).collect::<Vec<_>>();
    assert!(shares.is_sorted() && shares[0] < *shares.last().unwrap(), "{shares:?}");
    let last_epoch = |bar: &&Output| content(bar, "text/plain").contains(": val_accuracy: ");
    assert!(bars[..bars.len() - 1].iter().any(last_epoch), "{bars:?}");
    let last = content(bars.last().unwrap(), "text/plain");
    assert!(last.starts_with("6 epochs in ") && last.contains("\naccuracy: 0.") && !last.contains('['), "{last}");

    let figures = displays.iter().find_map(|display| match display {
        DisplayMessage::Show(show) if show.id != bar.id => Some(of(&show.id)),
        _ => None,
    });
    let figures = figures.unwrap();
    assert!(figures.len() >= 3, "{} figures", figures.len());
    assert!(content(figures[0], "text/html").contains("data:image/svg+xml"));
    assert!(content(figures[0], "image/png").is_empty() && !content(figures.last().unwrap(), "image/png").is_empty());
    assert_eq!(content(figures.last().unwrap(), "text/plain"), "Figure: Training by epoch, 2 panels: Accuracy, Loss");
    let kept =
        [bars.last(), figures.last()].into_iter().flatten().flat_map(|show| &show.data).map(|(_, data)| data.len());
    assert!(kept.sum::<usize>() < 60_000);
}

#[test]
fn the_stock_kernel_gets_one_line_per_epoch() {
    let (displays, text) = run_under_kernel("fit", false);
    assert_eq!(displays, []);
    assert!((1..=6).all(|epoch| text.contains(&format!("Epoch {epoch}/6 10/10 "))), "{text}");
}

#[test]
#[ignore = "run by a_short_fit_shows_only_its_result"]
fn short() {
    compiled(&small(), 1).fit(&points(40), Fit::new()).unwrap();
}

#[test]
fn a_short_fit_shows_only_its_result() {
    let (displays, _) = run_under_kernel("short", true);
    let [DisplayMessage::Show(show)] = displays.as_slice() else { panic!("{displays:?}") };
    assert!(content(show, "text/plain").starts_with("1 epoch in "), "{show:?}");
}

#[test]
#[ignore = "run by displays_arrive_one_by_one_and_in_order"]
fn displays() {
    let curves = Curves::new("Accuracy").line("training", [0.91, 0.96]);
    notebook::display(&[("text/plain", "first")]);
    println!("between");
    show!(small().summary(), curves);
    let mut live = LiveOutput::new();
    live.update(&[("text/plain", "1")]);
    live.update(&[("text/plain", "2")]);
    live.clear();
    drop(live);
    small().summary().evcxr_display();
}

#[test]
fn displays_arrive_one_by_one_and_in_order() {
    let (displays, text) = run_under_kernel("displays", true);
    let [first, summary, curves, one, two, cleared] = displays.as_slice() else { panic!("{displays:?}") };
    let shown = |data: &str| DisplayMessage::Show(Output::new([("text/plain", data)]));
    assert_eq!(*first, shown("first"));
    assert!(matches!(summary, DisplayMessage::Show(show) if content(show, "text/html").contains("<table>")));
    assert!(matches!(curves, DisplayMessage::Show(show) if !content(show, "image/png").is_empty()));
    let DisplayMessage::Show(Output { id: Some(id), .. }) = one else { panic!("{one:?}") };
    assert_eq!(*two, DisplayMessage::Update(Output::new([("text/plain", "2")]).id(id)));
    assert_eq!(*cleared, DisplayMessage::Update(Output::new([("", ""); 0]).id(id)));
    // The last value of a cell is its result, as on the stock kernel.
    assert_eq!(text.matches("EVCXR_BEGIN_CONTENT text/html").count(), 1, "{text}");

    let (displays, text) = run_under_kernel("displays", false);
    assert_eq!(displays, []);
    // There, show!() shows a single output, and a cleared output is not shown.
    let blocks = |mime_type: &str| text.matches(&format!("EVCXR_BEGIN_CONTENT {mime_type}\n")).count();
    assert_eq!((blocks("text/html"), blocks("text/plain")), (2, 3), "{text}");
}

#[test]
#[ignore = "run by long_work_shows_a_progress_bar_until_its_end"]
fn long_work() {
    let slowly = func(|x: &Tensor| {
        std::thread::sleep(Duration::from_millis(100));
        Ok(x.clone())
    });
    let slow = Layer::custom("slow", [2], slowly, &VarMap::new());
    let network = Sequential::new([2]).add(slow).add(Dense::new(2).activation(Softmax));
    let mut model = network.build(1).unwrap();
    model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy]).unwrap();
    model.evaluate(&points(2600)).unwrap();
    model.fit(&points(200), quiet()).unwrap();
}

#[test]
fn long_work_shows_a_progress_bar_until_its_end() {
    let (displays, _) = run_under_kernel("long_work", true);
    let [DisplayMessage::Show(first), .., DisplayMessage::Update(last)] = displays.as_slice() else {
        panic!("{displays:?}")
    };
    let text = content(first, "text/plain");
    assert!(text.contains("] Model::evaluate - ") && text.contains(" of 2,600 examples - "), "{text}");
    assert!(text.contains(" s left") && last.data.is_empty() && last.id == first.id, "{displays:?}");
}
