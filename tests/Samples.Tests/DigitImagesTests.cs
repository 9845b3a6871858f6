using Digits;

namespace Samples.Tests;

public class DigitImagesTests
{
    private static readonly string Data = Path.Combine(AppContext.BaseDirectory, "data");

    [Fact]
    public void TheSmallDigitsAreWhole()
    {
        DigitImages images = DigitImages.ReadCsv(Path.Combine(Data, "digits8x8", "digits.csv"));
        Assert.Equal((1797, 8), (images.Count, images.Size));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], images.Labels[..10]);
        Assert.Equal(13f / 16, images.Pixels[3]);
        Assert.All(images.Pixels, pixel => Assert.InRange(pixel, 0, 1));
    }

    [Fact]
    public void TheLargeDigitsAreWhole()
    {
        DigitImages images = DigitImages.ReadMnist(Path.Combine(Data, "mnist10k"));
        Assert.Equal((10_000, 28), (images.Count, images.Size));
        Assert.Equal(10, images.Slice(..9000).Labels.Distinct().Count());
        Assert.Equal(9, images.Slice(^1000..).Labels.Distinct().Count());
        Assert.Equal(1, images.Pixels.Max());
    }

    [Fact]
    public void ABatchIsLaidOutRowByRowAndPicturesCanBeMoved()
    {
        DigitImages images = new(2, [1, 2, 3, 4, 5, 6, 7, 8], [8, 9]);
        float[] inputs = new float[8];
        int[] targets = new int[2];
        images.CopyTo([1, 0], inputs, targets);
        Assert.Equal([5, 6, 1, 2, 7, 8, 3, 4], inputs);
        Assert.Equal([9, 8], targets);
        images.CopyTo([1, 0], inputs, targets, row => row == 0 ? (1, 0) : (0, -1));
        Assert.Equal([0, 0, 2, 0, 5, 6, 4, 0], inputs);
    }
}
