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
    [InlineData("""[]""", "The header has a StartArray at byte 8 instead of a StartObject")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[6,10]}}""",
        "'b' begins at offset 6, but the tensors before it end at 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "'a' at offset 0 has 4 bytes, but F32 [2] takes 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[12,16]}}""", "'a' at offset 12 has 4 bytes, but F32 [2] takes 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", "'a' begins at offset 4, behind its end at 0")]
    [InlineData("""{"a":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}""", "unknown dtype 'F99'")]
    [InlineData("""{"a":{"dtype":5,"shape":[1],"data_offsets":[0,4]}}""", "dtype of tensor 'a' has a Number at byte 22")]
    [InlineData("""{"a":{"shape":[1],"data_offsets":[0,4]}}""", "'a' needs a dtype, a shape and data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,4]}}""", "'a' needs a dtype, a shape and data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", "'a' needs a dtype, a shape and data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", "data_offsets of two numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}""", "'a' has shape twice (byte 40)")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"dtype":"F32","data_offsets":[0,4]}}""", "'a' has dtype twice (byte 40)")]
    [InlineData("""{"a":{"data_offsets":[0,4],"data_offsets":[0,4]}}""", "'a' has data_offsets twice (byte 35)")]
    [InlineData("""{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", "shape of tensor 'a' has a Number at byte 36")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", "shape of tensor 'a' has a number at byte 37 that is not")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-0],"data_offsets":[0,0]}}""", "not an integer from 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}""", "not an integer from 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}""", "not an integer from 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", "has a String at byte")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807],"data_offsets":[0,4]}}""", "overflows")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}""", "from 0 to 9223372036854775807.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,4]}}""", "not an integer from 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,4]}}""", "overflows")]
    [InlineData("""{"a":{"dtype":"F4","shape":[1],"data_offsets":[0,1]}}""", "does not fill its last byte")]
    [InlineData("""{"a":1}""", "'a' has a Number at byte 13")]
    [InlineData("""{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":1}""", "'a' occurs twice in the header (byte 61)")]
    [InlineData("""{"__metadata__":null}""", "__metadata__ has a Null")]
    [InlineData("""{"__metadata__":{"k":1}}""", "__metadata__, 'k', has a Number at byte 29")]
    [InlineData("""{"__metadata__":{"k":"1","k":"2"}}""", "'k' twice (byte 37)")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", "'__metadata__' occurs twice")]
    [InlineData("""{"a\ud800":{}}""", "has a text at byte 9 that is not Unicode")]
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

    [Fact]
    public void AHeaderThatIsNotUtf8IsRefusedEvenWhereNobodyReadsIt()
    {
        byte[] bytes = SafetensorsTests.Raw("""{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"note":"?"}}""", []);
        Assert.Single(SafetensorsFile.Read(bytes).Tensors);
        bytes[Array.IndexOf(bytes, (byte)'?')] = 0xff;
        Assert.EndsWith("The header is not UTF-8.", Refused(bytes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9, 1, "its header claims 9 bytes, but only 1 follow.")]
    [InlineData(100_000_000, 3, "its header claims 100000000 bytes, but only 3 follow.")]
    [InlineData(100_000_001, 3, "its header claims 100000001 bytes, more than the 100000000 the format allows.")]
    public void AClaimedHeaderIsSaidToBeTooLongForTheFileOrForTheFormat(long length, int follow, string reason)
    {
        byte[] bytes = [.. BitConverter.GetBytes(length), .. new byte[follow]];
        Assert.EndsWith(reason, Refused(bytes), StringComparison.Ordinal);
        using MemoryStream stream = new([1, 2, 3, .. bytes]);
        stream.Position = 3;
        Assert.EndsWith(reason, Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(stream)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EightBytesAreALengthAndSevenAreNot()
    {
        Assert.Contains("not JSON", Refused(new byte[8]), StringComparison.Ordinal);
        Assert.EndsWith("it has 7 bytes, and the length of the header alone takes 8.", Refused(new byte[7]), StringComparison.Ordinal);
    }

    /// <summary>A stream without a length can only be believed as far as an array reaches, and is given room as its bytes come.</summary>
    [Theory]
    [InlineData(0x7FFFFFC7, "the tensors should take 2147483591 bytes, but only 5000 are left.")]
    [InlineData(0x7FFFFFC8, "the tensors takes 2147483592 bytes, and more than 2147483591 are not supported.")]
    public void AStreamsClaimOfDataReservesWhatComes(long count, string reason)
    {
        byte[] bytes = SafetensorsTests.Raw(
            $$$"""{"a":{"dtype":"U8","shape":[{{{count}}}],"data_offsets":[0,{{{count}}}]}}""", new byte[5000]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        using TrickleStream stream = new(bytes, most: 1000);
        string message = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(stream)).Message;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 18);
        Assert.EndsWith(reason, message, StringComparison.Ordinal);
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
