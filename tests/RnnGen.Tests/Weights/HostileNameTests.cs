using System.Diagnostics;
using Xunit;

namespace RnnGen.Tests;

/// <summary>Files that somebody made to be seen in a console or a log, and files with more wrong than anybody reads.</summary>
public class HostileNameTests
{
    /// <summary>
    /// A title for the terminal, a new line, right to left, an end of line of Unicode's, a space that nobody sees, a tag, and half of a
    /// pair.
    /// </summary>
    private const string Hidden = "\u001b]0;pwn\u0007\r\n\u202e\u2066\u2028\u2029\u0085\u200b\ufeff\U000E0041";

    private const string Shown = @"\u001B]0;pwn\u0007\u000D\u000A\u202E\u2066\u2028\u2029\u0085\u200B\uFEFF\uDB40\uDC41";

    [Theory]
    [InlineData("w", "w")]
    [InlineData("größe/重み'\"\\😀", "größe/重み'\"\\😀")]
    [InlineData(Hidden, Shown)]
    [InlineData("abc", "ab…", 2)]
    [InlineData("a😀😀", "a😀…", 2)]
    [InlineData("\u001b", @"\u001B")]
    [InlineData("ab\n", @"ab\u000A", 3)]
    [InlineData("ab\n", "ab…", 2)]
    public void NamesAreShownAsWhatTheyAre(string name, string shown, int most = 100) =>
        Assert.Equal(shown, FileText.Escape(name, most));

    /// <summary>Apart from the others: in an attribute they would be something else.</summary>
    [Fact]
    public void HalvesOfPairsAreShownAsWhatTheyAre()
    {
        Assert.Equal(@"a\uDE00\uD83D", FileText.Escape("a\ude00\ud83d", 100));
        Assert.Equal(@"\uD83D", FileText.Escape("\ud83d", 100));
    }

    [Fact]
    public void ShapesAreShownUpToSixteenSizes()
    {
        long[] sizes = [.. Enumerable.Range(1, 17).Select(i => (long)i)];
        Assert.Equal("[]", FileText.Shape([]));
        Assert.Equal("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]", FileText.Shape(sizes.AsSpan(0, 16)));
        Assert.Equal("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, …]", FileText.Shape(sizes));
    }

    [Fact]
    public void AProblemIsSaidAndCountedOnce()
    {
        ProblemList problems = new();
        foreach (string problem in (string[])["a", "b", "a"])
            problems.Add(problem);
        Assert.Equal(2, problems.Count);
        Assert.Equal("a; b", problems.Join("; "));
    }

    [Fact]
    public void EveryReadersMessagesShowNamesEscaped()
    {
        string json = System.Text.Json.JsonSerializer.Serialize(Hidden);
        var (set, buffer) = ExampleTable.Create<float>();
        OptimizerState<float> state = new Adam().CreateState<float>(buffer.Length);
        SafetensorsFile named = new(
            [SafetensorsTensor.Create<float>(Hidden, [1], [1])],
            new Dictionary<string, string> { ["optimizer.name"] = Hidden, ["optimizer.step"] = "1" });
        SafetensorsTensor whole = SafetensorsFile.Read(SafetensorsTests.Raw(
            $$"""{{{json}}:{"dtype":"I32","shape":[1],"data_offsets":[0,4]} }""", new byte[4])).Tensors[0];
        foreach (Action action in (Action[])
            [
                () => WeightFile.Load(named, set),
                () => TrainingFile.Load(named, set, state),
                () => _ = named["w"],
                () => _ = named[Hidden + "w"],
                () => _ = new SafetensorsFile([named.Tensors[0], named.Tensors[0]]),
                () => named.Tensors[0].CopyTo<float>(new float[2]),
                () => whole.CopyTo<float>(new float[1]),
                () => SafetensorsTensor.Create<float>(Hidden, [2], [1]),
                () => SafetensorsFile.Read(SafetensorsTests.Raw($$"""{{{json}}:1}""", [])),
                () => SafetensorsFile.Read(SafetensorsTests.Raw(
                    $$"""{{{json}}:{"dtype":{{json}},"shape":[1],"data_offsets":[0,4]} }""", new byte[4])),
                () => SafetensorsFile.Read(SafetensorsTests.Raw(
                    $$"""{{{json}}:{"dtype":"F32","shape":[2],"data_offsets":[0,4]} }""", new byte[4])),
                () => SafetensorsFile.Read(SafetensorsTests.Raw($$"""{"__metadata__":{{{json}}:1} }""", [])),
                () => RtNeuralFile.Read(System.Text.Encoding.UTF8.GetBytes($$"""{{{json}}:["x"]}""")),
                () => RtNeuralFile.Read(System.Text.Encoding.UTF8.GetBytes(
                    $$"""{"in_shape":[1],"layers":[{"type":{{json}},"shape":[1]}]}""")),
                () => RtNeuralFile.Write(new MemoryStream(), new([whole])),
            ])
        {
            string message = Assert.ThrowsAny<Exception>(action).Message;
            Assert.Contains(Shown, message, StringComparison.Ordinal);
            Assert.DoesNotContain(
                message,
                c => c is not '\n'
                    && (char.IsControl(c)
                        || c is '\u202e' or '\u2066' or '\u2028' or '\u2029' or '\u200b' or '\ufeff'
                        || char.IsSurrogate(c)));
        }
    }

    [Fact]
    public void AListOfWhatIsWrongHasAnEnd()
    {
        var (set, _) = ExampleTable.Create<float>();
        SafetensorsFile file = new(Enumerable.Range(0, 1000).Select(i => SafetensorsTensor.Create<float>($"unknown{i}", [1], [1])));
        string[] lines = Assert.Throws<InvalidDataException>(() => WeightFile.Load(file, set)).Message.Split('\n');
        Assert.Equal(1 + ProblemList.MostSaid + 1, lines.Length);
        Assert.Equal("  rnn.weight_ih_l0 [99, 5] is missing", lines[1]);
        Assert.Equal("  'unknown16' [1] is in the file, but not in the model", lines[^2]);
        Assert.Equal("  and 983 more", lines[^1]);
        Assert.EndsWith(
            "'unknown19', and 980 more.", Assert.Throws<KeyNotFoundException>(() => file["w"]).Message, StringComparison.Ordinal);

        string layers = string.Join(",", Enumerable.Repeat("""{"type":"tanh","shape":[1]}""", 1000));
        string message = Assert.Throws<InvalidDataException>(
            () => RtNeuralFile.Read(System.Text.Encoding.UTF8.GetBytes($$"""{"in_shape":[1],"layers":[{{layers}}]}"""))).Message;
        Assert.EndsWith("; and perhaps more.", message, StringComparison.Ordinal);
        Assert.Equal(20, message.Split(';').Length - 1);
    }

    /// <summary>300,000 unknown tensors did not come to an end: each was compared with all before it.</summary>
    [Fact]
    public void AListOfWhatIsWrongIsGatheredInLinearTime()
    {
        var (set, _) = ExampleTable.Create<float>();
        // Names that are like one that is missing, too.
        SafetensorsFile file =
            new(Enumerable.Range(0, 300_000).Select(i => SafetensorsTensor.Create<float>($"{i}.weight_ih_l0", [1], [1])));
        Stopwatch time = Stopwatch.StartNew();
        string message = Assert.Throws<InvalidDataException>(() => WeightFile.Load(file, set)).Message;
        Assert.EndsWith("and 299983 more", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 1, 4000);
        // A tenth of a second; comparing each with all takes minutes.
        Assert.InRange(time.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }
}
