namespace RnnGen.Audio.Tests;

public class FourierTransformTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(512)]
    [InlineData(2048)]
    public void ItIsTheDefinition(int length)
    {
        FourierTransform transform = new(length);
        float[] numbers = Sound.Noise(length), real = new float[transform.Bins], imaginary = new float[transform.Bins];
        transform.Forward(numbers, real, imaginary);
        double largest = 0;
        for (int k = 0; k < transform.Bins; k++)
        {
            double re = 0, im = 0;
            for (int n = 0; n < length; n++)
            {
                double angle = -2 * Math.PI * ((long)k * n % length) / length;
                re += numbers[n] * Math.Cos(angle);
                im += numbers[n] * Math.Sin(angle);
            }

            largest = Math.Max(largest, Math.Max(Math.Abs(re - real[k]), Math.Abs(im - imaginary[k])));
        }

        // What rounding to 32 bits leaves: a sum of `length` numbers is about √(length / 3) large, and hardly any four times that.
        Assert.True(largest <= 1.2e-7 * Math.Sqrt(length), $"{largest:E1}");
        Assert.Equal((0f, 0f), (imaginary[0], imaginary[^1]));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(512)]
    [InlineData(65_536)]
    public void TheInverseGivesTheNumbersBack(int length)
    {
        FourierTransform transform = new(length);
        float[] numbers = Sound.Noise(length), real = new float[transform.Bins], imaginary = new float[transform.Bins];
        float[] back = new float[length];
        transform.Forward(numbers, real, imaginary);
        transform.Inverse(real, imaginary, back);
        double distance = Sound.Distance(numbers, back);
        Assert.True(distance <= 2e-7, $"{distance:E1}");
    }

    [Fact]
    public void ImaginaryPartsOfTheEndsDoNotCount()
    {
        FourierTransform transform = new(16);
        float[] real = Sound.Noise(9), imaginary = Sound.Noise(9, seed: 2), first = new float[16], second = new float[16];
        (imaginary[0], imaginary[^1]) = (0, 0);
        transform.Inverse(real, imaginary, first);
        (imaginary[0], imaginary[^1]) = (5, -7);
        transform.Inverse(real, imaginary, second);
        Assert.Equal(first, second);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-512)]
    [InlineData(480)]
    [InlineData(131_072)]
    public void OtherLengthsAreRefused(int length)
    {
        string message = Assert.Throws<ArgumentException>(() => new FourierTransform(length)).Message;
        Assert.Equal($"A transform has a power of 2 of numbers, from 4 to 65,536, not {length:N0}.", message);
    }

    [Fact]
    public void OtherSpansAreRefused()
    {
        FourierTransform transform = new(16);
        float[] nine = new float[9], sixteen = new float[16];
        Assert.Equal(
            "Expected 16 numbers, not 9. (Parameter 'numbers')",
            Assert.Throws<ArgumentException>(() => transform.Forward(nine, nine, nine)).Message);
        Assert.Equal("real", Assert.Throws<ArgumentException>(() => transform.Forward(sixteen, sixteen, nine)).ParamName);
        Assert.Equal("imaginary", Assert.Throws<ArgumentException>(() => transform.Inverse(nine, sixteen, sixteen)).ParamName);
    }
}
