using System.Diagnostics;
using System.Globalization;

namespace RnnGen.Mpi.Tests;

/// <summary>Under Open MPI.</summary>
public sealed class OpenMpiTests() : MpiTests(Name)
{
    private const string Name = "openmpi";

    [MpiTheory(Name)]
    [MemberData(nameof(Ranks))]
    public void WeightsAreThoseOfOneProcess(int ranks) => CompareBits(ranks);

    [MpiTheory(Name)]
    [InlineData(3)]
    public void TheLibraryIsTheOneOfMpirun(int ranks) => CheckLibrary(ranks, "Open MPI v");

    [MpiTheory(Name)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void AKilledRankEndsAllAndOthersGoOn(int killed) => Kill(killed, _ => $"process rank {killed} ");

    [MpiTheory(Name)]
    [InlineData(0)]
    [InlineData(2)]
    public void AnExceptionEndsAllWithItsRank(int rank) => Throw(rank);

    [MpiTheory(Name)]
    [InlineData(1)]
    public void ARankThatLeavesEarlyEndsAll(int rank) => Leave(rank);
}

/// <summary>Under MPICH.</summary>
public sealed class MpichTests() : MpiTests(Name)
{
    private const string Name = "mpich";

    [MpiTheory(Name)]
    [MemberData(nameof(Ranks))]
    public void WeightsAreThoseOfOneProcess(int ranks) => CompareBits(ranks);

    [MpiTheory(Name)]
    [InlineData(3)]
    public void TheLibraryIsTheOneOfMpirun(int ranks) => CheckLibrary(ranks, "MPICH Version: 4");

    // MPICH's mpirun names the process, not its rank, and now and then prints nothing: only its exit code is sure.
    [MpiTheory(Name)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void AKilledRankEndsAllAndOthersGoOn(int killed) => Kill(killed, _ => "");

    [MpiTheory(Name)]
    [InlineData(0)]
    [InlineData(2)]
    public void AnExceptionEndsAllWithItsRank(int rank) => Throw(rank);

    [MpiTheory(Name)]
    [InlineData(1)]
    public void ARankThatLeavesEarlyEndsAll(int rank) => Leave(rank);
}

/// <summary>Ranks that are processes, started by an implementation's mpirun.</summary>
[Collection("mpirun")]
public abstract class MpiTests(string implementation) : IDisposable
{
    // The bits of one thread in one process.
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Expected =
        new(() => Scenarios.All.ToDictionary(scenario => scenario.Key, scenario => scenario.Value(null, 1)));

    private readonly string folder = Directory.CreateTempSubdirectory("rnngen-mpi-").FullName;

    public static TheoryData<int> Ranks => [1, 2, 3, 4, 8];

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>With one thread a rank and with two.</summary>
    protected void CompareBits(int ranks)
    {
        string[] expected = [.. Enumerable.Range(0, ranks)
            .SelectMany(rank => Expected.Value.Select(hash => $"rank {rank} {hash.Key}: {hash.Value} {hash.Value}"))
            .Order(StringComparer.Ordinal)];
        Assert.Equal(expected, MpiRun.Run(implementation, ranks, "scenarios"));
    }

    protected void CheckLibrary(int ranks, string version)
    {
        string[] lines = MpiRun.Run(implementation, ranks, "who");
        Assert.Equal(ranks, lines.Length);
        for (int rank = 0; rank < ranks; rank++)
            Assert.StartsWith($"rank {rank} of {ranks}: {version}", lines[rank], StringComparison.Ordinal);
    }

    protected void Kill(int killed, Func<string, string> name)
    {
        string path = Path.Combine(folder, "run.safetensors");
        using (MpiRun.Running running = MpiRun.Start(implementation, 3, "train for ever", path))
        {
            string line = running.WaitForLines(3).Single(line => line.StartsWith($"rank {killed} ", StringComparison.Ordinal));
            string number = line.Split(' ')[^1];
            Stopwatch clock = Stopwatch.StartNew();
            Process.GetProcessById(int.Parse(number, CultureInfo.InvariantCulture)).Kill();
            Assert.NotEqual(0, running.Wait());
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"It took {clock.Elapsed}.");
            Assert.True(running.Text.Contains(name(number), StringComparison.Ordinal), running.Text);
        }

        string[] lines = MpiRun.Run(implementation, 2, "train", path, "3", "6");
        string expected = SavedRun.Train(null, 0, 6);
        Assert.Equal([$"rank 0 {expected}", $"rank 1 {expected}"], lines);
    }

    protected void Throw(int rank)
    {
        string text = Fail("throw", $"{rank}");
        Assert.Contains($"Rank {rank} of 3 has failed: System.IO.IOException: The disk is gone.", text, StringComparison.Ordinal);
        Assert.Contains("Program.Main", text, StringComparison.Ordinal);
    }

    protected void Leave(int rank) => Assert.Contains($"rank {rank} has left", Fail("leave", $"{rank}"), StringComparison.Ordinal);

    private string Fail(params string[] arguments)
    {
        using MpiRun.Running running = MpiRun.Start(implementation, 3, arguments);
        Assert.NotEqual(0, running.Wait());
        return running.Text;
    }
}
