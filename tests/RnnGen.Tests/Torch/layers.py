"""Layers by PyTorch in double: reads a list of cases as JSON, and writes the outputs of each, [step][row][position][channel]."""

import json
import sys

import torch
import torch.nn.functional as F


def convolution(case, x):
    weight = torch.tensor(case["weight"], dtype=torch.double).reshape(case["kernel"])
    bias = torch.tensor(case["bias"], dtype=torch.double) if case["bias"] else None
    y = F.pad(x.permute(1, 3, 0, 2), (case["padding"], case["paddingEnd"], 0, 0), mode="reflect" if case["reflects"] else "constant")
    y = F.pad(y, (0, 0, (case["kernel"][2] - 1) * case["stepDilation"], 0))
    y = F.conv2d(
        y, weight, bias, stride=(1, case["stride"]), dilation=(case["stepDilation"], case["dilation"]), groups=case["groups"])
    return y.permute(2, 0, 3, 1)


def main():
    with open(sys.argv[1]) as file:
        cases = json.load(file)
    outputs = []
    for case in cases:
        x = torch.tensor(case["x"], dtype=torch.double).reshape(case["shape"])
        outputs.append(convolution(case, x).flatten().tolist())
    with open(sys.argv[2], "w") as file:
        json.dump(outputs, file)


main()
