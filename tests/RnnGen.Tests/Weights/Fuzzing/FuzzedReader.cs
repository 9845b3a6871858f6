using System.Diagnostics;
using System.Globalization;

namespace RnnGen.Tests;

/// <summary>A reader that is given damaged files.</summary>
internal interface IFuzzedReader
{
    /// <summary>
    /// Reads <paramref name="count"/> files. Whatever a reader must not do is an exception with the file's number and seed.
    /// </summary>
    FuzzResult Run(int count, int seed);

    /// <summary>One of the files that <see cref="Run"/> makes, to look at.</summary>
    byte[] Mutated(int index, int seed);
}

/// <summary>
/// Holds a reader to what it promises of files that nobody vouches for: each gives a result or an <see cref="InvalidDataException"/>,
/// whatever way it is read in, and takes no more memory and time than is stated.
/// </summary>
/// <typeparam name="T">What a file is read into.</typeparam>
/// <param name="Make">The damaged file of that number.</param>
/// <param name="Ways">The ways to read one, which must agree.</param>
/// <param name="Judge">Checks what came out, and says in a word what it is, for the count.</param>
internal sealed record FuzzedReader<T>(
    Func<int, Random, byte[]> Make, Func<byte[], T>[] Ways, Func<T, string> Judge) : IFuzzedReader where T : class
{
    private const double LongestSeconds = 5;
    private const string Refused = "refused";

    /// <summary>The stated bound of all that is ever allocated to read a file: this much, …</summary>
    public required long MemoryAtOnce { get; init; }

    /// <summary>… and so many times the file's length.</summary>
    public required int MemoryPerByte { get; init; }

    public FuzzResult Run(int count, int seed)
    {
        SortedDictionary<string, int> outcomes = new(StringComparer.Ordinal);
        double memory = 0, seconds = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] file = Mutated(i, seed);
            string? outcome = null;
            try
            {
                foreach (Func<byte[], T> way in Ways)
                {
                    long start = Stopwatch.GetTimestamp();
                    double share = ShareOfMemory(way, file, out T? result);
                    double time = Stopwatch.GetElapsedTime(start).TotalSeconds;
                    // A collection may have emptied the pools of the libraries below: then they are filled again, once.
                    if (share > 1)
                        share = ShareOfMemory(way, file, out result);
                    string said = result is null ? Refused : Judge(result);
                    Check((outcome ??= said) == said, $"one way to read it is {outcome}, another {said}");
                    Check(share <= 1, $"{share:P0} of the memory that is stated for {file.Length} bytes");
                    Check(time <= LongestSeconds, $"{time:F1} s");
                    (memory, seconds) = (Math.Max(memory, share), Math.Max(seconds, time));
                }
            }
            catch (Exception problem)
            {
                throw new InvalidOperationException($"mutation {i} of seed {seed}: {problem.Message}", problem);
            }

            outcomes[outcome!] = outcomes.GetValueOrDefault(outcome!) + 1;
        }

        return new(outcomes, memory, seconds);
    }

    public byte[] Mutated(int index, int seed) => Make(index, new Random(unchecked((seed * 1_000_003) + index) & int.MaxValue));

    private double ShareOfMemory(Func<byte[], T> way, byte[] file, out T? result)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        result = Read(way, file);
        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / (MemoryAtOnce + (MemoryPerByte * (long)file.Length));
    }

    private static T? Read(Func<byte[], T> way, byte[] file)
    {
        try
        {
            return way(file);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static void Check(bool condition, string problem)
    {
        if (!condition)
            throw new InvalidOperationException(problem);
    }
}

/// <summary>What became of so many files.</summary>
/// <param name="Outcomes">How many were what.</param>
/// <param name="MemoryShare">The most that one took of the memory that is stated.</param>
/// <param name="Seconds">The longest that one took.</param>
internal sealed record FuzzResult(IReadOnlyDictionary<string, int> Outcomes, double MemoryShare, double Seconds)
{
    public int this[string outcome] => Outcomes.GetValueOrDefault(outcome);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Outcomes.Values.Sum():N0} files: {string.Join(", ", Outcomes.Select(o => $"{o.Value:N0} {o.Key}"))}; at most "
        + $"{MemoryShare * 100:F0} % of the memory that is stated, at most {Seconds * 1000:F0} ms");
}
