using static RnnGen.Tests.ParameterValues;

namespace RnnGen.Tests;

[RnnModel(Steps = 4)]
[Embedding(7, 5)]
[Rnn<PeepholeLstm>(18, Name = "lower")]
[Rnn<Gru>(5)]
[Dense(3), SquaredError]
public sealed partial class Grouped;

/// <summary>A model of which parts are declared to stay.</summary>
[RnnModel(Steps = 4)]
[Embedding(7, 5, Frozen = true)]
[Rnn<PeepholeLstm>(18, Name = "lower", Frozen = true)]
[Rnn<FadingCell>(5)]
[Dense(3), SquaredError]
public sealed partial class PartlyFrozen;

/// <summary>A state that fades at a fixed rate.</summary>
[RnnCell]
public readonly partial struct FadingCell
{
    private readonly Weight W;
    private readonly Recurrent U;
    private readonly Bias b;
    [Frozen] private readonly PerUnit rate;
    private readonly PerUnit gain;

    /// <summary>One step.</summary>
    /// <param name="x">The input.</param>
    /// <param name="h">The previous output.</param>
    public Hidden Step(Input x, Hidden h) => rate * h + gain * Tanh(W * x + U * h + b);
}

/// <summary>Parameters that are trained in ways of their own, or not at all.</summary>
public class ParameterGroupTests
{
    private static readonly int[] Symbols = [.. Enumerable.Range(0, 4 * 3).Select(i => i * 5 % 7)];
    private static readonly float[] Targets = [.. Enumerable.Range(0, 4 * 3 * 3).Select(i => (i % 5) - 2f)];

    private delegate GroupedTrainer Options(GroupedTrainer trainer);

    [Fact]
    public void AGroupHasItsOwnLearningRate()
    {
        var (before, usual) = Update(t => t, new Sgd(0.1));
        var (_, slow) = Update(t => t with { Groups = [new("lower", "*embedding*") { RateFactor = 0.25 }] }, new Sgd(0.1));
        foreach (var (name, values) in usual)
        {
            double factor = name.StartsWith("lower.", StringComparison.Ordinal) || name == "embedding.weight" ? 0.25 : 1;
            for (int i = 0; i < values.Length; i++)
                Assert.Equal(before[name][i] + (factor * (values[i] - before[name][i])), slow[name][i], 1e-6);
        }

        Assert.NotEqual(usual["lower.Pi_l0"], slow["lower.Pi_l0"]);
    }

    [Fact]
    public void AGroupHasItsOwnWeightDecay()
    {
        Optimizer[] optimizers = [new AdamW { WeightDecay = 0.3 }, new AdamW { WeightDecay = 0 }];
        var (_, decayed) = Update(t => t, optimizers[0]);
        var (_, free) = Update(t => t, optimizers[1]);
        var (_, mixed) = Update(t => t with { Groups = [new("*bias*") { WeightDecay = 0 }] }, optimizers[0]);
        foreach (var (name, values) in mixed)
            Assert.Equal(name.Contains("bias", StringComparison.Ordinal) ? free[name] : decayed[name], values);
        Assert.NotEqual(free["dense.bias"], decayed["dense.bias"]);
    }

    [Fact]
    public void WhatIsNotTrainedStaysAndCountsInNoNorm()
    {
        var (before, after) = Update(t => t with { Train = ["dense"], ClipNorm = 1e-3 }, new Sgd(1));
        double norm = 0;
        foreach (var (name, values) in after)
        {
            if (!name.StartsWith("dense.", StringComparison.Ordinal))
                Assert.Equal(before[name], values);
            else
                norm += values.Zip(before[name], (a, b) => (double)(a - b) * (a - b)).Sum();
        }

        Assert.Equal(1e-3, Math.Sqrt(norm), 1e-5);
    }

