namespace RnnGen.Tests;

/// <summary>Generated models as what decoding needs.</summary>
public class RnnSymbolModelTests
{
    [Fact]
    public void ItIsTheModelsOwnStep()
    {
        var model = new SmallLstm(seed: 1, Initialization.Uniform(2));
        var symbols = SymbolModel.Of(model);
        Assert.Equal(5, symbols.SymbolCount);
        SmallLstm.State expectedState = default, state = default;
        float[] expected = new float[5], probabilities = new float[5];
        foreach (int symbol in new[] { 3, 0, 0, 4, 1 })
        {
            model.Step(symbol, ref expectedState, expected);
            symbols.Step(symbol, ref state, probabilities);
            Assert.Equal(expected, probabilities);
        }

        Assert.Throws<ArgumentException>(() => symbols.Step(0, ref state, new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => symbols.Step(5, ref state, new float[5]));
    }

    [Fact]
    public void BeamsFindInAFloatModelWhatAnExhaustiveSearchFinds() =>
        AssertExhaustive(SymbolModel.Of(new SmallLstm(seed: 2, Initialization.Uniform(2))));

    [Fact]
    public void BeamsFindInADoubleModelWhatAnExhaustiveSearchFinds() =>
        AssertExhaustive(SymbolModel.Of(new SmallDoubleGru(seed: 2, Initialization.Uniform(2))));

    private static void AssertExhaustive<T, TState>(ISymbolModel<T, TState> model)
        where T : unmanaged
        where TState : struct
    {
        foreach (int? end in new int?[] { null, 2 })
        {
            var search = model.CreateBeamSearch(new BeamOptions
            {
                Width = 125,
                Longest = 4,
                End = end,
                Normalization = LengthNormalization.Wu(1),
                Results = 125
            });
            search.Search(model, 0, default);
            Found[] found = Found.All(search);
            List<Found> expected = [.. Found.Exhaustively(model, 0, default(TState), 4, end, n => (5.0 + n) / 6).Take(125)];
            Assert.Equal(expected.Select(f => f.Symbols), found.Select(f => f.Symbols));
            Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-12));
            // The model has something to say.
            Assert.True(found[0].LogProbability > found[^1].LogProbability + 1);
            int[] written = new int[4];
            TState state = default;
            Generation greedy = model.Generate(0, ref state, Sampler.Greedy, written, end);
            var narrow = model.CreateBeamSearch(new BeamOptions { Longest = 4, End = end });
            Assert.Equal(written[..greedy.Count], narrow.Search(model, 0, default).Symbols.ToArray());
        }
    }

    [Fact]
    public void FewerSymbolsShareTheProbabilityInProportion()
    {
        var model = new SmallDoubleGru(seed: 3, Initialization.Uniform(2));
        var three = SymbolModel.Of(model, symbolCount: 3);
        Assert.Equal(3, three.SymbolCount);
        double[] all = new double[5], probabilities = new double[3];
        SmallDoubleGru.State state = default, other = default;
        // Symbol 4 can still come first.
        model.Step(4, ref state, all);
        three.Step(4, ref other, probabilities);
        for (int i = 0; i < 3; i++)
            Assert.Equal(all[i] / (all[0] + all[1] + all[2]), probabilities[i], 1e-15);
        int[] written = new int[200];
        three.Generate(4, ref other, new Sampler(), written);
        Assert.Equal([0, 1, 2], written.Distinct().Order());
        Assert.Throws<ArgumentException>(() => three.Step(4, ref other, new double[5]));
        double[] certain = new double[1];
        SymbolModel.Of(model, symbolCount: 1).Step(4, ref other, certain);
        Assert.Equal([1], certain);
    }

    [Fact]
    public void NothingIsAllocated()
    {
        var all = SymbolModel.Of(new SmallLstm(seed: 1));
        var three = SymbolModel.Of(new SmallLstm(seed: 1), symbolCount: 3);
        BeamOptions options = new() { Width = 3, Longest = 8, End = 1, Results = 2 };
        var search = all.CreateBeamSearch(options);
        var searchOfThree = three.CreateBeamSearch(options);
        SmallLstm.State state = default;
        int[] symbols = new int[20];
        Sampler sampler = new() { TopP = 0.9 };
        Allocations.AssertNone(() =>
        {
            all.Generate(0, ref state, sampler, symbols);
            three.Generate(0, ref state, sampler, symbols);
            three.LogProbability(0, ref state, symbols);
            search.Search(all, 0, state);
            searchOfThree.Search(three, 0, state);
        });
    }

    [Fact]
    public void ModelsOfAnotherKindAreRefused()
    {
        Assert.Contains("reads 5 and predicts 3", Assert.Throws<ArgumentException>(() => SymbolModel.Of(new OtherSymbols())).Message);
        Assert.Contains("has 2 outputs", Assert.Throws<ArgumentException>(() => SymbolModel.Of(new TwoClasses())).Message);
        Assert.Contains(
            "an input and an output at every step", Assert.Throws<ArgumentException>(() => SymbolModel.Of(new Pooled())).Message);
        Assert.Contains("a layer runs in reverse", Assert.Throws<ArgumentException>(() => SymbolModel.Of(new BothDirections())).Message);
        Assert.Throws<ArgumentNullException>(() => SymbolModel.Of((SmallLstm)null!));
        Assert.Contains("1 to 5 symbols", Assert.Throws<ArgumentOutOfRangeException>(() => SymbolModel.Of(new SmallLstm(), 6)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => SymbolModel.Of(new SmallLstm(), 0));
    }
}
