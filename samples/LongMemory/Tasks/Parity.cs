using RnnGen.Numerics;

namespace LongMemory;

/// <summary>
/// Parity: at every step, was the number of ones so far odd? One bit has to be remembered, and every input can turn it over. Guessing is
/// wrong half of the time.
/// </summary>
internal sealed class Parity : MemoryTask<float, float>
{
    /// <summary>Bits of a sequence.</summary>
    public const int Bits = 50;

    public override int Steps => Bits;

    public override string Measure => "share of wrong bits";

    public override double SolvedAt => 0.01;

    public override double Error(Sequences<float, float> batch, Outputs outputs)
    {
        int wrong = 0;
        for (int step = 0; step < Steps; step++)
        {
            for (int row = 0; row < batch.Rows; row++)
                wrong += outputs(step, row)[0] > 0 == batch.Targets[(step * batch.Rows) + row] > 0 ? 0 : 1;
        }

        return (double)wrong / batch.Targets.Length;
    }

    protected override void DrawRow(CounterRandom random, ref ulong position, Sequences<float, float> batch, int row)
    {
        int parity = 0;
        for (int step = 0; step < Steps; step++)
        {
            int bit = Draw(random, ref position, 2);
            parity ^= bit;
            batch.Inputs[(step * batch.Rows) + row] = bit;
            batch.Targets[(step * batch.Rows) + row] = parity;
        }
    }
}
