using static RnnGen.Tests.ParameterValues;

namespace RnnGen.Tests;

/// <summary>
/// Trainers and tapes that two calls meet in: the second is refused, the first is unharmed. That the second comes from within the first
/// makes the moment certain.
/// </summary>
public class OneCallAtATimeTests
{
    private const int Rows = 32;

    private static readonly int[] Sources = [.. Enumerable.Range(0, ToySeq2Seq<int>.SourceSteps * Rows).Select(i => i % 4)];
    private static readonly int[] Targets = [.. Enumerable.Range(0, (ToySeq2Seq<int>.Steps - 1) * Rows).Select(i => i * 3 % 4)];
    private static readonly int[] Inputs = [.. Enumerable.Range(0, ToySeq2Seq<int>.Steps * Rows).Select(i => i % 6)];
    private static readonly int[] Classes = [.. Inputs.Select(i => i % 5)];

    [Fact]
    public void ATrainerRefusesASecondCall()
    {
        using TemporaryFolder folder = new();
        ToySeq2Seq<int> alone = new(), model = new();
        double expected = alone.CreateTrainer(new Sgd(0.1)).Step(Sources, Targets);
        var trainer = model.CreateTrainer(new Sgd(0.1));
        trainer.Save(folder["before"]);
        // Another one, and one that shares this one's state.
        var other = model.CreateTrainer(new Adam());
        var option = trainer with { ClipNorm = 1 };
        int refused = 0;
        model.DuringForward = () =>
        {
            foreach (Action call in (Action[])
            [
                () => trainer.Step(Sources, Targets), () => trainer.Step(Sources, Inputs, Classes, [], []),
                () => trainer.Evaluate(Sources, Targets),
                () => trainer.Evaluate(Sources, Inputs, Classes, [], []), () => trainer.Save(folder["meanwhile"]),
                () => trainer.Load(folder["before"]),
                () => other.Step(Sources, Targets), () => option.Step(Sources, Targets),
            ])
            {
                Assert.Contains("one call at a time", Assert.Throws<InvalidOperationException>(call).Message, StringComparison.Ordinal);
                refused++;
            }
        };
        Assert.Equal(expected, trainer.Step(Sources, Targets));
        // Two parts of 16 rows.
        Assert.Equal(2 * 8, refused);
        Assert.Equal(alone.Parameters.SelectMany(Values), model.Parameters.SelectMany(Values));
        Assert.Equal(["before"], folder.Files);

        // One after the other they may train.
        model.DuringForward = null;
        other.Step(Sources, Targets);
        option.Step(Sources, Targets);
        Assert.Equal(2, trainer.Updates);
        // What fails gives the model back.
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Step([99, .. Sources.AsSpan(1)], Targets));
        Assert.True(trainer.Step(Sources, Targets) < expected);
    }

    [Fact]
    public void ATapeRefusesASecondCall()
    {
        ToySeq2Seq<int> alone = new(hasFeedback: true), model = new(hasFeedback: true);
        (double expected, double[] gradients) = Run(alone);
        int refused = 0;
        ToySeq2Seq<int>.Tape? tape = null;
        model.DuringForward = () =>
        {
            foreach (Action call in (Action[])
            [
                () => tape!.Encode(Sources), () => tape!.Teach(Classes), () => tape!.Forward(Inputs), () => tape!.Loss(Classes),
                () => tape!.Backward(), () => tape!.Backward([]),
                () => tape!.Probe(),
            ])
            {
                Assert.Contains("a tape of its own", Assert.Throws<InvalidOperationException>(call).Message, StringComparison.Ordinal);
                refused++;
            }
        };
        (double loss, double[] got) = Run(model);
        Assert.Equal(7, refused);
        Assert.Equal(expected, loss);
        Assert.Equal(gradients, got);

        (double, double[]) Run(ToySeq2Seq<int> toy)
        {
            tape = toy.CreateTape(Rows);
            tape.Encode(Sources);
            tape.Teach(Classes);
            tape.Forward(Inputs);
            double loss = tape.Loss(Classes);
            tape.Backward();
            return (loss, [.. tape.Gradients.SelectMany(Values)]);
        }
    }

    [Fact]
    public void ASearchRefusesASecondCall()
    {
        BeamSearch<double, int> search = new(2, new() { Width = 2, Longest = 3 });
        var alone = search.Search(new Coin(() => { }), 0, 0).Symbols.ToArray();
        int refused = 0;
        var found = search.Search(
            new Coin(() =>
            {
                Assert.Contains(
                    "a search of its own", Assert.Throws<InvalidOperationException>(() => search.Search(new Coin(() => { }), 0, 0)).Message,
                    StringComparison.Ordinal);
                refused++;
            }),
            0,
            0);
        Assert.Equal(alone, found.Symbols.ToArray());
        // A step of the root, and of two hypotheses at each length behind it.
        Assert.Equal(5, refused);
    }

    /// <summary>
    /// A set that is published during an update: all parts of the batch and the update have the one that the call began with.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AnUpdateGoesToTheSetThatItBeganWith(int threads)
    {
        ToySeq2Seq<int> alone = new(), model = new();
        double expected = alone.CreateTrainer(new Sgd(0.1)).Step(Sources, Targets);
        ParameterSet<double> old = model.Parameters, loaded = old.Copy();
        foreach (ParameterView<double> view in loaded)
            view.CopyFrom([.. Values(view).Select(x => 2 * x)]);
        double[] values = [.. loaded.SelectMany(Values)];
        var trainer = model.CreateTrainer(new Sgd(0.1)) with { Threads = threads };
        model.DuringForward = () => model.Publish(loaded);
        Assert.Equal(expected, trainer.Step(Sources, Targets));
        Assert.Equal(alone.Parameters.SelectMany(Values), old.SelectMany(Values));
        Assert.Same(loaded, model.Parameters);
        Assert.Equal(values, loaded.SelectMany(Values));
        // The next one has the new set.
        trainer.Step(Sources, Targets);
        Assert.NotEqual(values, loaded.SelectMany(Values));
        Assert.Equal(alone.Parameters.SelectMany(Values), old.SelectMany(Values));
    }

    private sealed class Coin(Action duringStep) : ISymbolModel<double, int>
    {
        public int SymbolCount => 2;

        public void Step(int symbol, ref int state, Span<double> probabilities)
        {
            duringStep();
            (probabilities[0], probabilities[1]) = (0.25, 0.75);
        }
    }
}
