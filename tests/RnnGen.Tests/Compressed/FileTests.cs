namespace RnnGen.Tests.CompressedWeights;

/// <summary>Files of compressed weights: what they hold, and what is refused.</summary>
public class FileTests
{
    [Fact]
    public void WhatIsSavedComesBackToTheBit()
    {
        using TemporaryFolder folder = new();
        var model = new SmallEmbedded(2);
        int[] symbols = [1, 2, 49, 0, 7];
        float[] before = new float[symbols.Length * SmallEmbedded.OutputSize], after = new float[before.Length];

        SmallEmbedded.Int8 int8 = model.ToInt8();
        int8.Save(folder["a"]);
        SmallEmbedded.Int8 int8Again = SmallEmbedded.Int8.Load(folder["a"]);
        int8.Forward(symbols, before);
        int8Again.Forward(symbols, after);
        Assert.Equal(before, after);
        int8Again.Save(folder["b"]);
        Assert.Equal(File.ReadAllBytes(folder["a"]), File.ReadAllBytes(folder["b"]));

        SmallEmbedded.BFloat16 halves = model.ToBFloat16();
        halves.Save(folder["a"]);
        SmallEmbedded.BFloat16 halvesAgain = SmallEmbedded.BFloat16.Load(folder["a"]);
        halves.Forward(symbols, before);
        halvesAgain.Forward(symbols, after);
        Assert.Equal(before, after);
        halvesAgain.Save(folder["b"]);
        Assert.Equal(File.ReadAllBytes(folder["a"]), File.ReadAllBytes(folder["b"]));
    }

    [Fact]
    public void AFileHasPyTorchsNamesAndShapes()
    {
        using TemporaryFolder folder = new();
        var model = new SmallChar(2);
        model.ToInt8().Save(folder["int8"]);
        model.ToBFloat16().Save(folder["bf16"]);
        SafetensorsFile int8 = SafetensorsFile.Read(folder["int8"]), bf16 = SafetensorsFile.Read(folder["bf16"]);
        foreach (var view in model.Parameters)
        {
            long[] shape = [.. view.Shape.Select(size => (long)size)];
            bool isMatrix = view.Columns > 0;
            Assert.Equal(isMatrix ? "I8" : "F32", int8[view.Name].Type);
            Assert.Equal(isMatrix ? "BF16" : "F32", bf16[view.Name].Type);
            Assert.Equal(shape, int8[view.Name].Shape.ToArray());
            Assert.Equal(shape, bf16[view.Name].Shape.ToArray());
            float[] values = new float[view.Count], stored = new float[view.Count];
            view.CopyTo(values);
            bf16[view.Name].CopyTo<float>(stored);
            Assert.Equal(isMatrix ? [.. values.Select(BFloat16.Round)] : values, stored);
            Assert.Equal(isMatrix, int8.Find(view.Name + ".scale") is not null);
            if (!isMatrix)
                continue;
            float[] scales = new float[view.Rows];
            int8[view.Name + ".scale"].CopyTo<float>(scales);
            ReadOnlySpan<byte> bytes = int8[view.Name].Data.Span;
            for (int i = 0; i < values.Length; i++)
                Assert.InRange(Math.Abs(((sbyte)bytes[i] * scales[i / view.Columns]) - values[i]), 0, 0.5001f * scales[i / view.Columns]);
        }
    }

    [Fact]
    public void AModelReadsItsHalves()
    {
        using TemporaryFolder folder = new();
        var model = new SmallChar(2);
        SmallChar.BFloat16 halves = model.ToBFloat16();
        halves.Save(folder["halves"]);
        var other = new SmallChar(3);
        other.Load(folder["halves"]);
        float[] expected = new float[3 * SmallChar.OutputSize], outputs = new float[expected.Length];
        halves.Forward([1, 2, 3], expected);
        other.Forward([1, 2, 3], outputs);
        Assert.Equal(expected, outputs);
    }

