namespace RnnGen.Compiler.Tests;

/// <summary>Networks at a higher rate than they were trained at, and their change while they play.</summary>
public class RateTests
{
    private readonly BuiltMixed model = new(seed: 1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void AWholeMultipleIsSoManyStatesInTurn(int n)
    {
        const int Samples = 1_000;
        float[] x = CompilerFixture.Signal(2 * Samples), expected = new float[3 * Samples], y = new float[3 * Samples];
        BuiltMixed.State[] states = new BuiltMixed.State[n];
        for (int i = 0; i < Samples; i++)
            model.Step(x.AsSpan(2 * i, 2), ref states[i % n], expected.AsSpan(3 * i, 3));

        RateAdapter<float> adapter = new(RnnStream.Of(model), 48_000, 48_000 * n);
        Assert.Equal((n, true), (adapter.Ratio, adapter.IsExact));
        for (int start = 0, block = 1; start < Samples; start += block, block = (block * 7 % 411) + 1)
        {
            block = Math.Min(block, Samples - start);
            adapter.Process(x.AsSpan(2 * start, 2 * block), y.AsSpan(3 * start, 3 * block));
        }

        Assert.Equal(expected, y);
        adapter.Reset();
        adapter.Process(x, y);
        Assert.Equal(expected, y);
    }

    [Theory]
    [InlineData(44_100, 48_000)]
    [InlineData(48_000, 120_000)]
    [InlineData(44_100, 192_000)]
    public void AnotherRatioReadsTheStateBetween(double trained, double host)
    {
        const int Samples = 300;
        double ratio = host / trained;
        float[] x = CompilerFixture.Signal(2 * Samples), expected = new float[3 * Samples], y = new float[3 * Samples];
        // The definition: the state of r samples ago is between those of ⌊r⌋ and ⌈r⌉ samples ago.
        int more = (int)Math.Ceiling(ratio), less = more - 1;
        float share = (float)(more - ratio);
        List<float[]> past = [.. Enumerable.Range(0, more).Select(_ => new float[BuiltMixed.StateSize])];
        for (int i = 0; i < Samples; i++)
        {
            float[] older = past[^more], newer = past[^less];
            BuiltMixed.State state = default;
            state.CopyFrom([.. older.Zip(newer, (a, b) => a + (share * (b - a)))]);
            model.Step(x.AsSpan(2 * i, 2), ref state, expected.AsSpan(3 * i, 3));
            float[] now = new float[BuiltMixed.StateSize];
            state.CopyTo(now);
            past.Add(now);
        }

        RateAdapter<float> adapter = new(RnnStream.Of(model), trained, host);
        Assert.False(adapter.IsExact);
        adapter.Process(x.AsSpan(0, 2 * 77), y.AsSpan(0, 3 * 77));
        RateAdapter<float> clone = adapter.Clone();
        adapter.Process(x.AsSpan(2 * 77), y.AsSpan(3 * 77));
        Assert.Equal(expected, y);
        clone.Process(x.AsSpan(2 * 77), y.AsSpan(3 * 77));
        Assert.Equal(expected, y);
    }

    /// <summary>A sine at the trained rate and at the host's: after the start, the outputs are those of one curve.</summary>
    [Theory]
    [InlineData(44_100, 48_000, 0.01)]
    [InlineData(48_000, 96_000, 0.01)]
    [InlineData(44_100, 96_000, 0.01)]
    public void TheSoundStaysTheSame(double trained, double host, double tolerance)
    {
        BuiltGru network = new(seed: 4);
        float[] At(double rate, RateAdapter<float> adapter)
        {
            float[] x = [.. Enumerable.Range(0, (int)(0.1 * rate)).Select(i => 0.5f * (float)Math.Sin(2 * Math.PI * 200 * i / rate))];
            float[] y = new float[x.Length];
            adapter.Process(x, y);
            return y;
        }

        float[] expected = At(trained, new(RnnStream.Of(network), trained, trained));
        float[] adapted = At(host, new(RnnStream.Of(network), trained, host)), naive = At(host, new(RnnStream.Of(network), host, host));
        double Error(float[] y) => Enumerable.Range(0, 200).Max(i =>
        {
            double time = 0.05 + (i * 0.0002), place = time * host;
            double value = y[(int)place] + ((place - (int)place) * (y[(int)place + 1] - y[(int)place])), at = time * trained;
            return Math.Abs(value - (expected[(int)at] + ((at - (int)at) * (expected[(int)at + 1] - expected[(int)at]))));
        }) / (expected.Max() - expected.Min());
        double error = Error(adapted);
        Assert.True(error < tolerance && error < Error(naive) / 2, $"{error} of the range, {Error(naive)} without the adapter");
    }

    [Fact]
    public void WrongRatesAreRefused()
    {
        RnnStream<float> stream = RnnStream.Of(model);
        string message = Assert.Throws<ArgumentOutOfRangeException>(() => new RateAdapter<float>(stream, 48_000, 44_100)).Message;
        Assert.Contains("resample", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RateAdapter<float>(stream, 0, 44_100));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RateAdapter<float>(stream, double.NaN, 44_100));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RateAdapter<float>(stream, 1, double.PositiveInfinity));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RateAdapter<float>(stream, 1, 65));
        Assert.Throws<ArgumentException>(() => new RateAdapter<float>(RnnStream.Of(new BuiltText()), 1, 1));
        RateAdapter<float> adapter = new(stream, 1, 2);
        Assert.Throws<ArgumentException>(() => adapter.Process(new float[3], new float[3]));
        Assert.Throws<ArgumentException>(() => adapter.Process(new float[4], new float[5]));
        Assert.Throws<ArgumentException>(() => adapter.Process([float.NaN, 0], new float[3]));
    }

    [Fact]
    public void AModelFadesIntoAnother()
    {
        const int Samples = 900, Fade = 300, At = 200;
        BuiltMixed other = new(seed: 2);
        float[] x = CompilerFixture.Signal(2 * Samples), y = new float[3 * Samples];
        ModelSwitch player = new(Adapter(model), Fade);
        player.Process(x.AsSpan(0, 2 * At), y.AsSpan(0, 3 * At));
        Assert.False(player.IsSwitching);
        player.SwitchTo(Adapter(other));
        Assert.True(player.IsSwitching);
        for (int start = At; start < Samples; start += 70)
        {
            int block = Math.Min(70, Samples - start);
            player.Process(x.AsSpan(2 * start, 2 * block), y.AsSpan(3 * start, 3 * block));
        }

        Assert.False(player.IsSwitching);
        float[] before = new float[3 * Samples], after = new float[3 * (Samples - At)];
        model.Forward(x, before);
        other.Forward(x.AsSpan(2 * At), after);
        Assert.Equal(before[..(3 * At)], y[..(3 * At)]);
        Assert.Equal(after[(3 * Fade)..], y[(3 * (At + Fade))..]);
        for (int i = 0; i < Fade; i++)
        {
            float gain = (i + 1) / (float)Fade, from = before[3 * (At + i)], to = after[3 * i];
            Assert.Equal(from + (gain * (to - from)), y[3 * (At + i)], 1e-6f);
        }
    }

    [Fact]
    public void OnlyTheLastOfThoseThatWaitIsPlayed()
    {
        BuiltMixed second = new(seed: 2), third = new(seed: 3), fourth = new(seed: 4);
        ModelSwitch player = new(Adapter(model), 50);
        float[] x = CompilerFixture.Signal(800), y = new float[1200], expected = new float[1200];
        player.SwitchTo(Adapter(second));
        player.Process(x.AsSpan(0, 20), y.AsSpan(0, 30));
        player.SwitchTo(Adapter(third));
        player.SwitchTo(Adapter(fourth));
        player.Process(x.AsSpan(20), y.AsSpan(30));
        // The second's fade takes 50 samples; then the fourth begins.
        fourth.Forward(x.AsSpan(100), expected.AsSpan(150));
        Assert.Equal(expected[300..], y[300..]);
        Assert.Throws<ArgumentException>(() => player.SwitchTo(new(RnnStream.Of(new BuiltGru()), 1, 1)));
        Assert.Throws<ArgumentException>(() => player.Process(y.AsSpan(0, 2), y.AsSpan(0, 3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ModelSwitch(Adapter(model), 0));
    }

    [Fact]
    public void NothingIsAllocated()
    {
        float[] x = CompilerFixture.Signal(2 * 700), y = new float[3 * 700];
        RateAdapter<float> exact = new(RnnStream.Of(model), 1, 2), between = new(RnnStream.Of(model), 1, 1.5);
        RnnStream<float> stream = RnnStream.Of(model), other = RnnStream.Of(model);
        byte[] saved = new byte[stream.SavedLength];
        ModelSwitch player = new(Adapter(model), 500);
        void Run()
        {
            exact.Process(x, y);
            between.Process(x, y);
            player.Process(x, y);
            stream.Step(x.AsSpan(0, 2), y.AsSpan(0, 3));
            stream.Save(saved);
            stream.Restore(saved);
            stream.CopyTo(y.AsSpan(0, stream.StateSize));
            other.CopyFrom(stream);
            stream.Reset();
        }

        Allocations.AssertNone(Run, calls: 1, prepare: () => player.SwitchTo(Adapter(new(seed: 5))));
    }

    private static RateAdapter<float> Adapter(BuiltMixed model) => new(RnnStream.Of(model), 48_000, 48_000);
}