    [Fact]
    public void MomentsOfWhatIsNotTrainedStay()
    {
        Grouped model = new(3);
        var trainer = model.CreateTrainer(new Adam());
        GroupedTrainer all = new(trainer), dense = new(trainer with { Train = ["dense"] });
        all.Step();
        using TemporaryFolder folder = new();
        trainer.Save(folder["before"]);
        dense.Step();
        trainer.Save(folder["after"]);
        SafetensorsFile first = SafetensorsFile.Read(folder["before"]), second = SafetensorsFile.Read(folder["after"]);
        foreach (SafetensorsTensor tensor in first.Tensors)
        {
            float[] values = new float[tensor.Count], later = new float[tensor.Count];
            tensor.CopyTo<float>(values);
            second[tensor.Name].CopyTo<float>(later);
            Assert.Equal(tensor.Name.Contains("dense.", StringComparison.Ordinal), !values.SequenceEqual(later));
        }

        Assert.Equal(2, trainer.Updates);
    }

    [Fact]
    public void TheFirstGroupThatNamesAParameterHasIt()
    {
        var (_, once) = Update(t => t with { Groups = [new("dense.bias") { RateFactor = 0.5 }] }, new Sgd(0.1));
        var (_, twice) = Update(
            t => t with { Groups = [new("dense.bias") { RateFactor = 0.5 }, new("*.bias") { RateFactor = 7 }] }, new Sgd(0.1));
        Assert.Equal(once["dense.bias"], twice["dense.bias"]);
    }

    [Fact]
    public void AfterAnUpdateValuesLieInTheirRange()
    {
        var (_, usual) = Update(t => t, new Sgd(1));
        var (_, limited) = Update(
            t => t with { Groups = [new("lower.P?_l0") { Minimum = 0.1, Maximum = 0.2 }, new("*.weight_hh*") { Maximum = 0.05 }] },
            new Sgd(1));
        foreach (var (name, values) in limited)
        {
            var (low, high) = name.StartsWith("lower.P", StringComparison.Ordinal) ? (0.1f, 0.2f)
                : name.Contains("weight_hh", StringComparison.Ordinal) ? (float.NegativeInfinity, 0.05f)
                : (float.NegativeInfinity, float.PositiveInfinity);
            Assert.Equal([.. usual[name].Select(v => Math.Clamp(v, low, high))], values);
        }

        // Padding is in no range.
        Grouped model = new(3);
        GroupedTrainer trainer = new(model.CreateTrainer(new Sgd(1)) with { Groups = [new("*") { Minimum = 0.1 }] });
        trainer.Step();
        Assert.All(model.Parameters.SelectMany(Values), v => Assert.True(v is 0 or >= 0.1f));
        Assert.Contains(model.Parameters.Buffer.Span.ToArray().Select((v, i) => (v, i)), p => p.v == 0
            && model.Parameters.NameOf(p.i) is null);
    }

    [Fact]
    public void AnUpdateThatOneGroupRefusesChangesNothing()
    {
        Grouped model = new(3);
        var before = Copy(model);
        GroupedTrainer trainer = new(model.CreateTrainer(new Sgd(1)) with
        {
            Groups = [new("embedding") { WeightDecay = 0 }, new("dense") { RateFactor = 1e39 }],
        });
        var problem = Assert.Throws<NotFiniteNumberException>(() => trainer.Step());
        Assert.Contains("make dense.", problem.Message, StringComparison.Ordinal);
        Assert.Equal(before, Copy(model));
        Assert.Equal(0, trainer.Trainer.Updates);
    }

    [Fact]
    public void AGroupAllocatesNothing()
    {
        GroupedTrainer trainer = new(new Grouped(3).CreateTrainer(new AdamW()) with
        {
            Train = ["dense", "lower"],
            Groups = [new("*bias*") { WeightDecay = 0, RateFactor = 0.1 }, new("lower.P*") { Minimum = 0 }],
        });
        Allocations.AssertNone(() => trainer.Step());
    }

