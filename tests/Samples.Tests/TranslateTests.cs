using System.Text.RegularExpressions;
using RnnGen;
using Translate;

namespace Samples.Tests;

public class TranslateTests
{
    private static readonly string Trained = Path.Combine(AppContext.BaseDirectory, "data", "translator.safetensors");
    private static readonly IReadOnlyList<Pair> All = new SpokenPairs(seed: 1).Draw(27_000);

    [Fact]
    public void PairsAreDifferentFitTheNetworkAndAreTheSameForASeed()
    {
        Assert.Equal(27_000, All.DistinctBy(pair => pair.Written).Count());
        Assert.Equal(10, All.DistinctBy(pair => pair.Kind).Count());
        Assert.Equal(All.Take(500), new SpokenPairs(seed: 1).Draw(500));
        Vocabularies vocabularies = Vocabularies.Of(All);
        Assert.InRange(vocabularies.Words.Count, 100, Sizes.Words);
        Assert.All(All, pair =>
        {
            Assert.Equal(pair.Spoken, vocabularies.Text(vocabularies.Say(pair.Spoken)));
            Assert.Equal(pair.Written, vocabularies.Characters.Decode(vocabularies.Read(pair.Written)));
        });
    }

    [Theory]
    [InlineData("^in 19[2-9]5$", "nineteen [a-z]+ five$")]
    [InlineData("^in 1[1-9]00$", "^[a-z]+ [a-z]+ hundred$")]
    [InlineData("^in 1[1-9]0[1-9]$", "^[a-z]+ [a-z]+ oh [a-z]+$")]
    [InlineData("^in 200[1-9]$", "^in two thousand and [a-z]+$")]
    [InlineData("^at 1?[1-9]:00 pm$", "^at [a-z]+ p m$")]
    [InlineData("^at 1[3-9]:00$", "^at [a-z]+ o'clock$")]
    [InlineData("^at 1?[1-9]:0[1-9] am$", "^at [a-z]+ oh [a-z]+ a m$")]
    [InlineData("^the \\d*1[123]th", "(eleventh|twelfth|thirteenth) [a-z]+$")]
    [InlineData("^the [2-9]2nd", "^the [a-z]+ second [a-z]+$")]
    [InlineData("^1 ?km$", "^one kilometre$")]
    [InlineData("^[2-9] ?ft$", "^[a-z]+ feet$")]
    [InlineData("[$£€].*[02-9]\\.01$", " (dollars|pounds|euros) and one (cent|penny)$")]
    [InlineData("^[2-9] 3/4 miles", "^[a-z]+ and three quarters miles$")]
    [InlineData("^\\d{4}-12-\\d3$", "^the (third|thirteenth|twenty third) of december ")]
    [InlineData("^Dec(ember)? [12]3(rd|th)?, 19", "^december (thirteenth|twenty third) nineteen ")]
    public void TextsAreReadAsPeopleDo(string written, string spoken)
    {
        Pair[] pairs = [.. All.Where(pair => Regex.IsMatch(pair.Written, written))];
        Assert.NotEmpty(pairs);
        Assert.All(pairs, pair => Assert.Matches(spoken, pair.Spoken));
    }

    [Fact]
    public void TheNetworkThatComesWithTheSampleReadsTextsThatItNeverSaw()
    {
        Translator translator = Translator.Load(Trained);
        Pair[] test = [.. All.TakeLast(300)];
        Quality greedy = Quality.Of(test, translator.Greedy), beam = Quality.Of(test, text => translator.Beam(text)[0].Spoken);
        Assert.InRange(greedy.Exact, 0.93, 1);
        Assert.InRange(beam.Exact, greedy.Exact - 0.01, 1);
        Assert.InRange(beam.Characters, 0, 0.03);
    }

    [Fact]
    public void EachWordLooksAtTheWholeText()
    {
        Translator translator = Translator.Load(Trained);
        AttentionGrid grid = translator.Attention("in 1998", "in nineteen ninety eight");
        Assert.Equal(4, grid.Words.Count);
        Assert.All(grid.Weights, weights => Assert.Equal(1, weights.Sum(), 1e-4));
        Assert.Equal(5, grid.ToString().Split('\n').Length);
        Assert.Equal("in nineteen ninety eight", translator.Beam("in 1998")[0].Spoken);
        Assert.Equal("one thousand nine hundred and ninety eight people", translator.Beam("1998 people")[0].Spoken);
    }

    [Fact]
    public void ANetworkLearnsFromFewPairs()
    {
        Pair[] pairs = [.. All.Where(pair => pair.Kind == "phone").Take(700)];
        (Translator translator, _, FitHistory history) = Training.Run(pairs[..600], pairs[600..], epochs: 3, seed: 1, progress: null);
        Assert.True(history.Epochs[^1].ValidationLoss < 0.7 * history.Epochs[0].ValidationLoss);
        Assert.NotEmpty(translator.Greedy("call 123-4567"));
    }

    [Fact]
    public void WhatTheNetworkCannotTakeIsRefused()
    {
        Translator translator = Translator.Load(Trained);
        Assert.Contains("1 to 40", Assert.Throws<ArgumentException>(() => translator.Greedy("")).Message);
        Assert.Contains("41 characters", Assert.Throws<ArgumentException>(() => translator.Greedy(new string('1', 41))).Message);
        Assert.Contains("\"eggs\"", Assert.Throws<ArgumentException>(() => translator.Attention("1", "eggs")).Message);
        Assert.Contains("255 are the most", Assert.Throws<ArgumentException>(
            () => Vocabularies.Of([new("", "1", string.Join(' ', Enumerable.Range(0, 256)))])).Message);
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "1\tone\n2 two\n");
        Assert.Contains("line 2", Assert.Throws<InvalidDataException>(() => PairFile.Read(path)).Message);
        File.Delete(path);
    }
}
