using RnnGen;

namespace CharRnn.Tests;

/// <summary>Whole runs of the program, on a small text.</summary>
public sealed class SessionTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("char-rnn-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("lstm")]
    [InlineData("gru")]
    [InlineData("rnn")]
    public void AStoppedAndResumedRunSavesTheBytesOfOneThatNeverStopped(string cell)
    {
        // The text has 9 batches, so that the 25 updates begin it again twice, once before and once after the stop.
        Options whole = Small() with { Cell = cell, Updates = 25, Model = Path.Combine(folder, "whole") };
        Run(whole);

        Options stopped = whole with { Model = Path.Combine(folder, "stopped") };
        string output = Run(stopped, stopAfter: 10);
        Assert.EndsWith("--resume goes on\n", output);
        Assert.NotEqual(File.ReadAllBytes(whole.Model!), File.ReadAllBytes(stopped.Model!));
        output = Run(stopped with { Resume = true, Rows = null });
        Assert.Contains("after 10 updates\n", output);

        Assert.Equal(File.ReadAllBytes(whole.Model!), File.ReadAllBytes(stopped.Model!));
    }

    [Fact]
    public async Task RanksSaveTheBytesOfOneProcessAndTheFirstSpeaks()
    {
        // 40 rows are two shards, so that the third rank only gets the sums.
        Options whole = Small() with { Rows = 40, Updates = 4, Model = Path.Combine(folder, "whole") };
        string expected = Run(whole);
        Options shared = whole with { Model = Path.Combine(folder, "shared") };
        string[] outputs = await Task.WhenAll(LocalExchange.Connect(3).Select(exchange => Task.Run(() =>
        {
            using StringWriter output = new() { NewLine = "\n" };
            new Session(shared, new Stopping(new(), long.MaxValue), output, default, exchange).Run();
            return output.ToString();
        })));
        Assert.Equal(File.ReadAllBytes(whole.Model!), File.ReadAllBytes(shared.Model!));
        Assert.Equal([expected.Replace("whole", "shared", StringComparison.Ordinal), "", ""], outputs);
    }

    [Fact]
    public void TheLastLineIsTheMeasurementAndTheSampleBeginsWithThePrompt()
    {
        string output = Run(Small() with { Updates = 3 });
        string[] lines = output.TrimEnd('\n').Split('\n');
        Assert.Matches(@"^held-out: \d\.\d{3} bits/char$", lines[^1]);
        Assert.Matches(@"^validation: \d\.\d{3} bits/char$", lines[^2]);
        Assert.Contains("\nThe sea", output);
        Assert.Contains("characters to train on", lines[0]);
    }

    [Theory]
    [InlineData("lstm")]
    [InlineData("gru")]
    [InlineData("rnn")]
    public void WeightsInFewerBytesAreMeasuredToo(string cell)
    {
        string[] lines = Run(Small() with { Cell = cell, Updates = 3, Formats = true }).TrimEnd('\n').Split('\n');
        double Of(string what) =>
            double.Parse(
                lines.Single(l => l.StartsWith(what, StringComparison.Ordinal))[what.Length..].Split(' ')[0],
                System.Globalization.CultureInfo.InvariantCulture);
        double[] bits = [.. new[] { 32, 16, 8 }.Select(b => Of($"held-out, weights of {b} bits: "))];
        Assert.Equal(Of("held-out: "), bits[0], 0.001);
        Assert.InRange(bits[1], bits[0] - 0.01, bits[0] + 0.01);
        Assert.InRange(bits[2], bits[0] - 0.1, bits[0] + 0.1);
        Assert.NotEqual(bits[0], bits[2]);
    }

    [Fact]
    public void TheSameSeedGivesTheSameRun()
    {
        string first = Run(Small() with { Updates = 3 }), again = Run(Small() with { Updates = 3 });
        string other = Run(Small() with { Updates = 3, Seed = 8 });
        Assert.Equal(Written(first), Written(again));
        Assert.NotEqual(Written(first), Written(other));
        static string Written(string output) => output[output.IndexOf("The sea", StringComparison.Ordinal)..];
    }

    [Fact]
    public void ATreeHasAsManyLeavesAsAreAskedFor()
    {
        // A leaf is at the greatest depth, 8: 7 · 3 columns to the right of the first.
        string[] lines = Run(Small() with { Updates = 3, Tree = 4 }).Split('\n');
        int root = Array.IndexOf(lines, "a");
        Assert.True(root > 0);
        string[] tree = [.. lines[(root + 1)..].TakeWhile(line => line.Length > 0)];
        Assert.Equal(4, tree.Count(line => line.AsSpan().IndexOfAny("├└") == 21));
        Assert.All(tree, line => Assert.Matches(@"^[│ ]*[├└]─ . +\d+\.\d\d % +\d+\.\d\d %$", line));
        Assert.DoesNotContain("├", Run(Small() with { Updates = 3 }));
    }

    [Fact]
    public void TimeIsALimitToo()
    {
        Options options = Small() with { Seconds = 0.5 };
        Run(options);
        Assert.Contains("resumed", Run(options with { Seconds = 0, Resume = true }));
    }

    [Fact]
    public void ATextWithMoreCharactersThanTheModelHasSymbolsIsReadWithAnUnknownOne()
    {
        string many = string.Concat(Enumerable.Range(0, 3000).Select(i => (char)('Ā' + (i % 120))));
        string path = Path.Combine(folder, "many.txt");
        File.WriteAllText(path, many);
        string output = Run(Small() with { Text = path, Updates = 2 });
        Assert.Contains("characters are outside the vocabulary and read as �", output);
        Assert.Contains("96 symbols", output);
    }

    [Fact]
    public void ASavedRunIsResumedOnlyByItsOwnKind()
    {
        Options options = Small() with { Cell = "rnn", Updates = 2 };
        Run(options);
        Assert.Contains(
            "--cell rnn, not gru", Assert.Throws<InvalidDataException>(() => Run(options with { Resume = true, Cell = "gru" })).Message);
        Assert.Contains(
            "the states of 5 rows, not 3",
            Assert.Throws<InvalidDataException>(() => Run(options with { Resume = true, Rows = 3 })).Message);
        // Without --cell it is the file's.
        Assert.Contains("resumed", Run(options with { Resume = true, Cell = null, Updates = 3 }));
        Assert.Throws<FileNotFoundException>(() => Run(options with { Resume = true, Model = Path.Combine(folder, "none") }));
        SafetensorsFile foreign = new([SafetensorsTensor.Create<float>("a", [1], [1f])]);
        foreign.Write(Path.Combine(folder, "foreign"));
        Assert.Contains(
            "not saved by this program",
            Assert.Throws<InvalidDataException>(() => Run(
                options with { Resume = true, Model = Path.Combine(folder, "foreign") })).Message);
    }

    private Options Small()
    {
        string path = Path.Combine(folder, "text.txt");
        if (!File.Exists(path))
            File.WriteAllText(path, string.Concat(Enumerable.Range(0, 110).Select(i => $"The sea was {i}, the sky {i * i}.\n")));
        return new()
        {
            Text = path,
            Prompt = "The sea",
            Rows = 5,
            LearningRate = 1e-2,
            Seed = 7,
            Temperature = 0.5,
            Model = Path.Combine(folder, "model")
        };
    }

    private static string Run(Options options, long stopAfter = long.MaxValue)
    {
        using CancellationTokenSource stop = new();
        using StringWriter output = new() { NewLine = "\n" };
        new Session(options, new Stopping(stop, stopAfter), output, stop.Token).Run();
        return output.ToString();
    }

    /// <summary>Shows nothing, and presses Ctrl-C after some updates.</summary>
    private sealed class Stopping(CancellationTokenSource stop, long after) : Display
    {
        public override void Run(Action<Action<Status>> train) => train(status =>
        {
            if (status.Updates >= after)
                stop.Cancel();
        });
    }
}
