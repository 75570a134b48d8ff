"""Trains a workload with PyTorch.

`torch_peer.py A 4` trains workload A for four epochs. Further arguments: `compile` uses torch.compile, and `dense` selects
images without zeros.

The tensors are in memory, and batches are indexed from them without a DataLoader. The optimizer is the fused one if PyTorch has
it for the CPU. The hyperparameters are Keras's defaults.
"""

import os
import sys
import time

import torch
from torch import nn
from torch.nn.functional import cross_entropy
from mnist import load_mnist
from workload import Workload, report, workloads


def network(workload: Workload) -> nn.Module:
    layers: list[nn.Module] = []
    width = 784
    for units in workload.hidden:
        layers += [nn.Linear(width, units), nn.ReLU()]
        if workload.dropout > 0:
            layers.append(nn.Dropout(workload.dropout))
        width = units
    network = nn.Sequential(*layers, nn.Linear(width, 10))
    for layer in network:
        if isinstance(layer, nn.Linear):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
    return network


def make_optimizer(workload: Workload, parameters) -> torch.optim.Optimizer:
    match workload.optimizer:
        case "adam":
            return torch.optim.Adam(parameters, lr=1e-3, eps=1e-7, fused=True)
        case "sgd":
            return torch.optim.SGD(parameters, lr=1e-2, fused=True)
        case "rmsprop":
            return torch.optim.RMSprop(parameters, lr=1e-3, alpha=0.9, eps=1e-7, foreach=True)
    raise ValueError(workload.optimizer)


def main() -> None:
    workload, epochs, compiled = workloads()[sys.argv[1]], int(sys.argv[2]), "compile" in sys.argv[3:]
    torch.manual_seed(1)
    torch.set_num_threads(os.cpu_count() or 1)
    train_x, train_y, test_x, test_y = map(torch.from_numpy, load_mnist(workload.images, "int64", "dense" in sys.argv[3:]))
    model = network(workload)
    optimizer = make_optimizer(workload, model.parameters())

    def loss_and_correct(x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        outputs = model(x)
        return cross_entropy(outputs, y), (outputs.argmax(1) == y).sum()

    if compiled:
        # One graph for full batches and one for the last, partial batch; both are compiled in the first epoch.
        loss_and_correct = torch.compile(loss_and_correct, dynamic=False)

    seconds = []
    accuracy = 0.0
    for _ in range(epochs):
        start = time.perf_counter()
        model.train()
        total, correct = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        for index in torch.randperm(len(train_x)).split(workload.batch):
            loss, batch_correct = loss_and_correct(train_x[index], train_y[index])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(index)
            correct += batch_correct
        model.eval()
        total, correct = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        with torch.inference_mode():
            for x, y in zip(test_x.split(1000), test_y.split(1000)):
                loss, batch_correct = loss_and_correct(x, y)
                total += loss * len(x)
                correct += batch_correct
        accuracy = correct.item() / len(test_x)
        seconds.append(time.perf_counter() - start)
    report(f"PyTorch {torch.__version__}", seconds, accuracy)


main()
