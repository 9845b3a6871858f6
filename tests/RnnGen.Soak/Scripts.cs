using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace RnnGen.Soak;

/// <summary>
/// Calls by chance on models of every kind, valid and not: on eight threads and under changing cultures they give the bits that they gave
/// on one.
/// </summary>
internal static class Scripts
{
    private const int Threads = 8, PerKind = 6, Calls = 25, MostRows = 40;

    private static readonly string[] Cultures = ["", "tr-TR", "ar-SA", "fa-IR", "de-DE", "hi-IN", "sv-SE", "th-TH"];

    public static Outcome Run(TimeSpan time, int seed, MemoryCurve memory)
    {
        (string Kind, int Seed)[] scripts =
            [.. Sessions.All.Keys.SelectMany(kind => Enumerable.Range(seed * 1000, PerKind).Select(s => (kind, s)))];
        Dictionary<(string, int), string> expected = scripts.ToDictionary(script => script, script => Result(script.Kind, script.Seed));
        memory.Start(time);
        long done = 0, differences = 0, cultures = 0;
        string first = "";
        DateTime end = DateTime.UtcNow + time;
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(thread => new Thread(() =>
        {
            Random random = new(seed + thread);
            while (DateTime.UtcNow < end)
            {
                var script = scripts[random.Next(scripts.Length)];
                CultureInfo.CurrentCulture =
                    CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(Cultures[random.Next(Cultures.Length)]);
                Interlocked.Increment(ref cultures);
                if (Result(script.Kind, script.Seed) != expected[script] && Interlocked.Increment(ref differences) == 1)
                    first = $"{script.Kind}, script {script.Seed}, {CultureInfo.CurrentCulture.Name}";
                Interlocked.Increment(ref done);
            }
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        memory.Stop();
        string what = $"{Threads} threads, {Sessions.All.Count} kinds of model";
        return new(what, $"{done:N0} scripts of {Calls} calls, {cultures:N0} changes of culture", differences, first);
    }

    /// <summary>A hash of all that a script gives: every number, every refusal, and the checkpoint in the end.</summary>
    private static string Result(string kind, int seed)
    {
        Random random = new(seed);
        using Session session = Sessions.All[kind].Start((ulong)seed);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int i = 0; i < Calls; i++)
        {
            // Refusals are a third; whole batches for threads are few.
            Fault fault = random.Next(3) == 0 ? (Fault)random.Next(1, Enum.GetValues<Fault>().Length) : Fault.None;
            int rows = random.Next(5) == 0 ? random.Next(1, MostRows + 1) : random.Next(1, 5);
            Call call = new((Kind)random.Next(Enum.GetValues<Kind>().Length), fault, rows, random.Next(1, 100));
            try
            {
                hash.AppendData(MemoryMarshal.AsBytes<double>(session.Do(call)));
            }
            catch (Exception refusal) when (fault != Fault.None
                && refusal is ArgumentException or InvalidDataException or NotFiniteNumberException)
            {
                hash.AppendData("refused"u8);
            }
        }

        hash.AppendData(MemoryMarshal.AsBytes<double>(session.Everything()));
        hash.AppendData(session.Saved());
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
