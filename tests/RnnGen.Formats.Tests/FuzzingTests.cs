using RnnGen.Tests;

namespace RnnGen.Formats.Tests;

/// <summary>Some thousand damaged files of each reader; <c>tests/RnnGen.FormatCheck</c> makes as many as it is asked for.</summary>
public class FuzzingTests
{
    [Theory]
    [InlineData("numpy")]
    [InlineData("pytorch")]
    [InlineData("keras")]
    [InlineData("json")]
    [InlineData("models")]
    [InlineData("amps")]
    public void DamagedFilesAreReadOrRefusedWithinBounds(string reader)
    {
        FuzzResult result = FuzzedFormats.Readers[reader]().Run(2_000, seed: 1);
        // Most damage must be noticed; some is to numbers or names, and cannot be.
        Assert.True(result["read"] > 20 && result["refused"] > 400, $"{result}");
    }

    [Fact]
    public void TheUndamagedAmplifiersAreRead() => Assert.All(
        FuzzedFormats.AmpSeeds(), seed => Assert.NotEmpty(ModelImport.Read(System.Text.Encoding.UTF8.GetBytes(seed)).Weights.Tensors));
}
