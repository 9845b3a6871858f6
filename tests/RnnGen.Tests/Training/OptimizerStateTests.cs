using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests;

public class OptimizerStateTests
{
    public static TheoryData<string> Names() => OptimizerUpdateTests.Names();

    [Theory]
    [MemberData(nameof(Names))]
    public void ResumedTrainingHasTheSameBits(string name)
    {
        Optimizer optimizer = OptimizerUpdateTests.Optimizers[name];
        using TemporaryFolder folder = new();
        var (set, parameters) = ExampleTable.Create<float>();
        ExampleTable.Fill(set, 1);
        OptimizerState<float> state = optimizer.CreateState<float>(parameters.Length);
        Train(optimizer, state, set, parameters, 0, 7);
        TrainingFile.Save(folder["half"], set, state, new Dictionary<string, string> { ["epoch"] = "3" });
        Train(optimizer, state, set, parameters, 7, 20);

        var (resumedSet, resumed) = ExampleTable.Create<float>();
        OptimizerState<float> resumedState = optimizer.CreateState<float>(resumed.Length);
        SafetensorsFile half = SafetensorsFile.Read(folder["half"]);
        Assert.Equal("3", half.Metadata["epoch"]);
        TrainingFile.Load(half, resumedSet, resumedState);
        Assert.Equal(7, resumedState.Step);
        Train(optimizer, resumedState, resumedSet, resumed, 7, 20);
        Assert.Equal(Bits(parameters), Bits(resumed));
        for (int i = 0; i < state.MomentNames.Count; i++)
            Assert.Equal(Bits(state.Buffer(i)), Bits(resumedState.Buffer(i)));
    }

    [Fact]
    public void TheFileNamesWhatItHoldsAndIsAWeightFileToo()
    {
        using TemporaryFolder folder = new();
        var (set, parameters) = ExampleTable.Create<float>();
        ExampleTable.Fill(set, 1);
        OptimizerState<float> state = new Adam().CreateState<float>(parameters.Length);
        Train(new Adam(), state, set, parameters, 0, 2);
        TrainingFile.Save(folder["a"], set, state);
        SafetensorsFile file = SafetensorsFile.Read(folder["a"]);
        Assert.Equal(9, file.Tensors.Count);
        Assert.Equal([99L, 5], file["optimizer.exp_avg.rnn.weight_ih_l0"].Shape.ToArray());
        Assert.NotNull(file.Find("optimizer.exp_avg_sq.rnn.bias_hh_l0"));
        Assert.Equal(("Adam", "2"), (file.Metadata["optimizer.name"], file.Metadata["optimizer.step"]));

        var (other, loaded) = ExampleTable.Create<float>();
        WeightFile.Load(folder["a"], other);
        Assert.Equal(Bits(parameters), Bits(loaded));
    }

    [Fact]
    public void AFileThatDoesNotFitChangesNeitherWeightsNorState()
    {
        var (set, parameters) = ExampleTable.Create<float>();
        ExampleTable.Fill(set, 1);
        OptimizerState<float> adam = new Adam().CreateState<float>(parameters.Length);
        Train(new Adam(), adam, set, parameters, 0, 3);
        SafetensorsFile good = Save(set, adam);

        var (otherSet, other) = ExampleTable.Create<float>();
        ExampleTable.Fill(otherSet, 2);
        OptimizerState<float> state = new Adam().CreateState<float>(other.Length);
        Train(new Adam(), state, otherSet, other, 0, 5);
        int[] before = All();

        Refused(new SafetensorsFile(good.Tensors), "it holds no optimiser's state");
        Refused(
            new SafetensorsFile(good.Tensors, new Dictionary<string, string> { ["optimizer.name"] = "Adam", ["optimizer.step"] = "-1" }),
            "no number of updates");
        Refused(new SafetensorsFile(good.Tensors.Skip(1), good.Metadata), "rnn.weight_ih_l0 [99, 5] is missing");
        Refused(new SafetensorsFile(good.Tensors.SkipLast(1), good.Metadata), "optimizer.exp_avg_sq.rnn.bias_hh_l0 [99] is missing");
        Refused(
            new SafetensorsFile([.. good.Tensors, SafetensorsTensor.Create<float>("optimizer.more", [1], [1])], good.Metadata),
            "'optimizer.more' [1] is in the file");
        OptimizerState<float> sgd = new Sgd { Momentum = 0.9 }.CreateState<float>(parameters.Length);
        Refused(Save(set, sgd), "its state is that of 'Sgd', not Adam");

        TrainingFile.Load(good, otherSet, state);
        Assert.Equal(3, state.Step);
        Assert.Equal(Bits(parameters), Bits(other));

        void Refused(SafetensorsFile file, string reason)
        {
            var exception = Assert.Throws<InvalidDataException>(() => TrainingFile.Load(file, otherSet, state));
            Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
            Assert.Equal(before, All());
            Assert.Equal(5, state.Step);
        }

        int[] All() => [.. Bits(other), .. Bits(state.Buffer(0)), .. Bits(state.Buffer(1))];
    }

    [Fact]
    public void MisuseIsRefused()
    {
        var (set, parameters) = ExampleTable.Create<float>();
        OptimizerState<float> state = new Adam().CreateState<float>(parameters.Length);
        OptimizerState<float> tooShort = new Adam().CreateState<float>(3);
        using MemoryStream stream = new();
        Assert.Throws<ArgumentException>(() => TrainingFile.Save(stream, set, tooShort));
        Assert.Throws<ArgumentException>(() => TrainingFile.Save(
            stream, set, state, new Dictionary<string, string> { ["optimizer.step"] = "1" }));
        Assert.Equal(0, stream.Length);
        Assert.Equal(["exp_avg", "exp_avg_sq"], state.MomentNames);
        Assert.Empty(new Sgd().CreateState<float>(3).MomentNames);
    }

    [Fact]
    public void MomentsOfSquaresAreKnown()
    {
        // A file in which one of them is negative is refused.
        Assert.Equal([false, true], Squares(new Adam()));
        Assert.Equal([false, true], Squares(new AdamW()));
        Assert.Equal([true, false], Squares(new RmsProp { Momentum = 0.5 }));
        Assert.Equal([true], Squares(new RmsProp()));
        Assert.Equal([true], Squares(new Adagrad()));
        Assert.Equal([false], Squares(new Sgd { Momentum = 0.5 }));
        static bool[] Squares(Optimizer optimizer)
        {
            OptimizerState<float> state = optimizer.CreateState<float>(1);
            return [.. Enumerable.Range(0, state.MomentNames.Count).Select(i => state.HoldsSquares(i))];
        }
    }

    private static SafetensorsFile Save(ParameterSet<float> set, OptimizerState<float> state)
    {
        using MemoryStream stream = new();
        TrainingFile.Save(stream, set, state);
        return SafetensorsFile.Read(stream.ToArray());
    }

    private static void Train(
        Optimizer optimizer, OptimizerState<float> state, ParameterSet<float> set, AlignedBuffer<float> parameters, int from, int to)
    {
        for (int step = from; step < to; step++)
        {
            AlignedBuffer<float> gradients = new(parameters.Length);
            ExampleTable.Fill(set.In(gradients), 1000 + step);
            optimizer.Update(state, parameters, gradients, optimizer.LearningRate);
        }
    }

    private static int[] Bits(AlignedBuffer<float> buffer) => [.. buffer.Span.ToArray().Select(BitConverter.SingleToInt32Bits)];
}
