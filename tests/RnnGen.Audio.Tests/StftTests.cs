namespace RnnGen.Audio.Tests;

public class StftTests
{
    public static TheoryData<int, int, WindowKind, WindowKind?, int> Reconstructing => new()
    {
        { 512, 256, WindowKind.SquareRootHann, null, 0 },
        { 512, 128, WindowKind.SquareRootHann, null, 0 },
        { 512, 256, WindowKind.Hann, WindowKind.Rectangular, 0 },
        { 512, 128, WindowKind.Hann, null, 0 },
        { 512, 256, WindowKind.Hamming, WindowKind.Rectangular, 0 },
        { 960, 480, WindowKind.Vorbis, null, 0 },
        { 400, 200, WindowKind.Hann, WindowKind.Rectangular, 0 },
        { 480, 160, WindowKind.SquareRootHann, null, 1024 },
        { 512, 512, WindowKind.Rectangular, null, 0 },
        { 512, 128, WindowKind.Rectangular, null, 0 },
        { 2, 1, WindowKind.SquareRootHann, null, 0 },
    };

    [Theory]
    [MemberData(nameof(Reconstructing))]
    public void UnchangedSpectraGiveTheSoundBack(int frame, int hop, WindowKind window, WindowKind? synthesis, int length)
    {
        StftFormat format = new(frame, hop)
        {
            Window = window,
            SynthesisWindow = synthesis,
            TransformLength = length,
            Channels = 3,
        };
        Assert.True(format.Reconstructs);
        int samples = 6 * frame / hop * hop;
        float[][] channels = [Sound.Noise(samples, 1), Sound.Noise(samples, 2), Sound.Noise(samples, 3)];
        float[] back = RoundTrip(format, Sound.Interleave(channels), [samples]);
        Assert.Equal(frame - hop, format.Latency);
        for (int channel = 0; channel < 3; channel++)
        {
            float[] actual = Sound.Channel(back, channel, 3);
            // Before its first sample the stream has zeros.
            Assert.True(Sound.Distance(new float[format.Latency], actual.AsSpan(0, format.Latency)) <= 1e-6);
            double distance = Sound.Distance(channels[channel].AsSpan(0, samples - format.Latency), actual.AsSpan(format.Latency));
            Assert.True(distance <= 1e-6, $"{distance:E1}");
        }
    }

