namespace RnnGen.Tests;

/// <summary>The numbers that scores are made of: divisors by length, and a model's probabilities.</summary>
public class ScoreTests
{
    [Fact]
    public void PowersFrom0To10Normalise()
    {
        Assert.Equal([1, 1, 1, 1], LengthNormalization.Length(0).Divisors(3));
        Assert.Equal([1, 1, 1, 1], LengthNormalization.Wu(0).Divisors(3));
        Assert.Equal(1024, LengthNormalization.Length(10).Divisors(2)[2], 1e-10);
    }

    [Theory]
    [InlineData(0.9989, false)]
    [InlineData(0.9991, true)]
    [InlineData(1.0009, true)]
    [InlineData(1.0011, false)]
    public void ProbabilitiesMaySumToAThousandthMoreOrLess(double sum, bool isTaken)
    {
        Table table = new([sum / 2, sum / 2], [0.5, 0.5]);
        BeamSearch<double, History> search = table.CreateBeamSearch(new BeamOptions { Longest = 1 });
        if (isTaken)
            Assert.Equal("0", Found.Of(search.Search(table, 0, default)).Symbols);
        else
            Assert.Throws<ArgumentException>(() => { search.Search(table, 0, default); });
    }
}
