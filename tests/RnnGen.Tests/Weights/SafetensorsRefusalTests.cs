using System.Text;
using System.Text.Json;
using Xunit;

namespace RnnGen.Tests;

/// <summary>What a reader must accept and refuse: nothing but InvalidDataException may come out of bytes that are wrong.</summary>
public class SafetensorsRefusalTests
{
    private const string CasesFile = "safetensors/safetensors_cases.json";

    public static TheoryData<string> CaseNames()
    {
        TheoryData<string> names = [];
        if (SharedCases.Find(CasesFile) is { } path)
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (JsonElement element in document.RootElement.GetProperty("cases").EnumerateArray())
                names.Add(element.GetProperty("name").GetString()!);
        }

        return names;
    }

    [SharedTheory(CasesFile)]
    [MemberData(nameof(CaseNames))]
    public void TheCasesOfHuggingFaceAreDecidedAlike(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(SharedCases.Find(CasesFile)!));
        JsonElement @case =
            document.RootElement.GetProperty("cases").EnumerateArray().Single(element => element.GetProperty("name").GetString() == name);
        byte[] bytes = Convert.FromHexString(@case.GetProperty("hex").GetString()!);
        // null means that parsers differ; a doubtful file is refused here.
        if (@case.GetProperty("accept").ValueKind != JsonValueKind.True)
        {
            Refused(bytes);
            return;
        }

        SafetensorsFile file = SafetensorsFile.Read(bytes);
        JsonElement expect = @case.GetProperty("expect");
        Assert.Equal(expect.EnumerateObject().Count(), file.Tensors.Count);
        foreach (JsonProperty tensor in expect.EnumerateObject())
        {
            Assert.Equal(tensor.Value.GetProperty("dtype").GetString(), file[tensor.Name].Type);
            Assert.Equal(
                tensor.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()), file[tensor.Name].Shape.ToArray());
            Assert.Equal(tensor.Value.GetProperty("data_hex").GetString(), Convert.ToHexStringLower(file[tensor.Name].Data.Span));
        }
    }

    [Theory]
    [InlineData("""[]""", "The header has a StartArray at byte 8")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[6,10]}}""",
        "'b' begins at offset 6, but the tensors before it end at 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "'a' at offset 0 has 4 bytes, but F32 [2] takes 8")]
    [InlineData("""{"a":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}""", "unknown dtype 'F99'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", "'a' needs a dtype, a shape and data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", "data_offsets of two numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}""", "shape twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", "not an integer from 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-0],"data_offsets":[0,0]}}""", "not an integer from 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}""", "not an integer from 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}""", "not an integer from 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", "has a String at byte")]
    [InlineData("""{"a":{"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,4]}}""", "not an integer from 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,4]}}""", "overflows")]
    [InlineData("""{"a":{"dtype":"F4","shape":[1],"data_offsets":[0,1]}}""", "does not fill its last byte")]
    [InlineData("""{"a":1}""", "'a' has a Number")]
    [InlineData("""{"__metadata__":null}""", "__metadata__ has a Null")]
    [InlineData("""{"__metadata__":{"k":"1","k":"2"}}""", "'k' twice")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", "'__metadata__' occurs twice")]
    [InlineData("""{"a\ud800":{}}""", "not Unicode")]
    [InlineData("""{} {}""", "not JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},}""", "not JSON")]
    [InlineData("""{/**/}""", "not JSON")]
    public void BrokenHeadersAreRefusedWithAReason(string header, string reason) =>
        Assert.Contains(reason, Refused(SafetensorsTests.Raw(header, [])), StringComparison.Ordinal);

    [Fact]
    public void NamesThatDifferOnlyInTheirEscapesAreTheSame() =>
        Assert.Contains(
            "twice",
            Refused(SafetensorsTests.Raw(
                """{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\u0061":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", [])),
            StringComparison.Ordinal);

    [Fact]
    public void TruncatedFilesAreRefusedAtEveryLength()
    {
        byte[] bytes = SafetensorsTests.Bytes(SafetensorsTests.Example());
        for (int length = 0; length < bytes.Length; length++)
            Refused(bytes[..length]);
    }

    [Fact]
    public void SurplusBytesAreRefused() =>
        Assert.Contains("offset", Refused([.. SafetensorsTests.Bytes(SafetensorsTests.Example()), 0]), StringComparison.Ordinal);

    [Theory]
    [InlineData(99_999_999L)]
    [InlineData(long.MaxValue)]
    [InlineData(-1L)]
    public void AClaimedHeaderReservesNothing(long length) => ReservesNothing(BitConverter.GetBytes(length));

    [Fact]
    public void ClaimedDataReserveNothing()
    {
        long elements = 500_000_000;
        ReservesNothing(SafetensorsTests.Raw(
            $$$"""{"a":{"dtype":"F32","shape":[{{{elements}}}],"data_offsets":[0,{{{4 * elements}}}]}}""", []));
    }

    /// <summary>All ways of reading must refuse alike.</summary>
    private static string Refused(byte[] bytes)
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["a"], bytes);
        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(folder["a"]));
        using MemoryStream stream = new(bytes);
        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(stream));
        using TrickleStream trickle = new(bytes);
        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(trickle));
        return Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(bytes)).Message;
    }

    private static void ReservesNothing(byte[] bytes)
    {
        Refused(bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused(bytes);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 18);
    }
}
