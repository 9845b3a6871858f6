"""Layers by PyTorch in double: reads a list of cases as JSON, and writes the outputs of each, [step][row][position][channel]."""

import json
import sys

import torch
import torch.nn.functional as F


def conv1d(case, x):
    weight = torch.tensor(case["weight"], dtype=torch.double)
    bias = torch.tensor(case["bias"], dtype=torch.double) if case["bias"] else None
    steps, rows, length, channels = x.shape
    if case["over"] == "Time":
        # A row's position is a sequence of its own, padded in front.
        y = x.permute(1, 2, 3, 0).reshape(rows * length, channels, steps)
        y = F.pad(y, ((case["kernel"] - 1) * case["dilation"], 0))
        y = F.conv1d(y, weight, bias, dilation=case["dilation"])
        return y.reshape(rows, length, -1, steps).permute(3, 0, 1, 2)
    y = x.reshape(steps * rows, length, channels).transpose(1, 2)
    y = F.pad(y, (case["padding"], case["paddingEnd"]), mode="reflect" if case["reflects"] else "constant")
    y = F.conv1d(y, weight, bias, stride=case["stride"], dilation=case["dilation"])
    return y.transpose(1, 2).reshape(steps, rows, y.shape[2], y.shape[1])


def main():
    with open(sys.argv[1]) as file:
        cases = json.load(file)
    outputs = []
    for case in cases:
        x = torch.tensor(case["x"], dtype=torch.double).reshape(case["shape"])
        outputs.append(conv1d(case, x).flatten().tolist())
    with open(sys.argv[2], "w") as file:
        json.dump(outputs, file)


main()
