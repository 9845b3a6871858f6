using System.Globalization;

namespace RnnGen.Mpi.Tests;

/// <summary>What mpirun starts: one rank of a test.</summary>
internal static class Program
{
    public static int Main(string[] arguments)
    {
        using MpiExchange mpi = MpiExchange.Join();
        switch (arguments)
        {
            case ["scenarios"]:
                foreach (var (name, scenario) in Scenarios.All)
                    Say(mpi, $"{name}: {scenario(mpi, 1)} {scenario(mpi, 2)}");
                break;
            case ["who"]:
                Say(mpi, $"of {mpi.Ranks}: {mpi.Library ?? "alone"}");
                break;
            case ["train", var path, var first, var end]:
                Say(mpi, SavedRun.Train(mpi, Number(first), Number(end), load: first == "0" ? null : path, save: path));
                break;
            case ["train for ever", var path]:
                // The file is there before the processes' numbers are.
                SavedRun.Train(mpi, 0, 3, save: path);
                Say(mpi, $"process {Environment.ProcessId}");
                SavedRun.Train(mpi, 0, int.MaxValue);
                break;
            case ["throw", var rank]:
                SavedRun.Train(mpi, 0, 2);
                if (mpi.Rank == Number(rank))
                    throw new IOException("The disk is gone.");
                SavedRun.Train(mpi, 0, int.MaxValue);
                break;
            case ["leave", var rank]:
                SavedRun.Train(mpi, 0, 2);
                if (mpi.Rank != Number(rank))
                    SavedRun.Train(mpi, 0, int.MaxValue);
                break;
            default:
                throw new ArgumentException($"There is no test '{string.Join(' ', arguments)}'.", nameof(arguments));
        }

        return 0;
    }

    // One call, and so one line, whatever other ranks write.
    private static void Say(MpiExchange mpi, string text) => Console.Out.Write($"rank {mpi.Rank} {text}\n");

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
