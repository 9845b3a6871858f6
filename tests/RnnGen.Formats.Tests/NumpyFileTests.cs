namespace RnnGen.Formats.Tests;

public class NumpyFileTests
{
    private static readonly byte[] Six = TorchArchive.Bytes(1, 2, 3, 4, 5, 6);

    [Theory]
    [InlineData("(2, 3)", "[2, 3]")]
    [InlineData("(6,)", "[6]")]
    [InlineData("(1L, 6L)", "[1, 6]")]
    public void AnArrayIsReadRowByRow(string shape, string expected)
    {
        foreach (int version in (int[])[1, 2, 3])
        {
            SafetensorsFile file = TensorFile.Read(NumpyBytes.Array("<f4", shape, Six, version: version));
            Assert.Equal([$"array F32 {expected}"], file.Lines());
            Assert.Equal([1, 2, 3, 4, 5, 6], file["array"].Values());
        }
    }

    [Fact]
    public void FortransOrderBecomesRowByRow()
    {
        SafetensorsTensor matrix = NumpyFile.ReadArray(NumpyBytes.Array("<f4", "(2, 3)", Six, "True"), "w");
        Assert.Equal([1, 3, 5, 2, 4, 6], matrix.Values());
        byte[] eight = TorchArchive.Bytes(0, 1, 2, 3, 4, 5, 6, 7);
        // Element [i, j, k] is the one numbered i + 2 j + 4 k.
        Assert.Equal([0, 4, 2, 6, 1, 5, 3, 7], NumpyFile.ReadArray(NumpyBytes.Array("<f4", "(2, 2, 2)", eight, "True"), "w").Values());
    }

    [Fact]
    public void TypesAndOrdersOfBytesAreKnown()
    {
        Assert.Equal([-2.5], NumpyFile.ReadArray(NumpyBytes.Array(">f8", "()", [0xC0, 4, 0, 0, 0, 0, 0, 0]), "x").Values());
        Assert.Equal([1.5], NumpyFile.ReadArray(NumpyBytes.Array("<f2", "()", [0x00, 0x3E]), "x").Values());
        SafetensorsTensor symbols = NumpyFile.ReadArray(NumpyBytes.Array(">i4", "(2,)", [0, 0, 1, 2, 255, 255, 255, 255]), "x");
        Assert.Equal(("I32", "02010000FFFFFFFF"), (symbols.Type, Convert.ToHexString(symbols.Data.Span)));
        Assert.Equal("BOOL", NumpyFile.ReadArray(NumpyBytes.Array("|b1", "(1,)", [1]), "x").Type);
        Assert.Equal("U8", NumpyFile.ReadArray(NumpyBytes.Array("|u1", "(1,)", [1]), "x").Type);
        Assert.Equal(0, NumpyFile.ReadArray(NumpyBytes.Array("<f4", "(0, 3)", []), "x").Count);
    }

    [Fact]
    public void AnArchivesArraysKeepTheirNamesAndTextsAreLeftOut()
    {
        SafetensorsFile file = TensorFile.Read(NumpyBytes.Archive(
            ("enc/w.npy", NumpyBytes.Array("<f4", "(6,)", Six)), ("words.npy", NumpyBytes.Array("<U2", "(1,)", new byte[8])),
            ("objects.npy", NumpyBytes.Array("|O", "(1,)", [0x80, 2, (byte)'.']))));
        Assert.Equal(["enc/w F32 [6]"], file.Lines());
        Assert.Equal("not read: elements of type '<U2'", file.Metadata["words"]);
        Assert.Equal("not read: elements of type '|O'", file.Metadata["objects"]);
    }

    [Theory]
    [InlineData("<f4", "(2, 2)", "it has 24 bytes of elements, but F32 [2, 2] takes 16")]
    [InlineData("<f4", "(2147483647, 2147483647, 4)", "its shape is beyond what an array can have")]
    [InlineData("<f4", "(-1,)", "something that is no size")]
    [InlineData("<f4", "(2147483648,)", "something that is no size")]
    [InlineData("<f4", "6", "where ( belongs")]
    [InlineData("|O", "(6,)", "elements of type '|O'")]
    [InlineData("<c8", "(3,)", "elements of type '<c8'")]
    public void WhatIsWrongIsSaid(string type, string shape, string reason) => Assert.Contains(
        reason, Tensors.Refusal(() => NumpyFile.ReadArray(NumpyBytes.Array(type, shape, Six), "w")), StringComparison.Ordinal);

    [Fact]
    public void AHeaderBeyondTheFileAndAnArchiveThatExpandsAreRefused()
    {
        byte[] file = NumpyBytes.Array("<f4", "(6,)", Six);
        Assert.Contains("header is longer than the file", Tensors.Refusal(() => NumpyFile.Read(file[..40])), StringComparison.Ordinal);
        Assert.Contains(
            "its version is 9", Tensors.Refusal(() => NumpyFile.Read([.. file[..6], 9, .. file[7..]])), StringComparison.Ordinal);
        byte[] bomb = NumpyBytes.Archive(("zeros.npy", NumpyBytes.Array("<f4", "(25000000,)", new byte[100_000_000])));
        Assert.InRange(bomb.Length, 0, 500_000);
        Assert.Contains("claims 100000128 bytes, more than the", Tensors.Refusal(() => NumpyFile.Read(bomb)), StringComparison.Ordinal);
    }
}
