using System.Buffers.Binary;
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Xunit;

namespace RnnGen.Tests;

public class SafetensorsTests
{
    [Fact]
    public void WhatIsWrittenIsReadBack()
    {
        SafetensorsFile file = Example();
        byte[] bytes = Bytes(file);
        SafetensorsFile back = SafetensorsFile.Read(bytes);
        Assert.Equal(["w", "b ä\"\n", "empty", "scalar"], back.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([2L, 3], back["w"].Shape.ToArray());
        Assert.Equal(6, back["w"].Count);
        Assert.Equal("F32", back["w"].Type);
        Assert.Equal("F64", back["b ä\"\n"].Type);
        Assert.Equal([2L, 0], back["empty"].Shape.ToArray());
        Assert.Empty(back["scalar"].Shape.ToArray());
        Assert.Equal([1f, -2, 3, float.NaN, float.PositiveInfinity, -0f], Values<float>(back["w"]));
        Assert.Equal([0.1, double.Epsilon], Values<double>(back["b ä\"\n"]));
        Assert.Equal("pt", back.Metadata["format"]);
        Assert.Equal("line\nü", back.Metadata["a"]);
        Assert.Equal(bytes, Bytes(back));
    }

    [Fact]
    public void TheDataStartAtAMultipleOfEight()
    {
        byte[] bytes = Bytes(Example());
        Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(bytes) % 8);
        Assert.Equal((byte)'{', bytes[8]);
    }

    [Fact]
    public void TheHeaderIsWhatHuggingFaceDocuments()
    {
        SafetensorsFile file = new(
            [SafetensorsTensor.Create<float>("w", [1, 2], [1, 2])],
            new Dictionary<string, string> { ["z"] = "1", ["a"] = "2" });
        byte[] bytes = Bytes(file);
        string expected = """{"__metadata__":{"a":"2","z":"1"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}""";
        Assert.Equal(expected, Encoding.UTF8.GetString(bytes.AsSpan(8..^8)).TrimEnd(' '));
        Assert.Equal([0, 0, 0x80, 0x3f, 0, 0, 0, 0x40], bytes[^8..]);
    }

    [Fact]
    public void NamesStayAsTheyAreAndWhatIsEmptyIsLeftOut()
    {
        SafetensorsFile file = new([
            SafetensorsTensor.Create<double>("größe<>&'", [], [1]), SafetensorsTensor.Create<float>("b", [2], [2, 3])
        ]);
        byte[] bytes = Bytes(file);
        string expected = """
            {"größe<>&'":{"dtype":"F64","shape":[],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}
            """;
        Assert.Equal(expected, Encoding.UTF8.GetString(bytes.AsSpan(8..^16)).TrimEnd(' '));
        Assert.Empty(SafetensorsFile.Read(bytes).Metadata);
    }

    [Fact]
    public void FurtherFieldsOfATensorArePassedOver()
    {
        SafetensorsFile file = SafetensorsFile.Read(Raw(
            """{"a":{"note":{"shape":[7],"dtype":["x",{}]},"dtype":"U8","shape":[2],"more":null,"data_offsets":[0,2]}}""", [3, 4]));
        Assert.Equal([3, 4], file["a"].Data.ToArray());
    }

    /// <summary>A type's bits are those of one element; what has less than 8 fills whole bytes only together.</summary>
    [Theory]
    [InlineData("F4", 4)]
    [InlineData("F6_E2M3", 6)]
    [InlineData("F6_E3M2", 6)]
    [InlineData("BOOL", 8)]
    [InlineData("U8", 8)]
    [InlineData("I8", 8)]
    [InlineData("F8_E5M2", 8)]
    [InlineData("F8_E4M3", 8)]
    [InlineData("F8_E8M0", 8)]
    [InlineData("F8_E4M3FNUZ", 8)]
    [InlineData("F8_E5M2FNUZ", 8)]
    [InlineData("U16", 16)]
    [InlineData("I16", 16)]
    [InlineData("F16", 16)]
    [InlineData("BF16", 16)]
    [InlineData("U32", 32)]
    [InlineData("I32", 32)]
    [InlineData("F32", 32)]
    [InlineData("U64", 64)]
    [InlineData("I64", 64)]
    [InlineData("F64", 64)]
    [InlineData("C64", 64)]
    public void EveryTypeOfTheFormatTakesItsBits(string type, int bits)
    {
        SafetensorsTensor tensor = SafetensorsFile.Read(
            Raw($$$"""{"a":{"dtype":"{{{type}}}","shape":[2,4],"data_offsets":[0,{{{bits}}}]}}""", new byte[bits]))["a"];
        Assert.Equal((type, 8, bits), (tensor.Type, tensor.Count, tensor.Data.Length));
        Assert.Equal(type is "F32" or "F64" or "F16" or "BF16", tensor.IsReal);
    }