    [Fact]
    public void WrongNamesAreRefused()
    {
        var trainer = new Grouped(3).CreateTrainer(new Adam());
        Assert.Contains(
            "'densse' is no parameter, layer or pattern of the model. The parameters are: embedding.weight, lower.weight_ih_l0",
            Assert.Throws<ArgumentException>(() => trainer with { Train = ["densse"] }).Message, StringComparison.Ordinal);
        Assert.Contains(
            "'Dense' is no parameter",
            Assert.Throws<ArgumentException>(() => trainer with { Groups = [new("Dense")] }).Message, StringComparison.Ordinal);
        Assert.Contains(
            "nothing is left to train", Assert.Throws<ArgumentException>(() => trainer with { Train = [] }).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "the minimum 1 and the maximum 0",
            Assert.Throws<ArgumentException>(() => trainer with { Groups = [new("dense") { Minimum = 1, Maximum = 0 }] }).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ParameterGroup());
        Assert.Throws<ArgumentException>(() => new ParameterGroup("dense", ""));
        Assert.Throws<ArgumentNullException>(() => trainer with { Groups = null! });
        foreach (double bad in new[] { -1, double.NaN, double.PositiveInfinity })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterGroup("dense") { RateFactor = bad });
            Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterGroup("dense") { WeightDecay = bad });
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterGroup("dense") { Minimum = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterGroup("dense") { Minimum = double.PositiveInfinity });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParameterGroup("dense") { Maximum = double.NegativeInfinity });
    }

    [Fact]
    public void WhatIsDeclaredFrozenNeverMovesAndIsInNoCheckpoint()
    {
        PartlyFrozen model = new(3);
        var trainer = model.CreateTrainer(new AdamW()) with
        {
            RecurrentConstraint = RecurrentConstraint.Orthogonal,
            Groups = [new("*") { Maximum = 0.01 }],
        };
        var before = model.Parameters.ToDictionary(v => v.Name, Values);
        var states = new PartlyFrozen.State[3];
        for (int i = 0; i < 3; i++)
            trainer.Step(Symbols, Targets, states);
        using TemporaryFolder folder = new();
        trainer.Save(folder["state"]);
        SafetensorsFile file = SafetensorsFile.Read(folder["state"]);
        foreach (var view in model.Parameters)
        {
            bool isFrozen = view.Name.StartsWith("lower.", StringComparison.Ordinal) || view.Name is "embedding.weight" or "rnn2.rate_l0";
            // A cell with one bias has no second one.
            Assert.True(
                (isFrozen || view.Name == "rnn2.bias_hh_l0") == before[view.Name].SequenceEqual(Values(view))
                && isFrozen == file.Find($"optimizer.exp_avg.{view.Name}") is null, view.Name);
        }

        PartlyFrozen other = new(4);
        var resumed = other.CreateTrainer(new AdamW()) with
        {
            RecurrentConstraint = RecurrentConstraint.Orthogonal,
            Groups = [new("*") { Maximum = 0.01 }],
        };
        resumed.Load(folder["state"]);
        var otherStates = states.ToArray();
        Assert.Equal(trainer.Step(Symbols, Targets, states), resumed.Step(Symbols, Targets, otherStates));
        Assert.Equal(model.Parameters.SelectMany(Values), other.Parameters.SelectMany(Values));
    }

    private static (Dictionary<string, float[]> Before, Dictionary<string, float[]> After) Update(Options options, Optimizer optimizer)
    {
        Grouped model = new(3);
        var before = Copy(model);
        options(new(model.CreateTrainer(optimizer))).Step();
        return (before, Copy(model));
    }

    private static Dictionary<string, float[]> Copy(Grouped model) => model.Parameters.ToDictionary(v => v.Name, Values);

    /// <summary>A trainer with one batch.</summary>
    private sealed record GroupedTrainer(Trainer<float, int, float, Grouped.State> Trainer)
    {
        private readonly Grouped.State[] states = new Grouped.State[3];

        public IReadOnlyList<ParameterGroup> Groups
        {
            get => Trainer.Groups;
            init => Trainer = Trainer with { Groups = value };
        }

        public IReadOnlyList<string>? Train
        {
            get => Trainer.Train;
            init => Trainer = Trainer with { Train = value };
        }

        public double? ClipNorm
        {
            get => Trainer.ClipNorm;
            init => Trainer = Trainer with { ClipNorm = value };
        }

        public double Step() => Trainer.Step(Symbols, Targets, states);
    }
}
