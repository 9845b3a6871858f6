using System.Runtime.InteropServices;

namespace RnnGen.Benchmarks;

/// <summary>Training the character model on two threads beside one.</summary>
internal static class ThreadsCommand
{
    private const int Rows = 32, Updates = 5, Rounds = 3;
    private const double Wanted = 1.8;

    /// <summary>Returns whether the weights are the same.</summary>
    public static bool Run()
    {
        int[] x =
            Case.Symbols(
                LstmTrain65x128x2.Steps * Rows, LstmTrain65x128x2.InputSize,
                1), y = Case.Symbols(x.Length, LstmTrain65x128x2.OutputSize, 2);
        bool isSame = Weights(1).SequenceEqual(Weights(2));
        Console.WriteLine($"weights after {Updates} updates on 1 and 2 threads: {(isSame ? "the same bits" : "DIFFERENT")}");

        var clock = new Stopclock();
        List<double> one = [], two = [];
        // In turn, so that a machine that slows down does so for both.
        for (int round = 0; round < Rounds; round++)
        {
            one.Add(Seconds(1));
            two.Add(Seconds(2));
        }

        double ratio = one.Median() / two.Median();
        Console.WriteLine($"character model (65, LSTM 2 x 128, T 64, batch {Rows}, Adam): {one.Median() * 1e3:F2} ms on 1 thread, "
            + $"{two.Median() * 1e3:F2} ms on 2: {ratio:F2} x, "
            + $"{(ratio >= Wanted ? "yes" : "no")}, wanted are {Wanted} x on {Environment.ProcessorCount} processors");
        return isSame;

        double Seconds(int threads)
        {
            var trainer = new LstmTrain65x128x2(1).CreateTrainer(new Adam(1e-3)) with { Threads = threads };
            return clock.Time(() => trainer.Step(x, y)).Seconds;
        }

        byte[] Weights(int threads)
        {
            var model = new LstmTrain65x128x2(1);
            var trainer = model.CreateTrainer(new Adam(1e-3)) with { Threads = threads };
            for (int update = 0; update < Updates; update++)
                trainer.Step(x, y);
            return [.. model.Parameters.SelectMany(p =>
            {
                float[] values = new float[p.Count];
                p.CopyTo(values);
                return MemoryMarshal.AsBytes<float>(values).ToArray();
            })];
        }
    }
}