    [Fact]
    public void WhatIsReadFromASpanIsACopy()
    {
        byte[] bytes = Bytes(Example());
        SafetensorsFile kept = SafetensorsFile.Read((ReadOnlySpan<byte>)bytes), seen = SafetensorsFile.Read(bytes);
        Array.Clear(bytes);
        Assert.Equal(Bytes(Example()), Bytes(kept));
        Assert.Equal(0, Values<float>(seen["scalar"])[0]);
    }

    [Fact]
    public void AFewTensorsAreAllNamedAndOfManyTheFirst()
    {
        foreach (var (count, end) in (((int, string)[])[(20, "'t19'."), (21, "'t19', and 1 more.")]))
        {
            SafetensorsFile file = new(Enumerable.Range(0, count).Select(i => SafetensorsTensor.Create<float>($"t{i}", [1], [1])));
            Assert.EndsWith(end, Assert.Throws<KeyNotFoundException>(() => file["w"]).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(
        "F16", new byte[] { 0x00, 0x3c, 0x01, 0x00, 0x00, 0xfc, 0x55, 0x35 },
        new[] { 1, 5.960464477539063e-8, double.NegativeInfinity, 0.333251953125 })]
    [InlineData(
        "BF16", new byte[] { 0x80, 0x3f, 0x40, 0x40, 0x80, 0xff, 0xab, 0x3e }, new[] { 1, 3, double.NegativeInfinity, 0.333984375 })]
    public void HalvesAreWidenedExactly(string type, byte[] data, double[] values)
    {
        SafetensorsTensor tensor =
            SafetensorsFile.Read(Raw($$$"""{"h":{"dtype":"{{{type}}}","shape":[4],"data_offsets":[0,8]}}""", data))["h"];
        Assert.Equal(values, Values<double>(tensor));
        Assert.Equal(values.Select(value => (float)value), Values<float>(tensor));
    }

    [Fact]
    public void OtherTypesAreEntriesButCannotBeConverted()
    {
        SafetensorsTensor tensor =
            SafetensorsFile.Read(Raw("""{"i":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""", new byte[8]))["i"];
        Assert.False(tensor.IsReal);
        Assert.Equal(8, tensor.Data.Length);
        Assert.Contains(
            "I64", Assert.Throws<InvalidOperationException>(() => tensor.CopyTo<float>(new float[1])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StreamsThatCannotSeekAndGiveLittleAtATimeAreRead()
    {
        byte[] bytes = Bytes(Example(large: 100_000));
        using TrickleStream stream = new(bytes);
        Assert.Equal(bytes, Bytes(SafetensorsFile.Read(stream)));
    }

    [Fact]
    public void AStreamIsReadFromItsPosition()
    {
        using MemoryStream stream = new([1, 2, 3, .. Bytes(Example())]);
        stream.Position = 3;
        Assert.Equal(4, SafetensorsFile.Read(stream).Tensors.Count);
    }

    [Fact]
    public void APathIsWrittenAndRead()
    {
        using TemporaryFolder folder = new();
        Example().Write(folder["a.safetensors"]);
        Assert.Equal(Bytes(Example()), Bytes(SafetensorsFile.Read(folder["a.safetensors"])));
    }

    [Fact]
    public void SymbolsAndOtherNumbersAreWrittenInTheirOwnTypes()
    {
        SafetensorsTensor[] tensors =
        [
            SafetensorsTensor.Create<int>("symbols", [3], [5, -1, int.MaxValue]),
            SafetensorsTensor.Create<long>("ids", [1], [long.MinValue]),
            SafetensorsTensor.Create<byte>("bytes", [2, 1], [1, 255]),
            SafetensorsTensor.Create<bool>("mask", [2], [true, false]),
            SafetensorsTensor.Create<Half>("halves", [1], [(Half)0.5]),
            SafetensorsTensor.FromBytes("raw", "BF16", [1], new byte[] { 0x80, 0x3F }),
        ];
        using MemoryStream stream = new();
        new SafetensorsFile(tensors).Write(stream);
        SafetensorsFile back = SafetensorsFile.Read(stream.ToArray());
        Assert.Equal(["I32", "I64", "U8", "BOOL", "F16", "BF16"], back.Tensors.Select(t => t.Type));
        Assert.Equal("05000000FFFFFFFFFFFFFF7F", Convert.ToHexString(back["symbols"].Data.Span));
        Assert.Equal("0000000000000080", Convert.ToHexString(back["ids"].Data.Span));
        Assert.Equal("01FF", Convert.ToHexString(back["bytes"].Data.Span));
        Assert.Equal("0100", Convert.ToHexString(back["mask"].Data.Span));
        float[] numbers = new float[1];
        back["halves"].CopyTo<float>(numbers);
        Assert.Equal([0.5f], numbers);
        back["raw"].CopyTo<float>(numbers);
        Assert.Equal([1f], numbers);
    }

    [Fact]
    public void MisuseIsRefused()
    {
        Assert.Throws<ArgumentException>(() => SafetensorsTensor.Create<float>("__metadata__", [1], [1]));
        Assert.Throws<ArgumentException>(() => SafetensorsTensor.Create<float>("w", [2, 2], [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SafetensorsTensor.Create<float>("w", [-1], []));
        Assert.ThrowsAny<ArgumentException>(() => SafetensorsTensor.Create<float>("\ud800", [1], [1]));
        // The product is more than a long holds, and 0 of what is left of it.
        foreach (int[] shape in (int[][])[[1 << 30, 1 << 30, 1 << 30], [1 << 30, 1 << 30, 1 << 4]])
            Assert.Contains(
                "overflows", Assert.Throws<ArgumentException>(() => SafetensorsTensor.Create<float>("w", shape, [])).Message,
                StringComparison.Ordinal);
        Assert.Contains(
            $"{long.MaxValue} values, but 0 were given",
            Assert.Throws<ArgumentException>(() => SafetensorsTensor.Create<float>("w", [153_092_023, 92_737, 649_657], [])).Message,
            StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => SafetensorsTensor.Create<char>("w", [1], ['1']));
        Assert.Throws<ArgumentException>(() => SafetensorsTensor.FromBytes("w", "F31", [1], new byte[4]));
        Assert.Contains(
            "'w' has 7 bytes, but F32 [2] takes 8",
            Assert.Throws<ArgumentException>(() => SafetensorsTensor.FromBytes("w", "F32", [2], new byte[7])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => SafetensorsTensor.FromBytes("w", "F4", [1], new byte[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SafetensorsTensor.FromBytes("w", "F32", [-1], default));
        SafetensorsTensor tensor = SafetensorsTensor.Create<float>("w", [1], [1]);
        Assert.Throws<ArgumentException>(() => new SafetensorsFile([tensor, tensor]));
        Assert.Throws<ArgumentException>(() => tensor.CopyTo<float>(new float[2]));
        Assert.Contains(
            "The tensors are: 'w'.", Assert.Throws<KeyNotFoundException>(() => new SafetensorsFile([tensor])["v"]).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void TextsThatCouldNotBeReadBackAreRefusedOnSaving()
    {
        var (set, buffer) = ExampleTable.Create<float>();
        OptimizerState<float> state = new Adam().CreateState<float>(buffer.Length);
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a"], "old");
        foreach (var (metadata, reason) in (((string, string)[], string)[])
            [
                ([("a", null!)], "null under 'a'"),
                ([("a", "\ud800")], "half of a surrogate pair under 'a'"),
                ([("a", "\ude00\ud83d")], "half of a surrogate pair under 'a'"),
                ([("a", "x\ud83d")], "half of a surrogate pair under 'a'"),
                ([("\udc00", "a")], @"the key '\uDC00', which is no Unicode text"),
                ([(null!, "a")], "the key null"),
                ([("a", "1"), ("a", "2")], "'a' twice"),
            ])
        {
            Texts texts = new(metadata);
            foreach (Action save in (Action[])
                [
                    () => new SafetensorsFile([], texts).Write(new MemoryStream()),
                    () => WeightFile.Save(folder["a"], set, texts),
                    () => WeightFile.Save(new MemoryStream(), set, texts),
                    () => TrainingFile.Save(folder["a"], set, state, texts),
                    () => TrainingFile.Save(new MemoryStream(), set, state, texts),
                ])
            {
                Assert.Contains(reason, Assert.Throws<ArgumentException>(save).Message, StringComparison.Ordinal);
            }

            Assert.Equal("old", File.ReadAllText(folder["a"]));
        }

        Dictionary<string, string> strange = new() { [""] = "", ["\0\u202e\u2028\\\""] = "\ud83d\ude00\uffff\t", ["__metadata__"] = "{}" };
        WeightFile.Save(folder["a"], set, strange);
        Assert.Equal(strange, SafetensorsFile.Read(folder["a"]).Metadata);
    }

    [Fact]
    public void TextsAreKeptAsTheyWereWhenTheFileWasPutTogether()
    {
        Dictionary<string, string> texts = new() { ["a"] = "1" };
        SafetensorsFile file = new([], texts);
        texts["a"] = null!;
        Assert.Equal("1", file.Metadata["a"]);
    }

    [Fact]
    public void AHeaderBeyondTheFormatsLimitIsNotWritten()
    {
        using TemporaryFolder folder = new();
        int room = SafetensorsHeader.MaxLength - """{"__metadata__":{"a":""}}""".Length;
        Header(room).Write(Stream.Null);
        // One more, with which the header is padded to the next multiple of 8.
        Assert.Equal(
            "The names and texts take 100000008 bytes, more than the 100000000 that the format allows.",
            Assert.Throws<InvalidOperationException>(() => Header(room + 1).Write(folder["a"])).Message);
        Assert.Empty(folder.Files);

        static SafetensorsFile Header(int length) => new([], new Dictionary<string, string> { ["a"] = new('a', length) });
    }

    internal static SafetensorsFile Example(int large = 6) => new(
        [
            SafetensorsTensor.Create<float>(
                "w", [2, large / 2], [1, -2, 3, float.NaN, float.PositiveInfinity, -0f, .. new float[large - 6]]),
            SafetensorsTensor.Create<double>("b ä\"\n", [2], [0.1, double.Epsilon]),
            SafetensorsTensor.Create<float>("empty", [2, 0], []),
            SafetensorsTensor.Create<float>("scalar", [], [5]),
        ],
        new Dictionary<string, string> { ["format"] = "pt", ["a"] = "line\nü" });

    internal static byte[] Bytes(SafetensorsFile file)
    {
        using MemoryStream stream = new();
        file.Write(stream);
        return stream.ToArray();
    }

    internal static byte[] Raw(string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((long)json.Length), .. json, .. data];
    }

    private static T[] Values<T>(SafetensorsTensor tensor) where T : unmanaged
    {
        T[] values = new T[tensor.Count];
        tensor.CopyTo<T>(values);
        return values;
    }
}

/// <summary>A dictionary as others may make them: with anything in it, as often as they like.</summary>
internal sealed class Texts(params (string Key, string Value)[] entries) : IReadOnlyDictionary<string, string>
{
    public int Count => entries.Length;

    public IEnumerable<string> Keys => entries.Select(entry => entry.Key);

    public IEnumerable<string> Values => entries.Select(entry => entry.Value);

    public string this[string key] => entries.First(entry => entry.Key == key).Value;

    public bool ContainsKey(string key) => entries.Any(entry => entry.Key == key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        value = entries.FirstOrDefault(entry => entry.Key == key).Value;
        return ContainsKey(key);
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() =>
        entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
