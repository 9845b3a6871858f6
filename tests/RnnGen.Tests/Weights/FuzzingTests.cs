using System.Diagnostics;
using System.Text;
using Xunit;

namespace RnnGen.Tests;

/// <summary>Some thousand damaged files; <c>tests/RnnGen.FormatCheck</c> makes as many as it is asked for.</summary>
public class FuzzingTests
{
    [Fact]
    public void DamagedSafetensorsAreReadOrRefusedWithinBounds() => AssertMixed(FuzzedSafetensors.Reader().Run(20_000, seed: 1));

    [Fact]
    public void DamagedFilesOnTheDiskAreReadOrRefusedAlike()
    {
        using TemporaryFolder folder = new();
        string path = folder["damaged"];
        AssertMixed(FuzzedSafetensors.Reader(SafetensorsFile.Read, Open).Run(3_000, seed: 2));

        SafetensorsFile Open(byte[] bytes)
        {
            File.WriteAllBytes(path, bytes);
            using SafetensorsFile file = SafetensorsFile.Open(path);
            return new(file.Tensors.Select(t => new SafetensorsTensor(t.Name, t.Type, t.Shape.ToArray(), t.Data)), file.Metadata);
        }
    }

    [Fact]
    public void DamagedJsonIsReadOrRefusedWithinBounds() => AssertMixed(FuzzedRtNeural.Reader().Run(10_000, seed: 1));

    /// <summary>Headers that are made to cost more than they weigh.</summary>
    [Theory]
    [InlineData(
        "tensors", """{"0":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}""", ""","*":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}""",
        "}")]
    [InlineData("nameless tensors", """{"0":{}""", ""","*":{}""", "}")]
    [InlineData("shape", """{"a":{"shape":[0""", ",0", """],"dtype":"U8","data_offsets":[0,0]}}""")]
    [InlineData("overflowing shape", """{"a":{"shape":[0""", ",9", """],"dtype":"U8","data_offsets":[0,0]}}""")]
    [InlineData("offsets", """{"a":{"data_offsets":[0""", ",0", "]}}")]
    [InlineData("name", "{\"", "n", "\":1}")]
    [InlineData("texts", """{"__metadata__":{"0":"" """, ""","*":"" """, "}}")]
    [InlineData("escapes", """{"__metadata__":{"a":" """, "\\n", "\"}}")]
    [InlineData("depth", "{\"a\":", "[", "")]
    [InlineData("further fields", """{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]""", ",\"*\":[]", "}}")]
    public void HostileHeadersTakeLittle(string what, string begin, string item, string end)
    {
        byte[] file = SafetensorsTests.Raw(Repeat(begin, item, end), []);
        AssertLittle(what, file, f => SafetensorsFile.Read(f), FuzzedSafetensors.MemoryAtOnce, FuzzedSafetensors.MemoryPerByte);
        AssertLittle(
            what, file, f => SafetensorsFile.Read(new TrickleStream(f, 10_000)), FuzzedSafetensors.MemoryAtOnce,
            FuzzedSafetensors.MemoryPerByte);
    }

    /// <summary>JSON that is made to cost more than it weighs.</summary>
    [Theory]
    [InlineData("numbers", "{\"a\":[0", ",0", "]}")]
    [InlineData("rows", "{\"a\":[[]", ",[]", "]}")]
    [InlineData("different rows", "{\"a\":[[0]", ",[]", "]}")]
    [InlineData("tensors", "{\"0\":0", ",\"*\":0", "}")]
    [InlineData("same names", "{\"0\":0", ",\"0\":0", "}")]
    [InlineData("layers", """{"in_shape":[1],"layers":[{"shape":[1]}""", """,{"shape":[1]}""", "]}")]
    [InlineData(
        "known layers", """{"in_shape":[1],"layers":[{"type":"activation","shape":[1]}""", """,{"type":"activation","shape":[1]}""", "]}")]
    [InlineData("weights", """{"in_shape":[1],"layers":[{"type":"gru","shape":[1],"weights":[0""", ",0", "]}]}")]
    [InlineData(
        "wrong shapes", """{"in_shape":[1],"layers":[{"type":"dense","shape":[1],"weights":[0,0]}""",
        """,{"type":"dense","shape":[1],"weights":[0,0]}""", "]}")]
    [InlineData("type", """{"in_shape":[1],"layers":[{"shape":[1],"type":" """, "t", "\"}]}")]
    [InlineData("name", "{\"", "n", "\":\"\"}")]
    [InlineData("escapes", "{\"", "\\n", "\":1}")]
    [InlineData("depth", "{\"a\":", "[", "")]
    [InlineData("end of a shape", """{"in_shape":[1""", ",{}", """,1],"layers":[]}""")]
    public void HostileJsonTakesLittle(string what, string begin, string item, string end) =>
        AssertLittle(
            what, Encoding.UTF8.GetBytes(Repeat(begin, item, end)), f => RtNeuralFile.Read(f), FuzzedRtNeural.MemoryAtOnce,
            FuzzedRtNeural.MemoryPerByte);

    /// <summary>About a megabyte; a star becomes the item's number.</summary>
    private static string Repeat(string begin, string item, string end)
    {
        StringBuilder text = new(begin);
        for (int i = 1; text.Length < 1 << 20; i++)
            text.Append(item.Replace("*", $"{i}", StringComparison.Ordinal));
        return text.Append(end).ToString();
    }

    private static void AssertLittle(string what, byte[] file, Action<byte[]> read, long memoryAtOnce, int memoryPerByte)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        try
        {
            read(file);
        }
        catch (InvalidDataException)
        {
        }

        double perByte = (double)(GC.GetAllocatedBytesForCurrentThread() - before - memoryAtOnce) / file.Length;
        Assert.True(perByte <= memoryPerByte, $"{what}: {perByte:F1} bytes per byte");
        Assert.True(Stopwatch.GetElapsedTime(start).TotalSeconds < 5, $"{what}: {Stopwatch.GetElapsedTime(start)}");
    }

    /// <summary>Most damage must be noticed; some is to values or names, and cannot be.</summary>
    private static void AssertMixed(FuzzResult result)
    {
        int all = result["read"] + result["refused"];
        Assert.True(result["read"] > all / 50 && result["refused"] > all / 3, $"{result}");
    }
}
