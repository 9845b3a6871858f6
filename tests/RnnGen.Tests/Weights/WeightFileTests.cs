using RnnGen.Generated;
using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests;

public class WeightFileTests
{
    [Fact]
    public void WeightsComeBackBitByBit()
    {
        var (saved, from) = ExampleTable.Create<float>();
        ExampleTable.Fill(saved, 1);
        saved["rnn.bias_ih_l0"][3] = -0f;
        using MemoryStream stream = new();
        WeightFile.Save(stream, saved, new Dictionary<string, string> { ["epoch"] = "7" });
        stream.Position = 0;

        var (loaded, to) = ExampleTable.Create<float>();
        ExampleTable.Fill(loaded, 2);
        Assert.Equal("7", WeightFile.Load(stream, loaded)["epoch"]);
        Assert.Equal(Bits(from), Bits(to));
    }

    [Fact]
    public void EqualWeightsGiveEqualBytes()
    {
        using TemporaryFolder folder = new();
        var (set, _) = ExampleTable.Create<double>();
        ExampleTable.Fill(set, 1);
        WeightFile.Save(folder["a"], set);
        WeightFile.Save(folder["b"], set);
        Assert.Equal(File.ReadAllBytes(folder["a"]), File.ReadAllBytes(folder["b"]));
        Assert.Equal(["a", "b"], folder.Files);
    }

    [Fact]
    public void FloatsFitAModelOfDoublesAndDoublesOneOfFloats()
    {
        using TemporaryFolder folder = new();
        var (floats, narrow) = ExampleTable.Create<float>();
        var (doubles, wide) = ExampleTable.Create<double>();
        ExampleTable.Fill(floats, 1);
        WeightFile.Save(folder["a"], floats);
        WeightFile.Load(folder["a"], doubles);
        Assert.Equal(narrow.Span.ToArray().Select(value => (double)value), wide.Span.ToArray());

        ExampleTable.Fill(doubles, 2);
        WeightFile.Save(folder["a"], doubles);
        WeightFile.Load(folder["a"], floats);
        Assert.Equal(wide.Span.ToArray().Select(value => (float)value), narrow.Span.ToArray());
    }

    [Fact]
    public void BothBiasesAreSummedWhateverTheirOrderInTheFile()
    {
        SafetensorsTensor[] tensors =
        [
            SafetensorsTensor.Create<float>("rnn.bias_hh_l0", [99], [.. Enumerable.Repeat(2f, 99)]),
            SafetensorsTensor.Create<float>("rnn.bias_ih_l0", [99], [.. Enumerable.Repeat(1f, 99)]),
            SafetensorsTensor.Create<float>("rnn.weight_ih_l0", [99, 5], new float[495]),
        ];
        foreach (bool secondFirst in new[] { false, true })
        {
            var (set, _) = ExampleTable.Create<float>();
            // In the table too, the folded tensor may come before the one it is folded into.
            ParameterInfo[] table = ExampleTable.Create();
            AlignedBuffer<float> buffer = new(ExampleTable.Length);
            buffer.Span.Fill(50);
            set = new(secondFirst ? [table[2], table[1], table[0]] : table, buffer);
            WeightFile.Load(new SafetensorsFile(tensors), set);
            Assert.Equal(3, set["rnn.bias_ih_l0"][65]);
            Assert.Equal(1, set["rnn.bias_ih_l0"][66]);
            Assert.Equal(2, set["rnn.bias_hh_l0"][66]);
        }
    }

