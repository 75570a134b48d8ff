//! What a notebook of the tealight kernel is told while a cell runs. The kernel says in the environment that it understands,
//! so that each test has a process of its own.

use super::{compiled, points, quiet, small};
use notebook_protocol::{DISPLAY_PREFIX, DisplayMessage, Output};
use std::process::Command;
use std::time::Duration;
use tealight::candle_nn::{VarMap, func};
use tealight::notebook::{self, LiveOutput};
use tealight::prelude::*;

/// What a test of this module, which is ignored otherwise, writes under a kernel: the displays in their order, and the text.
#[track_caller]
fn written(test: &str, live: bool) -> (Vec<DisplayMessage>, String) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("live::{test}"), "--ignored", "--nocapture"]).env("EVCXR_IS_RUNTIME", "1");
    if live {
        command.env(notebook_protocol::VERSION_VARIABLE, notebook_protocol::VERSION.to_string());
    }
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    let (mut displays, mut rest) = (Vec::new(), String::new());
    for line in text.lines() {
        // The test's name is printed before its output, without a new line.
        let (before, display) = line.find(DISPLAY_PREFIX).map_or((line, None), |at| (&line[..at], Some(&line[at..])));
        rest += &format!("{before}\n");
        displays.extend(display.and_then(DisplayMessage::parse_line).map(Result::unwrap));
    }
    (displays, rest)
}

fn form<'a>(show: &'a Output, wanted: &str) -> &'a str {
    show.data.iter().find(|(mime_type, _)| mime_type == wanted).map_or("", |(_, content)| content)
}

/// Takes as long as a network of a useful size would.
#[derive(Clone)]
struct Slow(u64);

impl Callback for Slow {
    fn on_batch_end(&mut self, _training: &mut Training<'_>) -> Result<Flow> {
        std::thread::sleep(Duration::from_millis(self.0));
        Ok(Flow::Continue)
    }
}

#[test]
#[ignore = "run by a_fit_shows_a_bar_and_growing_curves_and_keeps_the_finished_ones"]
fn fit() {
    let options = Fit::new().epochs(6).validation_split(0.2).callback(Slow(50));
    compiled(&small(), 1).fit(&points(400), options).unwrap();
}

#[test]
fn a_fit_shows_a_bar_and_growing_curves_and_keeps_the_finished_ones() {
    let (displays, text) = written("fit", true);
    assert!(!text.contains("Epoch"), "{text}");
    let [DisplayMessage::Show(bar), ..] = displays.as_slice() else { panic!("{displays:?}") };
    let html = form(bar, "text/html");
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
    assert!(bars.iter().any(|bar| form(bar, "text/plain").contains("s/step - ")), "{bars:?}");
    // 60 steps of 50 ms, or longer on a busy machine: a bar each 200 ms at most, one in a second at least, and the final
    // lines.
    let end = form(bars[bars.len() - 1], "text/plain");
    let seconds = end.split_once("6 epochs in ").unwrap().1.split_once('s').unwrap().0.parse::<f64>().unwrap();
    let most = (5.0 * seconds) as usize + 2;
    assert!((3..=most).contains(&bars.len()), "{} bars, at most {most}", bars.len());
    let share = |show: &&Output| {
        let html = form(show, "text/html").split_once("width:").unwrap().1;
        html.split("width:").nth(1).unwrap().split_once('%').unwrap().0.parse::<f64>().unwrap()
    };
    let shares = bars[..bars.len() - 1].iter().map(share).collect::<Vec<_>>();
    assert!(shares.is_sorted() && shares[0] < *shares.last().unwrap(), "{shares:?}");
    let last_epoch = |bar: &&Output| form(bar, "text/plain").contains(": val_accuracy: ");
    assert!(bars[..bars.len() - 1].iter().any(last_epoch), "{bars:?}");
    let last = form(bars.last().unwrap(), "text/plain");
    assert!(last.starts_with("6 epochs in ") && last.contains("\naccuracy: 0.") && !last.contains('['), "{last}");

    let figures = displays.iter().find_map(|display| match display {
        DisplayMessage::Show(show) if show.id != bar.id => Some(of(&show.id)),
        _ => None,
    });
    let figures = figures.unwrap();
    assert!(figures.len() >= 3, "{} figures", figures.len());
    assert!(form(figures[0], "text/html").contains("data:image/svg+xml"));
    assert!(form(figures[0], "image/png").is_empty() && !form(figures.last().unwrap(), "image/png").is_empty());
    assert_eq!(form(figures.last().unwrap(), "text/plain"), "Figure: Training by epoch, 2 panels: Accuracy, Loss");
    let kept =
        [bars.last(), figures.last()].into_iter().flatten().flat_map(|show| &show.data).map(|(_, data)| data.len());
    assert!(kept.sum::<usize>() < 60_000);
}

