using RnnGen.Generator.Declarations;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Reading;
using RnnGen.Generator.Scheduling.Cells;
using RnnGen.Generator.Support;

namespace RnnGen.Tests.Models;

/// <summary>What a layer makes of a cell's equations, as the comments of generated code show it.</summary>
public class LayerEquationsTests
{
    [Fact]
    public void OptionsAreInTheEquations()
    {
        var cell = LayerEquations.Resolve(TestCell.LeakyRnn.Declaration, new CellOptions
        {
            Activation = ActivationFunction.Of(ActivationKind.HardSigmoid) with { Alpha = 0.25 },
            Clip = 3,
            Constants = new[] { new CellConstant("alpha", 0.5) }.ToEquatableArray(),
        });
        Assert.Equal("0.5 * h + (1 - 0.5) * HardSigmoid(Clip(W * x + U * h + b, 3), 0.25, 0.5)", $"{cell.Results[0]}");
        Assert.Empty(cell.Constants);
    }

    [Fact]
    public void DelaysBecomeStates()
    {
        var cell = LayerEquations.Resolve(
            TestCell.SkipRnn.Declaration, new CellOptions { Constants = new[] { new CellConstant("delay", 3) }.ToEquatableArray() });
        Assert.Equal(["h", "h_2", "h_3"], cell.States.Select(s => s.Text));
        Assert.Equal(["Tanh(W * x + U * h + Ud * h_3 + b)", "h", "h_2"], cell.Results.Select(r => $"{r}"));
    }

    [Fact]
    public void WithoutInputItsProductsVanish()
    {
        var cell = LayerEquations.Resolve(TestCell.Gru.Declaration, new CellOptions { HasInput = false });
        Assert.Equal(["Ur", "Uz", "Un", "br", "bz", "bn", "un"], cell.Parameters.Select(p => p.Name.Text));
        Assert.Equal(
            ["Sigmoid(Ur * h + br)", "Sigmoid(Uz * h + bz)", "Tanh(bn + r * (Un * h + un))"], cell.Equations.Select(e => $"{e.Value}"));
        Assert.Empty(CellScheduler.Schedule(CellGraph.Build(cell, bias: true)).InputGroups);

        var alone = LayerEquations.Resolve(TestCell.IndRnn.Declaration, new CellOptions { HasInput = false });
        Assert.Equal("Tanh(u * h + b)", $"{alone.Results[0]}");
        Assert.Empty(CellScheduler.Schedule(CellGraph.Build(alone, bias: true)).Groups);
    }

    [Fact]
    public void WhatOnlyTheInputUsedVanishesToo()
    {
        var diagnostics = new DiagnosticBag();
        var declared = CellReader.Parse(
            "C",
            "readonly Weight W, V; readonly Recurrent U; readonly PerUnit p; public Hidden Step(Input x, Hidden h) { var a = -(W * x) / "
            + "2; var g = p * a; return U * h - g + V * x; }",
            diagnostics)!;
        var cell = LayerEquations.Resolve(declared, new CellOptions { HasInput = false });
        Assert.Equal(["U"], cell.Parameters.Select(p => p.Name.Text));
        Assert.Empty(cell.Equations);
        Assert.Equal("U * h", $"{cell.Results[0]}");
    }

    [Fact]
    public void RecurrentDropoutMasksStatesBeforeMatrices()
    {
        var cell = LayerEquations.Resolve(TestCell.GruResetBefore.Declaration, new CellOptions { RecurrentDropout = 0.25 });
        Assert.Equal([new Noise("hMask", NoiseKind.Dropout, 0.25)], cell.Noises);
        Assert.Equal(
            [
                "Sigmoid(Wr * x + Ur * (hMask * h) + br)", "Sigmoid(Wz * x + Uz * (hMask * h) + bz)",
                "Tanh(Wn * x + Un * (r * (hMask * h)) + bn)"
            ],
            cell.Equations.Select(e => $"{e.Value}"));
        Assert.Equal("(1 - z) * n + z * h", $"{cell.Results[0]}");

        // One vector for all gates, one behind the reset.
        var plan = CellScheduler.Schedule(CellGraph.Build(cell, bias: true));
        Assert.Equal(2, plan.Derivative.Operands.Count);
        Assert.Equal(3, plan.Forward.Count);
    }

    [Fact]
    public void ZoneoutMixesEveryState()
    {
        var cell = LayerEquations.Resolve(TestCell.Lstm.Declaration, new CellOptions { Zoneout = 0.1 });
        Assert.Equal([new Noise("hKeep", NoiseKind.Zoneout, 0.1), new Noise("cKeep", NoiseKind.Zoneout, 0.1)], cell.Noises);
        Assert.Equal(
            ["hKeep * h + (1 - hKeep) * (o * Tanh(memory))", "cKeep * c + (1 - cKeep) * memory"], cell.Results.Select(r => $"{r}"));
        Assert.Single(CellScheduler.Schedule(CellGraph.Build(cell, bias: true)).Forward);
    }
}