    [Fact]
    public void SpectraAreThoseOfTheDefinition()
    {
        const int Frame = 40, Hop = 16;
        StftFormat format = new(Frame, Hop) { Window = WindowKind.Hann, TransformLength = 64, Channels = 2 };
        float[][] channels = [Sound.Noise(200, 1), Sound.Noise(200, 2)];
        var spectra = Spectra(format, Sound.Interleave(channels), [200]);
        Assert.Equal(200 / Hop, spectra.Count);
        for (int index = 0; index < spectra.Count; index++)
        {
            for (int channel = 0; channel < 2; channel++)
            {
                for (int bin = 0; bin < format.Bins; bin++)
                {
                    double re = 0, im = 0;
                    for (int n = 0; n < Frame; n++)
                    {
                        int place = ((index + 1) * Hop) - Frame + n;
                        double sample = place < 0 ? 0 : channels[channel][place] * (0.5 - (0.5 * Math.Cos(2 * Math.PI * n / Frame)));
                        re += sample * Math.Cos(2 * Math.PI * bin * n / 64);
                        im -= sample * Math.Sin(2 * Math.PI * bin * n / 64);
                    }

                    Assert.Equal(re, spectra[index].Real[(channel * format.Bins) + bin], 2e-6);
                    Assert.Equal(im, spectra[index].Imaginary[(channel * format.Bins) + bin], 2e-6);
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(1000)]
    public void BlocksMakeNoDifference(int longest)
    {
        StftFormat format = new(64, 16) { Channels = 2 };
        float[] samples = Sound.Noise(2 * 1000);
        float[] whole = RoundTrip(format, samples, [1000]);
        Assert.Equal(whole, RoundTrip(format, samples, Sound.Blocks(1000, longest, seed: longest)));
    }

    [Fact]
    public void ChannelsStayApart()
    {
        float[] left = Sound.Noise(512, 1), right = new float[512];
        var both = Spectra(new(64, 32) { Channels = 2 }, Sound.Interleave(left, right), [512]);
        var alone = Spectra(new(64, 32), left, [512]);
        for (int index = 0; index < both.Count; index++)
        {
            Assert.Equal(alone[index].Real, both[index].Real[..33]);
            Assert.Equal(alone[index].Imaginary, both[index].Imaginary[..33]);
            Assert.All(both[index].Real[33..].Concat(both[index].Imaginary[33..]), number => Assert.Equal(0, number));
        }
    }

    [Fact]
    public void SilenceStaysSilence() =>
        Assert.All(RoundTrip(new(512, 128), new float[4096], [4096]), number => Assert.Equal(0, number));

    [Fact]
    public void AResetBeginsAgain()
    {
        StftFormat format = new(64, 16);
        Stft stft = new(format);
        InverseStft inverse = new(format);
        float[] samples = Sound.Noise(200);
        float[] first = RoundTrip(stft, inverse, samples, [200]);
        stft.Reset();
        inverse.Reset();
        Assert.Equal(first, RoundTrip(stft, inverse, samples, [200]));
    }

    [Fact]
    public void NotANumberIsForgottenWithItsFrame()
    {
        float[] samples = Sound.Noise(512);
        samples[100] = float.NaN;
        float[] back = RoundTrip(new(64, 16), samples, [512]);
        Assert.Contains(back, float.IsNaN);
        Assert.All(back.Skip(100 + (2 * 64)), number => Assert.False(float.IsNaN(number)));
    }

    [Fact]
    public void NothingIsAllocated()
    {
        StftFormat format = new(512, 128) { Channels = 2 };
        Stft stft = new(format);
        InverseStft inverse = new(format);
        OverlapAdd overlap = new(format);
        float[] samples = Sound.Noise(2 * 1000), real = new float[2 * format.Bins], imaginary = new float[2 * format.Bins];
        float[] mask = new float[2 * format.Bins], output = new float[2 * format.Hop], frames = new float[2 * 512];
        Allocations.AssertNone(Run);

        void Run()
        {
            ReadOnlySpan<float> block = samples;
            while (stft.TryRead(ref block, real, imaginary))
            {
                Audio.Spectra.Magnitudes(real, imaginary, mask);
                Audio.Spectra.Multiply(mask, real, imaginary);
                inverse.Add(real, imaginary, output);
                overlap.Add(frames, output);
            }
        }
    }

    [Fact]
    public void OverlapAddAddsFramesAsTheyAre()
    {
        OverlapAdd overlap = new(new(4, 2) { Channels = 2 });
        float[] samples = new float[4];
        overlap.Add([1, 2, 3, 4, 10, 20, 30, 40], samples);
        Assert.Equal([1, 10, 2, 20], samples);
        overlap.Add([5, 6, 7, 8, 50, 60, 70, 80], samples);
        Assert.Equal([3 + 5, 30 + 50, 4 + 6, 40 + 60], samples);
        overlap.Reset();
        overlap.Add([0, 0, 0, 1, 0, 0, 0, 1], samples);
        Assert.Equal([0, 0, 0, 0], samples);
    }

    private static float[] RoundTrip(StftFormat format, float[] samples, IEnumerable<int> blocks) =>
        RoundTrip(new(format), new(format), samples, blocks);

    private static float[] RoundTrip(Stft stft, InverseStft inverse, float[] samples, IEnumerable<int> blocks)
    {
        float[] output = new float[stft.Format.Hop * stft.Format.Channels];
        List<float> back = [];
        Read(stft, samples, blocks, (real, imaginary) =>
        {
            inverse.Add(real, imaginary, output);
            back.AddRange(output);
        });
        return [.. back];
    }

    private static List<(float[] Real, float[] Imaginary)> Spectra(StftFormat format, float[] samples, IEnumerable<int> blocks)
    {
        List<(float[], float[])> spectra = [];
        Read(new(format), samples, blocks, (real, imaginary) => spectra.Add(([.. real], [.. imaginary])));
        return spectra;
    }

    private static void Read(Stft stft, float[] samples, IEnumerable<int> blocks, Action<float[], float[]> use)
    {
        int channels = stft.Format.Channels, start = 0;
        float[] real = new float[channels * stft.Format.Bins], imaginary = new float[channels * stft.Format.Bins];
        foreach (int count in blocks)
        {
            ReadOnlySpan<float> block = samples.AsSpan(start * channels, count * channels);
            while (stft.TryRead(ref block, real, imaginary))
                use(real, imaginary);
            Assert.True(block.IsEmpty);
            start += count;
        }
    }
}
