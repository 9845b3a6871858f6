using System.Diagnostics;
using OwnCell;
using RnnGen;

const int Rows = 32, Updates = 10_000, Tests = 1000;
AddingModel model = new(seed: 1, Initialization.Glorot);
// A parameter that only this cell has: units that start with long memories, σ(3) = 0.95 of which is left after a step.
ParameterView<float> leak = model.Parameters["rnn.leak_l0"];
leak.CopyFrom([.. Enumerable.Repeat(3f, leak.Count)]);
Console.WriteLine($"{AddingModel.ParameterCount:N0} parameters; {AddingModel.Steps} steps of a number and a mark");

AddingModel.Trainer trainer = model.CreateTrainer(new Adam(5e-3)) with { ClipNorm = 1, Schedule = new CosineSchedule(Updates) };
AddingProblem problem = new(Rows);
Stopwatch clock = Stopwatch.StartNew();
double mean = 0;
for (int update = 1; update <= Updates; update++)
{
    problem.Draw((ulong)update);
    mean += trainer.Step(problem.Inputs, problem.Targets);
    if (update % 1000 == 0)
    {
        Console.WriteLine($"{update,5} updates  loss {mean / 1000:F5}  {clock.Elapsed.TotalSeconds:F1} s");
        mean = 0;
    }
}

// How far off is the last sum of sequences never seen?
AddingProblem unseen = new(rows: 1);
double error = 0, guess = 0;
for (int test = 0; test < Tests; test++)
{
    unseen.Draw((ulong)(1_000_000 + test));
    AddingModel.State state = new();
    float[] sums = new float[AddingModel.Steps];
    model.Forward(unseen.Inputs, ref state, sums);
    error += Math.Abs(sums[^1] - unseen.Targets[^1]) / Tests;
    guess += Math.Abs(1 - unseen.Targets[^1]) / Tests;
}

float[] kept = new float[leak.Count];
leak.CopyTo(kept);
double[] memories = [.. kept.Select(value => 1 + Math.Exp(value)).Order()];
Console.WriteLine($"the units' memories last {memories[0]:F0} to {memories[^1]:F0} steps");
Console.WriteLine($"sum of two numbers {AddingModel.Steps} steps long: off by {error:F3} on average; "
    + $"always answering 1 would be off by {guess:F3}");
return error < 0.1 ? 0 : 1;
