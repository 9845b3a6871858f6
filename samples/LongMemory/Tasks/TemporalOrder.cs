using RnnGen.Numerics;

namespace LongMemory;

/// <summary>
/// Temporal order (Hochreiter and Schmidhuber 1997, task 6a): 100 to 110 random symbols, among which X or Y stands at two places far apart.
/// Which of the four orders XX, XY, YX, YY it was is asked for at the end. Guessing is wrong 3 times of 4.
/// </summary>
internal sealed class TemporalOrder : MemoryTask<int, int>
{
    /// <summary>Steps of the longest sequence.</summary>
    public const int MostSteps = 110;

    /// <summary>How many different inputs there are: a, b, c, d, X, Y, the start E and the end B.</summary>
    public const int Symbols = 8;

    /// <summary>How many orders there are.</summary>
    public const int Classes = 4;

    private const int LeastSteps = 100, Distractors = 4, X = 4, Start = 6, End = 7;

    public override int Steps => MostSteps;

    public override int OutputSteps => 1;

    public override bool HasLengths => true;

    public override string Measure => "share of wrong classes";

    public override double SolvedAt => 0.01;

    public override double Error(Sequences<int, int> batch, Outputs outputs)
    {
        int wrong = 0;
        for (int row = 0; row < batch.Rows; row++)
            wrong += Largest(outputs(0, row)) == batch.Targets[row] ? 0 : 1;
        return (double)wrong / batch.Rows;
    }

    protected override void DrawRow(CounterRandom random, ref ulong position, Sequences<int, int> batch, int row)
    {
        int length = LeastSteps + Draw(random, ref position, MostSteps - LeastSteps + 1);
        int first = 10 + Draw(random, ref position, 11), second = 50 + Draw(random, ref position, 11);
        int order = Draw(random, ref position, Classes);
        for (int step = 0; step < length; step++)
        {
            int symbol = Draw(random, ref position, Distractors);
            if (step == 0)
                symbol = Start;
            else if (step == length - 1)
                symbol = End;
            else if (step == first)
                symbol = X + (order / 2);
            else if (step == second)
                symbol = X + (order % 2);
            batch.Inputs[(step * batch.Rows) + row] = symbol;
        }

        batch.Lengths[row] = length;
        batch.Targets[row] = order;
    }
}
