"""A workload with PyTorch: `torch_peer.py A 4` trains four epochs of A; with `compile` behind, through torch.compile,
with `dense`, on images without zeros.

The tensors lie in memory and a batch is cut from them by index, without a DataLoader; the optimizer is the fused one
where PyTorch has it for a CPU. Defaults are Keras's.
"""

import os
import sys
import time

import torch
from torch import nn
from torch.nn.functional import cross_entropy
from images import mnist
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


def optimizer(workload: Workload, parameters) -> torch.optim.Optimizer:
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
    train_x, train_y, test_x, test_y = map(torch.from_numpy, mnist(workload.images, "int64", "dense" in sys.argv[3:]))
    model = network(workload)
    step = optimizer(workload, model.parameters())

    def loss_and_hits(x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        outputs = model(x)
        return cross_entropy(outputs, y), (outputs.argmax(1) == y).sum()

    if compiled:
        # One graph for the batches and one for what is left at the end, both made in the first epoch.
        loss_and_hits = torch.compile(loss_and_hits, dynamic=False)

    seconds = []
    accuracy = 0.0
    for _ in range(epochs):
        start = time.perf_counter()
        model.train()
        total, hits = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        for index in torch.randperm(len(train_x)).split(workload.batch):
            loss, right = loss_and_hits(train_x[index], train_y[index])
            step.zero_grad()
            loss.backward()
            step.step()
            total += loss.detach() * len(index)
            hits += right
        model.eval()
        total, hits = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        with torch.inference_mode():
            for x, y in zip(test_x.split(1000), test_y.split(1000)):
                loss, right = loss_and_hits(x, y)
                total += loss * len(x)
                hits += right
        accuracy = hits.item() / len(test_x)
        seconds.append(time.perf_counter() - start)
    report(f"PyTorch {torch.__version__}", seconds, accuracy)


main()
