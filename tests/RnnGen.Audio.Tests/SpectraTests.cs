namespace RnnGen.Audio.Tests;

public class SpectraTests
{
    [Fact]
    public void PolarAndBackIsTheSame()
    {
        float[] real = Sound.Noise(300, 1), imaginary = Sound.Noise(300, 2), magnitudes = new float[300], phases = new float[300];
        Spectra.Magnitudes(real, imaginary, magnitudes);
        Spectra.Phases(real, imaginary, phases);
        for (int i = 0; i < 300; i++)
        {
            Assert.Equal(Math.Sqrt(((double)real[i] * real[i]) + ((double)imaginary[i] * imaginary[i])), magnitudes[i], 1e-6);
            Assert.Equal(Math.Atan2(imaginary[i], real[i]), phases[i], 1e-6);
        }

        // In place.
        Spectra.FromPolar(magnitudes, phases, magnitudes, phases);
        Assert.True(Sound.Distance(real, magnitudes) <= 1e-6);
        Assert.True(Sound.Distance(imaginary, phases) <= 1e-6);
    }

    [Fact]
    public void NothingHasMagnitudeAndPhaseZero()
    {
        float[] real = [0], imaginary = [0];
        Spectra.Magnitudes(real, imaginary, real);
        Spectra.Phases(real, imaginary, imaginary);
        Assert.Equal((0, 0), (real[0], imaginary[0]));
    }

    [Fact]
    public void AMaskMultipliesBothParts()
    {
        float[] real = [3, -4], imaginary = [5, 6];
        Spectra.Multiply([0.5f, 2], real, imaginary);
        Assert.Equal([1.5f, -8], real);
        Assert.Equal([2.5f, 12], imaginary);
    }

    [Fact]
    public void DifferentLengthsAreRefused()
    {
        float[] two = new float[2], three = new float[3];
        Assert.Equal(
            "All must have as many numbers, not 3, 3 and 2. (Parameter 'magnitudes')",
            Assert.Throws<ArgumentException>(() => Spectra.Magnitudes(three, three, two)).Message);
        Assert.Equal("phases", Assert.Throws<ArgumentException>(() => Spectra.Phases(two, three, two)).ParamName);
        Assert.Equal("imaginary", Assert.Throws<ArgumentException>(() => Spectra.Multiply(two, two, three)).ParamName);
        Assert.Equal("imaginary", Assert.Throws<ArgumentException>(() => Spectra.FromPolar(two, two, two, three)).ParamName);
    }
}
