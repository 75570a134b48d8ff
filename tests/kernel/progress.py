"""How much longer a training takes because it shows itself: the same training live and silent, in turns, in one kernel.

    python progress.py

Prints the seconds of both, and what the bar and the growing curves add, in per cent: the quickest and the median. On a
machine that others use these differ by more than what is to be measured, so it also prints how much processor time the
kernel, beside the process that trains, and this client take for the updates: the training loses no more than that, as it
goes on with one core while another works for them.
"""

import argparse
import statistics
import time

from here import LESSONS
from notebook import Notebook
from processes import below, seconds_of

SETUP = """
let (train, _) = mnist::load()?;
let train = train.rescale(1.0 / 255.0);
let mut model = Sequential::new([28, 28])
    .add(Flatten)
    .add(Dense::new(256).activation(Relu))
    .add(Dropout::new(0.3))
    .add(Dense::new(128).activation(Relu))
    .add(Dropout::new(0.3))
    .add(Dense::new(10).activation(Softmax))
    .build(1)?;
model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?;
"""


def train(kernel, others, verbose, epochs):
    """The seconds of a training and of its epochs alone, without the finished figure at its end; those that the kernel's
    other processes and this client were busy; and how many updates there were."""
    fit = f"Fit::new().epochs({epochs}).batch_size(32).verbose(Verbose::{verbose})"
    kernel_before, client_before = sum(map(seconds_of, others)), time.process_time()
    cell = kernel.run(
        f"let clock = std::time::Instant::now(); let history = model.fit(&train, {fit})?; "
        'println!("seconds {} {}", clock.elapsed().as_secs_f64(), history.seconds().iter().sum::<f64>());'
    )
    assert cell.status == "ok", cell.error
    client, in_kernel = time.process_time() - client_before, sum(map(seconds_of, others)) - kernel_before
    updates = len(cell.of("display_data", "update_display_data"))
    return [float(number) for number in cell.text().split("seconds ")[1].split()] + [in_kernel, client, updates]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=10)
    arguments.add_argument("--epochs", type=int, default=8, help="of each training")
    arguments = arguments.parse_args()
    kernel = Notebook(LESSONS)
    try:
        setup = kernel.run(SETUP)
        assert setup.status == "ok", setup.error
        # The process that trains is the one that has worked most; the first training makes sure of that.
        family = below(kernel.manager.provisioner.pid) | {kernel.manager.provisioner.pid}
        train(kernel, [], "Silent", arguments.epochs)
        others = sorted(family, key=seconds_of)[:-1]
        measured = {"Live": [], "Silent": []}
        for _ in range(arguments.rounds):
            for verbose, rows in measured.items():
                rows.append(train(kernel, others, verbose, arguments.epochs))
    finally:
        kernel.close()
    live, silent = (list(zip(*measured[verbose])) for verbose in ("Live", "Silent"))
    for name, take in (("quickest", min), ("median", statistics.median)):
        for part, what in enumerate(("a training", "its epochs")):
            with_bar, without = take(live[part]), take(silent[part])
            print(f"{name} of {what}: live {with_bar:.3f} s, silent {without:.3f} s, {(with_bar / without - 1) * 100:+.1f} %")
    trained, together = statistics.median(silent[0]), 0.0
    for part, who in ((2, "the kernel"), (3, "this client")):
        more = statistics.median(live[part]) - statistics.median(silent[part])
        together += more
        print(f"processor time of {who} for {statistics.median(live[4]):.0f} updates: {more * 1e3:.1f} ms")
    print(f"if the training stood still all that time: {together / trained * 100:.2f} % of it")


if __name__ == "__main__":
    main()
