using RnnGen.Numerics;

namespace LongMemory;

/// <summary>
/// Copy memory (Hochreiter and Schmidhuber 1997; Arjovsky, Shah and Bengio 2016): some symbols of eight, a long pause, a sign, and then the
/// symbols are to be written down in order. Only what is written after the sign counts. Guessing is wrong 7 times of 8.
/// </summary>
internal sealed class CopyMemory : MemoryTask<int, int>
{
    /// <summary>Symbols to remember.</summary>
    public const int Length = 5;

    /// <summary>Steps between the last symbol and the sign.</summary>
    public const int Pause = 20;

    /// <summary>Steps of a sequence.</summary>
    public const int AllSteps = Length + Pause + Length;

    /// <summary>How many different inputs there are.</summary>
    public const int Symbols = Sign + 1;

    /// <summary>How many different symbols there are to remember.</summary>
    public const int Alphabet = 8;

    private const int Blank = Alphabet, Sign = Blank + 1;

    public override int Steps => AllSteps;

    public override bool HasWeights => true;

    public override string Measure => "share of wrong symbols";

    public override double SolvedAt => 0.01;

    public override double Error(Sequences<int, int> batch, Outputs outputs)
    {
        int wrong = 0;
        for (int step = Steps - Length; step < Steps; step++)
        {
            for (int row = 0; row < batch.Rows; row++)
                wrong += Largest(outputs(step, row)) == batch.Targets[(step * batch.Rows) + row] ? 0 : 1;
        }

        return (double)wrong / (Length * batch.Rows);
    }

    protected override void DrawRow(CounterRandom random, ref ulong position, Sequences<int, int> batch, int row)
    {
        for (int step = 0; step < Steps; step++)
        {
            int at = (step * batch.Rows) + row;
            batch.Inputs[at] = step < Length ? Draw(random, ref position, Alphabet) : step == Steps - Length ? Sign : Blank;
            batch.Targets[at] = step < Steps - Length ? 0 : batch.Inputs[((step - (Steps - Length)) * batch.Rows) + row];
            batch.Weights[at] = step < Steps - Length ? 0 : 1;
        }
    }
}
