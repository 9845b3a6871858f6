using LongMemory;

namespace Samples.Tests;

public class ReberTests
{
    private const int Rows = 100;

    [Theory]
    [InlineData("BTBTXSETE")]
    [InlineData("BPBPVVEPE")]
    [InlineData("BTBTSSSXXTTVPSETE")]
    [InlineData("BPBPTVPXTVVEPE")]
    public void StringsOfTheGrammarAreAccepted(string text)
    {
        ReberGrammar grammar = default;
        foreach (char symbol in text)
            grammar.Move(symbol);
        Assert.True(grammar.IsOver);
        Assert.Equal("", grammar.Legal);
    }

    [Theory]
    [InlineData("BTBTXSEP")] // not the branch that was taken
    [InlineData("BTBTS1")]
    [InlineData("BTBPS")]
    [InlineData("T")]
    [InlineData("BTBTXSEE")]
    public void OthersAreRefusedAtTheirLastSymbol(string text)
    {
        ReberGrammar grammar = default;
        foreach (char symbol in text[..^1])
            grammar.Move(symbol);
        Assert.Throws<ArgumentException>(() => grammar.Move(text[^1]));
    }

    [Fact]
    public void BatchesHoldStringsOfTheGrammarAndAskForTheNextSymbol()
    {
        EmbeddedReber task = new();
        Sequences<int, int> batch = new(task, Rows);
        task.Draw(1, batch);
        for (int row = 0; row < Rows; row++)
        {
            ReberGrammar grammar = default;
            grammar.Move(ReberGrammar.Symbols[batch.Inputs[row]]);
            for (int step = 0; step < batch.Lengths[row]; step++)
            {
                int at = (step * Rows) + row;
                Assert.True(step == 0 || batch.Inputs[at] == batch.Targets[at - Rows]);
                grammar.Move(ReberGrammar.Symbols[batch.Targets[at]]);
            }

            Assert.True(grammar.IsOver);
        }

        Assert.InRange(batch.Lengths.Average(), 9, 13);
    }

    [Fact]
    public void AStringIsRightOnlyIfAllItsPredictionsAre()
    {
        EmbeddedReber task = new();
        Sequences<int, int> batch = new(task, Rows);
        task.Draw(1, batch);
        // What the grammar says is right; without the memory of the branch, T and P are equally likely before the last E.
        Assert.Equal(0, task.Error(batch, (step, row) => Scores(step, row, forgets: false)));
        Assert.Equal(1, task.Error(batch, (step, row) => Scores(step, row, forgets: true)));

        float[] Scores(int step, int row, bool forgets)
        {
            ReberGrammar grammar = default;
            for (int i = 0; i <= step; i++)
                grammar.Move(ReberGrammar.Symbols[batch.Inputs[(i * Rows) + row]]);
            string legal = forgets && step == batch.Lengths[row] - 2 ? "TP" : grammar.Legal;
            return [.. ReberGrammar.Symbols.Select(symbol => legal.Contains(symbol) ? 1f / legal.Length : 0)];
        }
    }
}
