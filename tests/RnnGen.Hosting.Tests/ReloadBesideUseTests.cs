using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace RnnGen.Hosting.Tests;

/// <summary>
/// Eight threads step a served model while its weights are replaced from the file, from a path and from a stream, and bad files come in
/// between: every output is that of one set of weights. A second here; RNNGEN_RELOAD_SECONDS=60 for a minute.
/// </summary>
public class ReloadBesideUseTests(ITestOutputHelper log)
{
    private const int Users = 8;
    private const int Sets = 3;
    private const int Streams = 40;

    [Fact]
    public async Task EightThreadsSeeWholeSetsOnly()
    {
        double seconds = double.Parse(
            Environment.GetEnvironmentVariable("RNNGEN_RELOAD_SECONDS") ?? "1", CultureInfo.InvariantCulture);
        await using Served served = await Served.StartAsync();
        Detector[] sets = [.. Enumerable.Range(1, Sets).Select(seed => new Detector((ulong)seed))];
        float[] inputs = [.. Enumerable.Range(0, Streams * Detector.InputSize).Select(i => (i % 19) / 19f)];
        float[][] single = [.. sets.Select(set => One(set, inputs))], batched = [.. sets.Select(set => Many(set, inputs))];
        byte[][] files = [.. sets.Select(Bytes)];

        Stopwatch clock = Stopwatch.StartNew();
        long steps = 0, torn = 0, loads = 0;
        long[] seen = new long[Sets];
        bool isOver = false;
        Thread[] users = [.. Enumerable.Range(0, Users).Select(user => new Thread(() =>
        {
            for (int i = user; !Volatile.Read(ref isOver); i++)
            {
                float[] output = i % 2 == 0 ? One(served.Model, inputs) : Many(served.Model, inputs);
                int set = Array.FindIndex(i % 2 == 0 ? single : batched, expected => expected.AsSpan().SequenceEqual(output));
                Interlocked.Increment(ref steps);
                Interlocked.Increment(ref set < 0 ? ref torn : ref seen[set]);
            }
        }))];
        foreach (Thread user in users)
            user.Start();
        // On a busy machine, until each way has been gone some times.
        for (int i = 1; clock.Elapsed.TotalSeconds < seconds || i < 20; i++)
        {
            int set = i % Sets;
            switch (i % 5)
            {
                case 0:
                    served.Model.Load(new MemoryStream(files[set]));
                    break;
                case 1:
                    sets[set].Save(served.Path);    // as a whole
                    served.Model.Load(served.Path);
                    break;
                case 2:
                    File.WriteAllBytes(served.Path, files[set][..^(i % 50)]);    // somebody copies a file, and is not done
                    break;
                case 3:
                    File.WriteAllBytes(served.Path, files[set]);
                    served.File.Reload();
                    break;
                default:
                    await served.Model.LoadAsync(new MemoryStream(files[set]));
                    break;
            }

            loads++;
            if (i % 4 == 0)
                await Task.Delay(30);    // time for the watcher
        }

        Volatile.Write(ref isOver, true);
        foreach (Thread user in users)
            user.Join();
        log.WriteLine(
            $"{steps:N0} steps of one stream or {Streams} on {Users} threads beside {loads:N0} changes in {seconds} s, "
            + $"{served.File.Status.Loads - 1:N0} of them by the file: {torn} torn outputs");
        Assert.Equal(0, torn);
        Assert.All(seen, count => Assert.True(count > 0));
        Assert.True(served.File.Status.Loads > 1);
    }

    private static float[] One(Detector model, float[] inputs)
    {
        Detector.State state = default;
        float[] output = new float[Detector.OutputSize];
        model.Step(inputs.AsSpan(0, Detector.InputSize), ref state, output);
        return output;
    }

    private static float[] Many(Detector model, float[] inputs)
    {
        float[] outputs = new float[Streams * Detector.OutputSize];
        model.Step(inputs, new Detector.State[Streams], outputs);
        return outputs;
    }

    private static byte[] Bytes(Detector model)
    {
        using MemoryStream bytes = new();
        model.Save(bytes);
        return bytes.ToArray();
    }
}