    [Fact]
    public void WhatDoesNotFitIsListed()
    {
        using TemporaryFolder folder = new();
        string path = folder["damaged"];
        new SmallChar(2).ToInt8().Save(path);
        SafetensorsFile good = SafetensorsFile.Read(path);
        var scale = good["dense.weight.scale"];
        float[] scales = new float[scale.Count];
        Refused([.. good.Tensors.Where(t => t != scale)], "dense.weight.scale [21] is missing");
        Refused([.. good.Tensors.Where(t => t.Name != "rnn.weight_hh_l1")], "rnn.weight_hh_l1 [132, 33] is missing");
        Refused([.. good.Tensors, SafetensorsTensor.Create<float>("more", [1], [1])], "'more' [1] is in the file, but not in the model");
        Refused(
            [.. good.Tensors.Select(t => t == scale ? SafetensorsTensor.Create<float>(t.Name, [1, 21], scales) : t)],
            "dense.weight.scale has the shape [1, 21], but the model's is [21]");
        Refused(
            [.. good.Tensors.Select(t => t.Name == "dense.weight" ? new(t.Name, "I8", [33, 21], t.Data) : t)],
            "dense.weight has the shape [33, 21], but the model's is [21, 33]: it looks transposed");
        Refused(
            [.. good.Tensors.Select(t => t.Name == "dense.weight" ? new(t.Name, "U8", [21, 33], t.Data) : t)],
            "dense.weight has the type U8, which is not I8");
        scales[4] = float.NaN;
        Refused(
            [.. good.Tensors.Select(t => t == scale ? SafetensorsTensor.Create<float>(t.Name, [21], scales) : t)],
            "dense.weight.scale[4] is NaN; a scale is finite and at least 0");
        scales[4] = -1;
        Refused(
            [.. good.Tensors.Select(t => t == scale ? SafetensorsTensor.Create<float>(t.Name, [21], scales) : t)],
            "dense.weight.scale[4] is -1; a scale is finite and at least 0");

        new SmallChar(2).Save(path);
        string message = Assert.Throws<InvalidDataException>(() => SmallChar.Int8.Load(path)).Message;
        Assert.StartsWith("The file does not fit the model:", message, StringComparison.Ordinal);
        Assert.Contains("rnn.weight_ih_l0 has the type F32, which is not I8", message, StringComparison.Ordinal);
        Assert.Contains(
            "dense.weight has the type F32, which is not BF16",
            Assert.Throws<InvalidDataException>(() => SmallChar.BFloat16.Load(path)).Message, StringComparison.Ordinal);

        void Refused(SafetensorsTensor[] tensors, string problem)
        {
            new SafetensorsFile(tensors).Write(path);
            string message = Assert.Throws<InvalidDataException>(() => SmallChar.Int8.Load(path)).Message;
            Assert.Equal($"The file does not fit the model:\n  {problem}", message);
        }
    }

    [Fact]
    public void HalvesAreFinite()
    {
        using TemporaryFolder folder = new();
        new SmallChar(2).ToBFloat16().Save(folder["a"]);
        SafetensorsFile good = SafetensorsFile.Read(folder["a"]);
        byte[] data = good["dense.weight"].Data.ToArray();
        (data[(2 * 40) + 0], data[(2 * 40) + 1]) = (0x80, 0x7F);
        new SafetensorsFile(good.Tensors.Select(t => t.Name == "dense.weight"
            ? new(t.Name, "BF16", [21, 33], data)
            : t)).Write(folder["a"]);
        Assert.Contains(
            "dense.weight is not finite: [1, 7] is none",
            Assert.Throws<InvalidDataException>(() => SmallChar.BFloat16.Load(folder["a"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DamagedFilesAreReadOrRefused()
    {
        using TemporaryFolder folder = new();
        string path = folder["damaged"];
        new SmallFeedback(2).ToInt8().Save(path);
        byte[] good = File.ReadAllBytes(path);
        var random = new Random(1);
        int read = 0, refused = 0;
        for (int i = 0; i < 600; i++)
        {
            byte[] bytes = [.. good];
            for (int change = random.Next(1, 4); change > 0; change--)
                bytes[random.Next(random.Next(2) == 0 ? 300 : bytes.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(path, random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
            try
            {
                var model = SmallFeedback.Int8.Load(path);
                SmallFeedback.State state = default;
                model.Step([1, 2, 3], ref state, new float[SmallFeedback.OutputSize]);
                read++;
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        Assert.True(read > 20 && refused > 20, $"{read} read, {refused} refused");
    }

    [Fact]
    public void WhatIsNotFiniteIsNotCompressed()
    {
        var model = new SmallChar(2);
        int place = Place(model, "rnn.weight_hh_l1", 3, 5);
        model.Parameters.Buffer.Span[place] = float.NaN;
        Assert.Equal(
            "The model cannot be compressed: rnn.weight_hh_l1 is not finite: [3, 5] is NaN.",
            Assert.Throws<InvalidOperationException>(model.ToInt8).Message);
        model.Parameters.Buffer.Span[place] = float.PositiveInfinity;
        Assert.Contains(
            "rnn.weight_hh_l1 is not finite: [3, 5] is Infinity", Assert.Throws<InvalidOperationException>(model.ToBFloat16).Message,
            StringComparison.Ordinal);

        // Finite, but nearer to the next power of two than to the largest bfloat16.
        model.Parameters.Buffer.Span[place] = float.MaxValue;
        Assert.Equal(
            "The model cannot be compressed: rnn.weight_hh_l1[3, 5] is 3.4028235E+38, which BF16 cannot hold.",
            Assert.Throws<InvalidOperationException>(model.ToBFloat16).Message);
        Assert.NotNull(model.ToInt8());
    }

    private static int Place(SmallChar model, string name, int row, int column)
    {
        model.Parameters[name][row, column] = 12345;
        return model.Parameters.Buffer.Span.IndexOf(12345);
    }
}