    public static TheoryData<string, string> Faults() => new()
    {
        { "missing", "rnn.bias_ih_l0 [99] is missing" },
        { "renamed", "rnn.bias_ih_l0 [99] is missing; is it the file's 'lstm.bias_ih_l0'?" },
        { "renamed", "'lstm.bias_ih_l0' [99] is in the file, but not in the model" },
        { "extra", "'rnn.extra' [2, 3] is in the file, but not in the model" },
        { "transposed", "rnn.weight_ih_l0 has the shape [5, 99], but the model's is [99, 5]: it looks transposed" },
        { "flat", "rnn.weight_ih_l0 has the shape [495], but the model's is [99, 5]" },
        { "nan", "rnn.weight_ih_l0 is not finite: [3, 1] is NaN" },
        { "huge", "rnn.weight_ih_l0 is not finite: [3, 1] is Infinity (after rounding the file's F64 to float)" },
        { "overflow", "rnn.bias_hh_l0 overflows where [4] = 3E+38 is added to 3E+38" },
        { "integers", "rnn.bias_ih_l0 has the type I32, which is none of F32, F64, F16, BF16" },
        { "empty", "rnn.bias_hh_l0 [99] is missing" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void AFileThatDoesNotFitIsRefusedAndChangesNothing(string fault, string reason)
    {
        var (set, buffer) = ExampleTable.Create<float>();
        ExampleTable.Fill(set, 3);
        int[] before = Bits(buffer);
        SafetensorsFile file = Break(fault);
        var exception = Assert.Throws<InvalidDataException>(() => WeightFile.Load(file, set));
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, Bits(buffer));
    }

    [Fact]
    public void AllThatIsWrongIsInOneMessage()
    {
        var (set, _) = ExampleTable.Create<float>();
        SafetensorsFile file = new([
            .. Break("transposed").Tensors.Where(tensor => tensor.Name != "rnn.bias_ih_l0"),
            .. Break("extra").Tensors.Where(tensor => tensor.Name == "rnn.extra")
        ]);
        string message = Assert.Throws<InvalidDataException>(() => WeightFile.Load(file, set)).Message;
        Assert.Contains("rnn.bias_ih_l0 [99] is missing", message, StringComparison.Ordinal);
        Assert.Contains("looks transposed", message, StringComparison.Ordinal);
        Assert.Contains("'rnn.extra' [2, 3] is in the file", message, StringComparison.Ordinal);
        Assert.Equal(4, message.Split('\n').Length);
    }

    [Fact]
    public void ATruncatedFileChangesNothing()
    {
        var (set, buffer) = ExampleTable.Create<float>();
        ExampleTable.Fill(set, 3);
        int[] before = Bits(buffer);
        using MemoryStream stream = new();
        WeightFile.Save(stream, set);
        byte[] bytes = stream.ToArray();
        for (int length = 0; length < bytes.Length; length += 7)
        {
            using MemoryStream part = new(bytes[..length]);
            Assert.Throws<InvalidDataException>(() => WeightFile.Load(part, set));
        }

        Assert.Equal(before, Bits(buffer));
    }

    [Fact]
    public void TensorsOfAnOptimizerArePassedOver()
    {
        var (set, _) = ExampleTable.Create<float>();
        SafetensorsFile file =
            new([.. Break("nothing").Tensors, SafetensorsTensor.Create<float>("optimizer.exp_avg.rnn.bias_ih_l0", [1], [1])]);
        WeightFile.Load(file, set);
        Assert.Equal(1, set["rnn.weight_ih_l0"][0, 0]);
    }

    [Fact]
    public void AFailedWriteLeavesTheOldFile()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["model"], "old");
        Assert.Throws<IOException>(() => AtomicFile.Write(folder["model"], stream =>
        {
            stream.Write("half of the new"u8);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(folder["model"]));
            throw new IOException("disk full");
        }));
        Assert.Equal("old", File.ReadAllText(folder["model"]));
        Assert.Equal(["model"], folder.Files);

        AtomicFile.Write(folder["model"], stream => stream.Write("new"u8));
        Assert.Equal("new", File.ReadAllText(folder["model"]));
        Assert.Equal(["model"], folder.Files);
    }

    [Fact]
    public void AReaderOfTheOldFileIsNotDisturbed()
    {
        if (OperatingSystem.IsWindows())
            return;
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["model"], "old");
        File.SetUnixFileMode(folder["model"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(folder["link"], folder["model"]);
        using (StreamReader reader = new(folder["model"]))
        {
            AtomicFile.Write(folder["link"], stream => stream.Write("new"u8));
            Assert.Equal("old", reader.ReadToEnd());
        }

        Assert.Equal("new", File.ReadAllText(folder["model"]));
        Assert.NotNull(new FileInfo(folder["link"]).LinkTarget);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["model"]));
    }

    [Fact]
    public void AFolderThatDoesNotExistIsNotInvented()
    {
        using TemporaryFolder folder = new();
        var (set, _) = ExampleTable.Create<float>();
        Assert.Throws<DirectoryNotFoundException>(() => WeightFile.Save(folder["no/model"], set));
        Assert.Throws<FileNotFoundException>(() => WeightFile.Load(folder["model"], set));
    }

    private static SafetensorsFile Break(string fault)
    {
        float[] weight = [.. Enumerable.Repeat(1f, 495)];
        float[] bias = [.. Enumerable.Repeat(1f, 99)];
        List<SafetensorsTensor> tensors =
        [
            SafetensorsTensor.Create<float>("rnn.weight_ih_l0", [99, 5], weight),
            SafetensorsTensor.Create<float>("rnn.bias_ih_l0", [99], bias),
            SafetensorsTensor.Create<float>("rnn.bias_hh_l0", [99], bias),
        ];
        switch (fault)
        {
            case "missing":
                tensors.RemoveAt(1);
                break;
            case "renamed":
                tensors[1] = SafetensorsTensor.Create<float>("lstm.bias_ih_l0", [99], bias);
                break;
            case "extra":
                tensors.Add(SafetensorsTensor.Create<float>("rnn.extra", [2, 3], new float[6]));
                break;
            case "transposed":
                tensors[0] = SafetensorsTensor.Create<float>("rnn.weight_ih_l0", [5, 99], weight);
                break;
            case "flat":
                tensors[0] = SafetensorsTensor.Create<float>("rnn.weight_ih_l0", [495], weight);
                break;
            case "nan":
                weight[16] = float.NaN;
                tensors[0] = SafetensorsTensor.Create<float>("rnn.weight_ih_l0", [99, 5], weight);
                break;
            case "huge":
                double[] wide = [.. weight.Select(value => (double)value)];
                wide[16] = 1e39;
                tensors[0] = SafetensorsTensor.Create<double>("rnn.weight_ih_l0", [99, 5], wide);
                break;
            case "overflow":
                bias[4] = 3e38f;
                tensors[1] = SafetensorsTensor.Create<float>("rnn.bias_ih_l0", [99], bias);
                tensors[2] = SafetensorsTensor.Create<float>("rnn.bias_hh_l0", [99], bias);
                break;
            case "integers":
                tensors[1] = new SafetensorsTensor("rnn.bias_ih_l0", "I32", [99], new byte[4 * 99]);
                break;
            case "empty":
                tensors.Clear();
                break;
        }

        return new(tensors);
    }

    private static int[] Bits(AlignedBuffer<float> buffer) => [.. buffer.Span.ToArray().Select(BitConverter.SingleToInt32Bits)];
}
