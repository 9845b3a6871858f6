using RnnGen.Numerics;

namespace LongMemory;

/// <summary>
/// The adding problem (Hochreiter and Schmidhuber 1997) as Le, Jaitly and Hinton (2015) have it: every step brings a number from 0 to 1 and
/// a mark, 0 or 1. Two steps are marked, one in each half, and the sum of their numbers is asked for at the end. Always answering 1 has an
/// error of 1/6 = 0.167.
/// </summary>
internal sealed class AddingProblem(int steps) : MemoryTask<float, float>
{
    public override int Steps => steps;

    public override int InputWidth => 2;

    public override int OutputSteps => 1;

    public override string Measure => "mean squared error";

    public override double SolvedAt => 0.01;

    public override double Error(Sequences<float, float> batch, Outputs outputs)
    {
        double sum = 0;
        for (int row = 0; row < batch.Rows; row++)
        {
            double difference = outputs(0, row)[0] - batch.Targets[row];
            sum += difference * difference;
        }

        return sum / batch.Rows;
    }

    protected override void DrawRow(CounterRandom random, ref ulong position, Sequences<float, float> batch, int row)
    {
        int first = Draw(random, ref position, steps / 2), second = (steps / 2) + Draw(random, ref position, steps - (steps / 2));
        float sum = 0;
        for (int step = 0; step < steps; step++)
        {
            int at = ((step * batch.Rows) + row) * 2;
            bool isMarked = step == first || step == second;
            float number = (float)random.Uniform(position++);
            batch.Inputs[at] = number;
            batch.Inputs[at + 1] = isMarked ? 1 : 0;
            sum += isMarked ? number : 0;
        }

        batch.Targets[row] = sum;
    }
}
