using RnnGen.Numerics;

namespace LongMemory;

/// <summary>
/// Prediction in the embedded Reber grammar (Hochreiter and Schmidhuber 1997, task 1): the network reads strings and is trained to predict
/// the next symbol. It is solved if at every step of all test strings the symbols that may come next have the largest outputs. Short
/// strings are so frequent that some of the test are learned from too; the long ones, whose memory has to last, hardly ever.
/// </summary>
internal sealed class EmbeddedReber : MemoryTask<int, int>
{
    /// <summary>Predictions in the longest string: longer ones, 1 in 1,000, are drawn again.</summary>
    public const int MostSteps = 40;

    public override int Steps => MostSteps;

    public override bool HasLengths => true;

    public override string Measure => "share of strings with a wrong prediction";

    public override double SolvedAt => 0;

    public override double Error(Sequences<int, int> batch, Outputs outputs)
    {
        int wrong = 0;
        for (int row = 0; row < batch.Rows; row++)
        {
            ReberGrammar grammar = default;
            bool isRight = true;
            for (int step = 0; step < batch.Lengths[row]; step++)
            {
                grammar.Move(ReberGrammar.Symbols[batch.Inputs[(step * batch.Rows) + row]]);
                isRight &= AreLargest(outputs(step, row), grammar.Legal);
            }

            wrong += isRight ? 0 : 1;
        }

        return (double)wrong / batch.Rows;
    }

    protected override void DrawRow(CounterRandom random, ref ulong position, Sequences<int, int> batch, int row)
    {
        string text;
        do
            text = DrawString(random, ref position);
        while (text.Length > Steps + 1);
        for (int step = 0; step + 1 < text.Length; step++)
        {
            batch.Inputs[(step * batch.Rows) + row] = ReberGrammar.Symbols.IndexOf(text[step]);
            batch.Targets[(step * batch.Rows) + row] = ReberGrammar.Symbols.IndexOf(text[step + 1]);
        }

        batch.Lengths[row] = text.Length - 1;
    }

    private static string DrawString(CounterRandom random, ref ulong position)
    {
        ReberGrammar grammar = default;
        string text = "";
        while (!grammar.IsOver)
        {
            string legal = grammar.Legal;
            char symbol = legal[Draw(random, ref position, legal.Length)];
            grammar.Move(symbol);
            text += symbol;
        }

        return text;
    }

    private static bool AreLargest(ReadOnlySpan<float> outputs, string legal)
    {
        float least = float.PositiveInfinity, mostOfOthers = float.NegativeInfinity;
        for (int symbol = 0; symbol < outputs.Length; symbol++)
        {
            if (legal.Contains(ReberGrammar.Symbols[symbol]))
                least = Math.Min(least, outputs[symbol]);
            else
                mostOfOthers = Math.Max(mostOfOthers, outputs[symbol]);
        }

        return least > mostOfOthers;
    }
}
