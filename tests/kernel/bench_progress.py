"""Measures the cost of the progress display: the same training with `Live` and `Silent`, alternating, in one kernel.

    python bench_progress.py

Prints the seconds of both, and what the bar and the live curves add in percent, for the minimum and the median. On a shared
machine these vary by more than the difference. The program therefore also prints the processor time that the updates cost in
this client and in the kernel's other processes. Training loses at most that much, because it keeps running on one core while
another core handles the updates.
"""

import argparse
import statistics
import time

from notebook import Notebook
from paths import LESSONS
from processes import cpu_seconds, descendants

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
    """Trains once. Returns the seconds of the whole training and of its epochs alone (without the final figure), the
    processor seconds of the kernel's other processes and of this client, and the number of updates."""
    fit = f"Fit::new().epochs({epochs}).batch_size(32).verbose(Verbose::{verbose})"
    kernel_before, client_before = sum(map(cpu_seconds, others)), time.process_time()
    cell = kernel.run(
        f"let clock = std::time::Instant::now(); let history = model.fit(&train, {fit})?; "
        'println!("seconds {} {}", clock.elapsed().as_secs_f64(), history.seconds().iter().sum::<f64>());'
    )
    assert cell.status == "ok", cell.error
    client, in_kernel = time.process_time() - client_before, sum(map(cpu_seconds, others)) - kernel_before
    updates = len(cell.messages("display_data", "update_display_data"))
    return [float(number) for number in cell.text().split("seconds ")[1].split()] + [in_kernel, client, updates]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=10, help="number of trainings of each kind")
    arguments.add_argument("--epochs", type=int, default=8, help="number of epochs of each training")
    arguments = arguments.parse_args()
    kernel = Notebook(LESSONS)
    try:
        setup = kernel.run(SETUP)
        assert setup.status == "ok", setup.error
        # After the first training, the process that trains has used the most processor time.
        processes = descendants(kernel.manager.provisioner.pid) | {kernel.manager.provisioner.pid}
        train(kernel, [], "Silent", arguments.epochs)
        others = sorted(processes, key=cpu_seconds)[:-1]
        measured = {"Live": [], "Silent": []}
        for _ in range(arguments.rounds):
            for verbose, rows in measured.items():
                rows.append(train(kernel, others, verbose, arguments.epochs))
    finally:
        kernel.close()
    live, silent = (list(zip(*measured[verbose])) for verbose in ("Live", "Silent"))
    for name, take in (("minimum", min), ("median", statistics.median)):
        for part, what in enumerate(("a training", "its epochs")):
            with_bar, without = take(live[part]), take(silent[part])
            print(f"{name} of {what}: live {with_bar:.3f} s, silent {without:.3f} s, {(with_bar / without - 1) * 100:+.1f} %")
    trained, together = statistics.median(silent[0]), 0.0
    for part, who in ((2, "the kernel"), (3, "this client")):
        more = statistics.median(live[part]) - statistics.median(silent[part])
        together += more
        print(f"processor time of {who} for {statistics.median(live[4]):.0f} updates: {more * 1e3:.1f} ms")
    print(f"upper bound, if the training had waited for all updates: {together / trained * 100:.2f} %")


if __name__ == "__main__":
    main()
