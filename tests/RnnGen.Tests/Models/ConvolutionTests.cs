using RnnGen.Tests.CompressedWeights;

namespace RnnGen.Tests.Models;

/// <summary>Models of grids: their parameters, their states, and what they cost.</summary>
public class ConvolutionTests
{
    [Fact]
    public void WeightsHavePyTorchsShapesAndOrder()
    {
        var model = new SmallFrames(1);
        Assert.Equal([18, 1, 8], model.Parameters["stft.weight"].Shape);
        Assert.Equal([17, 9, 3], model.Parameters["within.weight"].Shape);
        Assert.Equal([6, 17, 3], model.Parameters["over.weight"].Shape);
        Assert.Equal([6], model.Parameters["over.bias"].Shape);

        // A weight of 1 for channel 4 at the first of three steps alone: what that was four steps before comes out.
        var over = model.Parameters["over.weight"];
        over.CopyFrom(new float[over.Count]);
        over[2, (4 * 3) + 0] = 1;
        Assert.Equal(1, ParameterValues.Values(over)[(2 * 17 * 3) + (4 * 3)]);
        Assert.Equal(1, over[2, 12]);
        Assert.Equal(1, ParameterValues.Values(over).Sum());
    }

    [Fact]
    public void FilesHaveThreeDimensions()
    {
        using var folder = new TemporaryFolder();
        var model = new SmallFrames(1);
        model.Save(folder["float"]);
        var tensor = SafetensorsFile.Read(folder["float"])["within.weight"];
        Assert.Equal([17, 9, 3], tensor.Shape);
        var values = new float[17 * 9 * 3];
        tensor.CopyTo<float>(values);
        Assert.Equal(ParameterValues.Values(model.Parameters["within.weight"]), values);
        var other = new SmallFrames(2);
        other.Load(folder["float"]);
        Assert.Equal(Outputs(model), Outputs(other));

        model.ToInt8().Save(folder["int8"]);
        Assert.Equal([17, 9, 3], SafetensorsFile.Read(folder["int8"])["within.weight"].Shape);
        var int8 = SmallFrames.Int8.Load(folder["int8"]);
        float[] expected = new float[6 * 3], actual = new float[6 * 3];
        model.ToInt8().Forward(Inputs, expected);
        int8.Forward(Inputs, actual);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void AStateHasWhatIsLookedBackOn()
    {
        // Three positions of 17 channels, four steps.
        Assert.Equal((4 * 3 * 17) + 9, SmallFrames.StateSize);
        var model = new SmallFrames(1);
        SmallFrames.State state = default;
        var output = new float[SmallFrames.OutputSize];
        float[][] pasts = [.. Enumerable.Range(0, 5).Select(step =>
        {
            model.Step(Inputs.AsSpan(step * SmallFrames.InputSize, SmallFrames.InputSize), ref state, output);
            return state.OverPast.ToArray();
        })];
        Assert.Equal(pasts[3][51..], pasts[4][..^51]);
        Assert.Equal(new float[3 * 51], pasts[0][..^51]);
        Assert.NotEqual(new float[51], pasts[0][^51..]);
    }

    [Fact]
    public void NothingIsAllocated()
    {
        var model = new SmallFrames(1);
        SmallFrames.State state = default;
        var states = new SmallFrames.State[40];
        float[] output = new float[SmallFrames.OutputSize], outputs = new float[40 * SmallFrames.OutputSize];
        float[] inputs = [.. Enumerable.Range(0, 40 * SmallFrames.InputSize).Select(i => MathF.Sin(i))];
        var trainer = model.CreateTrainer(new Adam());
        float[] targets = new float[6 * SmallFrames.OutputSize];
        Allocations.AssertNone(() =>
        {
            model.Step(inputs.AsSpan(0, SmallFrames.InputSize), ref state, output);
            model.Step(inputs, states, outputs);
            model.Forward(inputs, ref state, outputs);
            trainer.Step(Inputs, targets);
        });
    }

    [Fact]
    public void SilenceTrains()
    {
        var model = new SmallFrames(3);
        var trainer = model.CreateTrainer(new Sgd(0.1));
        var silence = new float[6 * SmallFrames.InputSize];
        float[] targets = [.. Enumerable.Repeat(0.5f, 6 * SmallFrames.OutputSize)];
        double first = trainer.Step(silence, targets);
        for (int i = 0; i < 20; i++)
            trainer.Step(silence, targets);
        Assert.InRange(trainer.Evaluate(silence, targets), 0, first / 2);
    }

    private static float[] Inputs { get; } = [.. Enumerable.Range(0, 6 * SmallFrames.InputSize).Select(i => MathF.Sin(i * 0.37f))];

    private static float[] Outputs(SmallFrames model)
    {
        var outputs = new float[6 * SmallFrames.OutputSize];
        model.Forward(Inputs, outputs);
        return outputs;
    }
}
