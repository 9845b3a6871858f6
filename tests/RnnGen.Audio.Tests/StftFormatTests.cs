namespace RnnGen.Audio.Tests;

public class StftFormatTests
{
    public static TheoryData<StftFormat, string> Wrong => new()
    {
        { new(1, 1), "A frame has 2 to 65,536 samples, not 1." },
        { new(100_000, 1), "A frame has 2 to 65,536 samples, not 100,000." },
        { new(512, 0), "The hop of frames of 512 samples is 1 to 512, not 0." },
        { new(512, 513), "The hop of frames of 512 samples is 1 to 512, not 513." },
        { new(512, 128) { TransformLength = 600 }, "A transform has a power of 2 of numbers, from 4 to 65,536, not 600." },
        { new(512, 128) { TransformLength = 256 }, "A transform of 256 numbers is shorter than a frame of 512 samples." },
        { new(512, 128) { Channels = 0 }, "There are 1 to 1,024 channels, not 0." },
        { new(512, 128) { Window = (WindowKind)77 }, "There is no window 77." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void WhatMakesNoSenseIsRefused(StftFormat format, string message)
    {
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => new Stft(format)).Message);
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => new InverseStft(format)).Message);
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => format.Reconstructs).Message);
    }

    [Theory]
    [InlineData(512, 256, WindowKind.Hann, null, "0.5 to 1", "A hop of 128 does.")]
    [InlineData(512, 200, WindowKind.SquareRootHann, null, "1.227 to 1.337", "A hop of 128 does.")]
    [InlineData(512, 512, WindowKind.Vorbis, null, "0 to 1", "A hop of 256 does.")]
    [InlineData(509, 170, WindowKind.Vorbis, WindowKind.Hann, "1.189 to 1.383", "may.")]
    public void WindowsThatDoNotAddUpAreRefused(
        int frame, int hop, WindowKind window, WindowKind? synthesis, string sums, string advice)
    {
        StftFormat format = new(frame, hop) { Window = window, SynthesisWindow = synthesis };
        Assert.False(format.Reconstructs);
        string message = Assert.Throws<ArgumentException>(() => new InverseStft(format)).Message;
        Assert.Contains(sums, message, StringComparison.Ordinal);
        Assert.Contains(advice, message, StringComparison.Ordinal);
        // There is no need to come back from all spectra.
        _ = new Stft(format);
    }

    [Fact]
    public void ATransformHoldsAFrame()
    {
        Assert.Equal(257, new StftFormat(512, 128).Bins);
        Assert.Equal(257, new StftFormat(400, 160).Bins);
        Assert.Equal(513, new StftFormat(400, 160) { TransformLength = 1024 }.Bins);
        Assert.Equal(3, new StftFormat(2, 1).Bins);
    }

    [Fact]
    public void SpansOfTheWrongLengthAreRefusedAndNothingIsTaken()
    {
        StftFormat format = new(64, 16) { Channels = 2 };
        Stft stft = new(format);
        InverseStft inverse = new(format);
        float[] samples = Sound.Noise(32), real = new float[66], imaginary = new float[66];
        ReadOnlySpan<float> expected = samples;
        Assert.True(new Stft(format).TryRead(ref expected, real, imaginary));
        float[] right = [.. real];

        Assert.Equal("31 numbers are no whole samples of 2 channels. (Parameter 'samples')", Message(() => Read(samples[..31], real)));
        Assert.Equal("Expected 66 numbers, not 65. (Parameter 'real')", Message(() => Read(samples, new float[65])));
        Assert.Equal("Expected 32 numbers, not 31. (Parameter 'samples')", Message(() => inverse.Add(real, imaginary, new float[31])));
        Assert.Equal(
            "Expected 128 numbers, not 66. (Parameter 'frames')", Message(() => new OverlapAdd(format).Add(real, new float[32])));
        Assert.True(Read(samples, real));
        Assert.Equal(right, real);

        bool Read(float[] from, float[] into)
        {
            ReadOnlySpan<float> block = from;
            return stft.TryRead(ref block, into, imaginary);
        }

        static string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;
    }
}