#[test]
fn the_stock_kernel_gets_a_line_an_epoch() {
    let (displays, text) = written("fit", false);
    assert_eq!(displays, []);
    assert!((1..=6).all(|epoch| text.contains(&format!("Epoch {epoch}/6 10/10 "))), "{text}");
}

#[test]
#[ignore = "run by a_short_fit_says_only_how_it_ended"]
fn short() {
    compiled(&small(), 1).fit(&points(40), Fit::new()).unwrap();
}

#[test]
fn a_short_fit_says_only_how_it_ended() {
    let (displays, _) = written("short", true);
    let [DisplayMessage::Show(show)] = displays.as_slice() else { panic!("{displays:?}") };
    assert!(form(show, "text/plain").starts_with("1 epoch in "), "{show:?}");
}

#[test]
#[ignore = "run by displays_come_one_by_one_and_in_order"]
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
fn displays_come_one_by_one_and_in_order() {
    let (displays, text) = written("displays", true);
    let [first, summary, curves, one, two, cleared] = displays.as_slice() else { panic!("{displays:?}") };
    let shown = |data: &str| DisplayMessage::Show(Output::new([("text/plain", data)]));
    assert_eq!(*first, shown("first"));
    assert!(matches!(summary, DisplayMessage::Show(show) if form(show, "text/html").contains("<table>")));
    assert!(matches!(curves, DisplayMessage::Show(show) if !form(show, "image/png").is_empty()));
    let DisplayMessage::Show(Output { id: Some(id), .. }) = one else { panic!("{one:?}") };
    assert_eq!(*two, DisplayMessage::Update(Output::new([("text/plain", "2")]).id(id)));
    assert_eq!(*cleared, DisplayMessage::Update(Output::new([("", ""); 0]).id(id)));
    // What ends a cell is its result, as on the stock kernel.
    assert_eq!(text.matches("EVCXR_BEGIN_CONTENT text/html").count(), 1, "{text}");

    let (displays, text) = written("displays", false);
    assert_eq!(displays, []);
    // All that show!() shows is one output there, and a cleared one is none.
    let blocks = |mime_type: &str| text.matches(&format!("EVCXR_BEGIN_CONTENT {mime_type}\n")).count();
    assert_eq!((blocks("text/html"), blocks("text/plain")), (2, 3), "{text}");
}

#[test]
#[ignore = "run by long_work_shows_a_bar_that_is_gone_at_the_end"]
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
fn long_work_shows_a_bar_that_is_gone_at_the_end() {
    let (displays, _) = written("long_work", true);
    let [DisplayMessage::Show(first), .., DisplayMessage::Update(last)] = displays.as_slice() else {
        panic!("{displays:?}")
    };
    let text = form(first, "text/plain");
    assert!(text.contains("] Model::evaluate - ") && text.contains(" of 2,600 examples - "), "{text}");
    assert!(text.contains(" s left") && last.data.is_empty() && last.id == first.id, "{displays:?}");
}
