using RnnGen.Tests.Models;

namespace RnnGen.Tests.Training;

public class StandardizationTests
{
    [Fact]
    public void AdaptedVectorsHaveTheMean0AndTheDeviation1()
    {
        var model = new Plain();
        var random = new Random(2);
        // A large mean beside a small spread, and a number that never changes.
        float[] vectors = [.. Enumerable.Range(0, 500).SelectMany(_ => new[]
        {
            2000 + random.NextSingle(), 5 * random.NextSingle(), 7,
        })];
        Standardization.Adapt<float>(model.Parameters, "standardize", vectors);
        Assert.Equal(7, model.Parameters["standardize.mean"][2]);
        Assert.Equal(1, model.Parameters["standardize.scale"][2]);

        var outputs = new float[500 * 4];
        var state = new Plain.State();
        model.Forward(vectors, ref state, outputs);
        foreach (int i in new[] { 0, 1 })
        {
            double[] standard = [.. outputs.Where((_, place) => place % 4 == i)];
            Assert.Equal(0, standard.Average(), 1e-4);
            Assert.Equal(1, Math.Sqrt(standard.Average(n => n * n)), 1e-4);
        }

        Assert.All(outputs.Where((_, place) => place % 4 == 2), n => Assert.Equal(0, n));
    }

    [Fact]
    public void TheInverseTakesThemBack()
    {
        var model = new ThereAndBack();
        double[] vectors = [.. Enumerable.Range(0, 90).Select(i => Math.Sin(i) + (100 * (i % 3)))];
        Standardization.Adapt<double>(model.Parameters, "there", vectors);
        Standardization.AdaptInverse<double>(model.Parameters, "back", vectors);
        var outputs = new double[30 * 4];
        var state = new ThereAndBack.State();
        model.Forward(vectors, ref state, outputs);
        foreach (var (expected, found) in vectors.Zip(outputs.Where((_, place) => place % 4 < 3)))
            Assert.Equal(expected, found, 1e-12);
    }

    [Fact]
    public void TrainingLeavesTheStatisticsAsTheyAre()
    {
        var model = new Plain(seed: 3);
        Standardization.Adapt<float>(model.Parameters, "standardize", [1f, 2, 3, 5, 5, 5]);
        float[] before = ParameterValues.Values(model.Parameters["standardize.mean"]);
        var trainer = model.CreateTrainer(new Adam(0.1) { WeightDecay = 0.1 });
        for (int i = 0; i < 5; i++)
            trainer.Step(new float[Plain.Steps * 3], new float[Plain.Steps * 4]);
        Assert.Equal(before, ParameterValues.Values(model.Parameters["standardize.mean"]));
        Assert.Equal([0.5f, 2 / 3f, 1], ParameterValues.Values(model.Parameters["standardize.scale"]), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void WhatIsNoVectorsIsRefusedAndNothingChanges()
    {
        var model = new Plain();
        Assert.Throws<ArgumentException>(() => Standardization.Adapt<float>(model.Parameters, "standardize", []));
        Assert.Throws<ArgumentException>(() => Standardization.Adapt<float>(model.Parameters, "standardize", new float[4]));
        Assert.Throws<ArgumentException>(() => Standardization.Adapt<float>(model.Parameters, "standardize", [1f, 2, float.NaN]));
        Assert.Throws<KeyNotFoundException>(() => Standardization.Adapt<float>(model.Parameters, "dense", new float[3]));
        Assert.Equal(new float[3], ParameterValues.Values(model.Parameters["standardize.mean"]));
    }
}

[RnnModel(Steps = 3)]
[Input(3), Standardize]
[SquaredError]
[Dense(1), SquaredError]
internal sealed partial class Plain;

[RnnModel(Steps = 3, Precision = Precision.Double)]
[Input(3), Standardize(Name = "there"), Standardize(Name = "back", Invert = true)]
[SquaredError]
[Dense(1), SquaredError]
internal sealed partial class ThereAndBack;
