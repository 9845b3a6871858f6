using RnnGen.Numerics;

namespace OwnCell;

/// <summary>
/// The adding problem (Hochreiter and Schmidhuber 1997): every step brings a number from 0 to 1 and a mark, 0 or 1. Two of the 30 steps are
/// marked; what is asked for is the sum of the marked numbers so far.
/// </summary>
internal sealed class AddingProblem(int rows)
{
    private const int Steps = AddingModel.Steps;
    private readonly int[] marks = new int[2 * rows];

    /// <summary>[step][row][number, mark].</summary>
    public float[] Inputs { get; } = new float[Steps * rows * 2];

    /// <summary>[step][row].</summary>
    public float[] Targets { get; } = new float[Steps * rows];

    /// <summary>Draws new sequences: the same ones for the same number.</summary>
    public void Draw(ulong batch)
    {
        CounterRandom random = new(batch);
        ulong position = 0;
        // The marks lie in the first and the second half, so that the first number is remembered for long.
        foreach (ref int mark in marks.AsSpan())
            mark = (int)(random.Uniform(position++) * (Steps / 2));
        for (int row = 0; row < rows; row++)
        {
            float sum = 0;
            for (int step = 0; step < Steps; step++)
            {
                int at = (step * rows) + row;
                bool isMarked = step == marks[2 * row] || step == marks[(2 * row) + 1] + (Steps / 2);
                Inputs[2 * at] = (float)random.Uniform(position++);
                Inputs[(2 * at) + 1] = isMarked ? 1 : 0;
                sum += isMarked ? Inputs[2 * at] : 0;
                Targets[at] = sum;
            }
        }
    }
}
