using RnnGen.Generated;
using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests;

/// <summary>The places of parameters that a table gives, and those that it must not give.</summary>
public class ParameterTableTests
{
    [Theory]
    // 3 blocks of 2 rows: the last, with one row, reaches 16, to which 2 columns of 2 and the offset are added.
    [InlineData(5, 1, 2, 8, 2, 21)]
    // 2 blocks: a full one, and one of 2 rows that reaches 9.
    [InlineData(6, 0, 4, 8, 2, 13)]
    // Blocks that overlap: the full one before the last reaches further.
    [InlineData(5, 1, 4, 1, 2, 8)]
    [InlineData(9, 0, 4, 2, 2, 9)]
    // A block that is not full.
    [InlineData(2, 0, 16, 0, 2, 5)]
    [InlineData(1, 3, 1, 0, 0, 3)]
    public void ASliceFitsABufferThatEndsBehindItsLastElement(int rows, int offset, int lanes, int blockStride, int depthStride, int last)
    {
        ParameterInfo info = new("w", rows, 3, [new(0, rows, offset, lanes, blockStride, depthStride)], []);
        ParameterSet<float> set = new([info], new(last + 1));
        Assert.Equal(
            last,
            Enumerable.Range(0, rows).Max(row => Enumerable.Range(0, 3).Max(column => info.Slices[0].IndexOf(row, column))));
        Assert.Equal(3 * rows, set.ParameterCount);
        var exception = Assert.Throws<ArgumentException>(() => new ParameterSet<float>([info], new(last)));
        Assert.Contains($"does not fit w in a buffer of {last} elements.", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, 2, 0, 1, 1, 1)]
    [InlineData(0, 0, 0, 1, 1, 1)]
    [InlineData(0, -1, 0, 1, 1, 1)]
    [InlineData(3, 2, 0, 1, 1, 1)]
    [InlineData(0, 5, 0, 1, 1, 1)]
    [InlineData(0, 2, -1, 1, 1, 1)]
    [InlineData(0, 2, 0, 0, 1, 1)]
    [InlineData(0, 2, 0, -1, 1, 1)]
    [InlineData(0, 2, 9, 1, -1, 1)]
    [InlineData(0, 2, 9, 1, 1, -1)]
    public void ASliceOfNothingOrOfMoreThanThereIsIsRefused(
        int firstRow, int rows, int offset, int lanes, int blockStride, int depthStride)
    {
        ParameterSlice slice = new(firstRow, rows, offset, lanes, blockStride, depthStride), whole = new(0, 4, 0, 4, 0, 1);
        Assert.Throws<ArgumentException>(() => new ParameterSet<float>([new("w", 4, 2, [slice], [])], new(64)));
        // The places of rows that are added to others must be there, too.
        Assert.Throws<ArgumentException>(() => new ParameterSet<float>([new("w", 4, 0, [whole], [slice])], new(64)));
    }

    [Fact]
    public void OnlyRowsOfVectorsAreAddedToOthers()
    {
        ParameterSlice slice = new(0, 4, 0, 4, 0, 4);
        Assert.Equal(0, new ParameterSet<float>([new("w", 4, 0, [], [slice])], new(64)).ParameterCount);
        Assert.Contains(
            "w is a matrix, and only rows of vectors are added to others.",
            Assert.Throws<ArgumentException>(() => new ParameterSet<float>([new("w", 4, 2, [], [slice])], new(64))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(96)]
    [InlineData(100)]
    [InlineData(150)]
    public void ADenseMatrixLiesInPanelsOfFourBlocksAndANarrowerOne(int outputs)
    {
        const int Inputs = 5, Offset = 32;
        int blocks = (outputs + 15) / 16;
        ParameterSlice[] slices = ParameterSlice.Dense(outputs, Inputs, Offset);
        Assert.Equal(blocks, slices.Length);
        Assert.Equal(outputs, slices.Sum(slice => slice.Rows));
        Assert.All(slices, slice => Assert.Equal((ParameterRole.DenseWeight, Inputs), (slice.Role, slice.FanIn)));
        for (int row = 0; row < outputs; row++)
        {
            int block = row / 16, panel = block / 4;
            int width = 16 * Math.Min(4, blocks - (4 * panel));
            ParameterSlice slice = Assert.Single(slices, slice => slice.Covers(row));
            for (int k = 0; k < Inputs; k++)
                Assert.Equal(Offset + (panel * 64 * Inputs) + (k * width) + (block % 4 * 16) + (row % 16), slice.IndexOf(row, k));
        }
    }

    [Theory]
    [InlineData(0, "rnn.weight_ih_l0[0, 0]")]
    [InlineData(353, "rnn.weight_ih_l0[50, 2]")]
    [InlineData(704, "rnn.weight_ih_l0[98, 4]")]
    [InlineData(481, null)]
    [InlineData(720, "rnn.bias_ih_l0[0]")]
    [InlineData(801, "rnn.bias_ih_l0[50]")]
    [InlineData(880, "rnn.bias_ih_l0[98]")]
    [InlineData(896, "rnn.bias_hh_l0[98]")]
    [InlineData(897, null)]
    public void APlaceOfTheBufferHasTheNameOfItsElement(int index, string? name) =>
        Assert.Equal(name, ExampleTable.Create<float>().Set.NameOf(index));

    [Fact]
    public void ACopyHasItsOwnValues()
    {
        var (set, _) = ExampleTable.Create<float>();
        ExampleTable.Fill(set, 1);
        ParameterSet<float> copy = set.Copy();
        Assert.Equal(set.SelectMany(ParameterValues.Values), copy.SelectMany(ParameterValues.Values));
        float before = copy[0][3, 2];
        set[0][3, 2] = before + 1;
        Assert.Equal(before, copy[0][3, 2]);
        Assert.Equal(set.Select(view => view.Name), copy.Select(view => view.Name));
    }

    [Fact]
    public void WhatIsTakenIsGivenToTheNextOnlyAfterwards()
    {
        Exclusive exclusive = new("One call at a time.");
        for (int i = 0; i < 2; i++)
        {
            using Exclusive.Scope call = exclusive.Enter();
            Assert.Equal("One call at a time.", Assert.Throws<InvalidOperationException>(Second).Message);
        }

        void Second()
        {
            using Exclusive.Scope call = exclusive.Enter();
        }
    }
}
