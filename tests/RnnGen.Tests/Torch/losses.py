"""Losses by PyTorch in double: reads a list of cases as JSON, and writes the loss of each with its gradients by the inputs."""

import json
import sys

import torch
import torch.nn.functional as F


def parts(y, count):
    return y.reshape(y.shape[0], y.shape[1], count, -1).unbind(2)


def pinball(y, t, levels):
    return torch.stack([torch.maximum(q * (t - y_q), (q - 1) * (t - y_q)) for q, y_q in zip(levels, parts(y, len(levels)))]).mean()


def focal(y, t, gamma, alpha):
    p = torch.sigmoid(y)
    entropy = F.binary_cross_entropy_with_logits(y, t, reduction="none")
    truth = p * t + (1 - p) * (1 - t)
    return ((alpha * t + (1 - alpha) * (1 - t)) * (1 - truth) ** gamma * entropy).mean()


def ctc(y, case):
    lengths = torch.tensor(case["lengths"])
    labels = torch.tensor([label for row in case["labels"] for label in row], dtype=torch.long)
    counts = torch.tensor([len(row) for row in case["labels"]])
    losses = F.ctc_loss(F.log_softmax(y, -1), labels, lengths, counts, blank=case["blank"], reduction="sum")
    return losses / lengths.sum()


def loss(case, y, t):
    kind = case["kind"]
    if kind == "huber":
        return F.huber_loss(y, t, delta=case["delta"])
    if kind == "poisson":
        return F.poisson_nll_loss(y, t, log_input=True, full=False)
    if kind == "gaussian":
        mean, variance = parts(y, 2)
        return F.gaussian_nll_loss(mean, t, variance.exp(), eps=0)
    if kind == "hinge":
        return torch.relu(1 - t * y).mean()
    if kind == "focal":
        return focal(y, t, case["gamma"], case["alpha"])
    if kind == "quantiles":
        return pinball(y, t, case["levels"])
    if kind == "smoothed":
        return F.cross_entropy(y.flatten(0, 1), t.flatten().long(), label_smoothing=case["smoothing"])
    if kind == "soft":
        return F.cross_entropy(y.flatten(0, 1), t.flatten(0, 1))
    return ctc(y, case)


def main():
    with open(sys.argv[1]) as file:
        cases = json.load(file)
    outputs = []
    for case in cases:
        x = torch.tensor(case["x"], dtype=torch.double).reshape(case["steps"], case["rows"], -1).requires_grad_()
        weight = torch.tensor(case["weight"], dtype=torch.double).reshape(-1, x.shape[2])
        t = torch.tensor(case["targets"], dtype=torch.double).reshape(case["steps"], case["rows"], -1)
        value = loss(case, F.linear(x, weight), t)
        value.backward()
        outputs.append([value.item(), *x.grad.flatten().tolist()])
    with open(sys.argv[2], "w") as file:
        json.dump(outputs, file)


main()
