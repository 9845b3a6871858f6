using RnnGen.Generated;

namespace RnnGen.Compiler.Tests;

/// <summary>Streams of built classes; those of opened models are the same class.</summary>
public class StreamTests
{
    private readonly BuiltMixed model = new(seed: 1);

    [Fact]
    public void StepsAreTheModels()
    {
        BuiltMixed.State state = default;
        RnnStream<float> stream = RnnStream.Of(model);
        float[] x = CompilerFixture.Signal(40), y = new float[60], z = new float[60];
        for (int i = 0; i < 20; i++)
            stream.Step(x.AsSpan(2 * i, 2), y.AsSpan(3 * i, 3));
        model.Forward(x, ref state, z);
        Assert.Equal(z, y);
        stream.Reset();
        stream.Forward(x, y);
        Assert.Equal(z, y);
        Assert.Equal((2, 3, BuiltMixed.StateSize), (stream.InputSize, stream.OutputSize, stream.StateSize));
        Assert.Throws<InvalidOperationException>(() => stream.Step(1, y.AsSpan(0, 3)));
        Assert.Throws<ArgumentException>(() => stream.Step(x.AsSpan(0, 4), y.AsSpan(0, 6)));
    }

    [Fact]
    public void StatesAreCopiedSavedAndRestored()
    {
        RnnStream<float> stream = RnnStream.Of(model), other = RnnStream.Of(model);
        float[] x = CompilerFixture.Signal(40), y = new float[60], z = new float[60];
        stream.Forward(x, y);
        RnnStream<float> clone = stream.Clone();
        other.CopyFrom(stream);
        byte[] saved = new byte[stream.SavedLength];
        stream.Save(saved);
        float[] numbers = new float[stream.StateSize];
        stream.CopyTo(numbers);
        stream.Forward(x, y);
        foreach (RnnStream<float> copy in (RnnStream<float>[])[clone, other])
        {
            copy.Forward(x, z);
            Assert.Equal(y, z);
        }

        other.Restore(saved);
        other.Forward(x, z);
        Assert.Equal(y, z);
        other.CopyFrom(numbers);
        other.Forward(x, z);
        Assert.Equal(y, z);
        BuiltMixed.State state = StateBytes.Read<BuiltMixed.State, float>(saved);
        model.Forward(x, ref state, z);
        Assert.Equal(y, z);
    }

    [Fact]
    public void WrongStatesAreRefused()
    {
        RnnStream<float> stream = RnnStream.Of(model), gru = RnnStream.Of(new BuiltGru());
        Assert.Throws<ArgumentException>(() => stream.CopyFrom(gru));
        Assert.Throws<ArgumentNullException>(() => stream.CopyFrom((RnnStream<float>)null!));
        Assert.Throws<ArgumentException>(() => stream.CopyFrom(new float[1]));
        Assert.Throws<ArgumentException>(() => stream.CopyTo(new float[1]));
        byte[] saved = new byte[gru.SavedLength];
        gru.Save(saved);
        Assert.Throws<InvalidDataException>(() => stream.Restore(saved));
        Assert.Throws<ArgumentException>(() => RnnStream.Of(model, [1f]));
        Assert.Throws<ArgumentException>(() => RnnStream.Of(new BuiltGru(), [float.NaN, 0, 0, 0, 0, 0, 0, 0, 0]));
    }

    [Fact]
    public void AStreamBeginsInItsState()
    {
        float[] start = [.. Enumerable.Range(1, 9).Select(i => i / 10f)], numbers = new float[9], y = new float[1];
        RnnStream<float> stream = RnnStream.Of(new BuiltGru(), start);
        stream.CopyTo(numbers);
        Assert.Equal(start, numbers);
        stream.Step([1f], y);
        stream.Reset();
        stream.CopyTo(numbers);
        Assert.Equal(start, numbers);
    }
}
