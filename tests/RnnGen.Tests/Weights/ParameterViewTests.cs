using RnnGen.Generated;
using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests;

public class ParameterViewTests
{
    [Theory]
    // row = 33 gate + unit; address = 240 (unit / 16) + 48 column + 16 gate + unit % 16
    [InlineData(0, 0, 0)]
    [InlineData(0, 1, 48)]
    [InlineData(1, 0, 1)]
    [InlineData(15, 4, 207)]
    [InlineData(16, 0, 240)]
    [InlineData(32, 4, 672)]
    [InlineData(33, 0, 16)]
    [InlineData(50, 2, 353)]
    [InlineData(66, 0, 32)]
    [InlineData(98, 4, 704)]
    public void MatrixElementsAreWhereThePanelsHaveThem(int row, int column, int address)
    {
        var (set, buffer) = ExampleTable.Create<float>();
        set["rnn.weight_ih_l0"][row, column] = 2.5f;
        Assert.Equal(2.5f, buffer.Span[address]);
        Assert.Equal(2.5f, set["rnn.weight_ih_l0"][row, column]);
        Assert.Single(buffer.Span.ToArray(), value => value != 0);
    }

    [Theory]
    [InlineData("rnn.bias_ih_l0", 0, 720)]
    [InlineData("rnn.bias_ih_l0", 32, 848)]
    [InlineData("rnn.bias_ih_l0", 33 + 17, 801)]
    [InlineData("rnn.bias_ih_l0", 98, 880)]
    [InlineData("rnn.bias_hh_l0", 66, 768)]
    [InlineData("rnn.bias_hh_l0", 98, 896)]
    public void VectorElementsAreWhereThePanelsHaveThem(string name, int row, int address)
    {
        var (set, buffer) = ExampleTable.Create<double>();
        set[name][row] = -3;
        Assert.Equal(-3, buffer.Span[address]);
        Assert.Equal(-3, set[name][row]);
        Assert.Single(buffer.Span.ToArray(), value => value != 0);
    }

    [Fact]
    public void CopiesAreRowMajorAndLeavePaddingAlone()
    {
        var (set, buffer) = ExampleTable.Create<float>();
        ParameterView<float> weight = set["rnn.weight_ih_l0"];
        float[] values = [.. Enumerable.Range(1, weight.Count).Select(i => (float)i)];
        weight.CopyFrom(values);
        Assert.Equal(values.Length, buffer.Span.ToArray().Count(value => value != 0));
        Assert.Equal((50 * 5) + 2 + 1, weight[50, 2]);
        float[] back = new float[weight.Count];
        weight.CopyTo(back);
        Assert.Equal(values, back);
    }

    [Fact]
    public void ShapesAreThoseOfPyTorch()
    {
        var (set, _) = ExampleTable.Create<float>();
        Assert.Equal([99, 5], set[0].Shape);
        Assert.Equal([99], set[1].Shape);
        Assert.Equal((99, 5, 495), (set[0].Rows, set[0].Columns, set[0].Count));
        Assert.Equal((99, 0, 99), (set[1].Rows, set[1].Columns, set[1].Count));
        Assert.Equal(["rnn.weight_ih_l0", "rnn.bias_ih_l0", "rnn.bias_hh_l0"], set.Select(view => view.Name));
        Assert.Equal(495 + 99 + 33, set.ParameterCount);
    }

    [Fact]
    public void RowsWithoutAParameterReadAsZeroAndCannotBeSet()
    {
        var (set, buffer) = ExampleTable.Create<float>();
        buffer.Span.Fill(1);
        ParameterView<float> bias = set["rnn.bias_hh_l0"];
        Assert.Equal(0, bias[65]);
        Assert.Equal(1, bias[66]);
        float[] values = new float[99];
        values.AsSpan().Fill(7);
        bias.CopyTo(values);
        Assert.All(values[..66], value => Assert.Equal(0, value));
        Assert.All(values[66..], value => Assert.Equal(1, value));
        var exception = Assert.Throws<InvalidOperationException>(() => Set(bias, 65, 1));
        Assert.Contains("Row 65 of rnn.bias_hh_l0", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RowsWithoutAParameterAreAddedToThoseThatStandForThem()
    {
        var (set, _) = ExampleTable.Create<float>();
        float[] first = [.. Enumerable.Range(0, 99).Select(i => (float)i)];
        float[] second = [.. Enumerable.Range(0, 99).Select(i => 1000f + i)];
        set["rnn.bias_ih_l0"].CopyFrom(first);
        set["rnn.bias_hh_l0"].CopyFrom(second);
        for (int row = 0; row < 99; row++)
        {
            Assert.Equal(row < 66 ? 1000 + (2 * row) : row, set["rnn.bias_ih_l0"][row]);
            Assert.Equal(row < 66 ? 0 : 1000 + row, set["rnn.bias_hh_l0"][row]);
        }
    }

    [Fact]
    public void AddingZeroKeepsANegativeZero()
    {
        var (set, buffer) = ExampleTable.Create<float>();
        set["rnn.bias_ih_l0"][0] = -0f;
        set["rnn.bias_hh_l0"].CopyFrom(new float[99]);
        Assert.True(float.IsNegative(buffer.Span[720]));
    }

    [Theory]
    [InlineData(98, "98")]
    [InlineData(100, "100")]
    public void ASpanOfAnotherLengthIsRefused(int length, string actual)
    {
        var (set, _) = ExampleTable.Create<float>();
        var into = Assert.Throws<ArgumentException>(() => set[1].CopyFrom(new float[length]));
        var outOf = Assert.Throws<ArgumentException>(() => set[1].CopyTo(new float[length]));
        foreach (string message in new[] { into.Message, outOf.Message })
        {
            Assert.Contains("[99], 99 values", message, StringComparison.Ordinal);
            Assert.Contains(actual, message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void AValueThatIsNotFiniteIsRefusedAndChangesNothing(float value, string text)
    {
        var (set, buffer) = ExampleTable.Create<float>();
        ExampleTable.Fill(set, 1);
        float[] before = buffer.Span.ToArray();
        float[] values = new float[495];
        values[(97 * 5) + 3] = value;
        var exception = Assert.Throws<ArgumentException>(() => set[0].CopyFrom(values));
        Assert.Contains($"[97, 3] is {text}", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Set(set[1], 0, value));
        Assert.Equal(before, buffer.Span.ToArray());
    }

    [Fact]
    public void AFoldThatOverflowsIsRefusedAndChangesNothing()
    {
        var (set, buffer) = ExampleTable.Create<float>();
        set[1][65] = 3e38f;
        float[] before = buffer.Span.ToArray();
        float[] values = new float[99];
        values.AsSpan().Fill(3e38f);
        Assert.Contains("overflows", Assert.Throws<ArgumentException>(() => set[2].CopyFrom(values)).Message, StringComparison.Ordinal);
        Assert.Equal(before, buffer.Span.ToArray());
    }

    [Fact]
    public void ARowNothingStandsForMustBeZero()
    {
        AlignedBuffer<float> buffer = new(16);
        ParameterSet<float> set = new([new("gain", 4, 0, [new(0, 2, 0, 16, 16, 1)], [])], buffer);
        set[0].CopyFrom([1, 2, 0, 0]);
        var exception = Assert.Throws<ArgumentException>(() => set[0].CopyFrom([3, 4, 0, 5]));
        Assert.Contains("row 3", exception.Message, StringComparison.Ordinal);
        Assert.Equal(1, set[0][0]);
    }

    [Fact]
    public void IndicesOutsideTheShapeAreRefused()
    {
        var (set, _) = ExampleTable.Create<float>();
        Assert.Throws<ArgumentOutOfRangeException>(() => set[0][99, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => set[0][-1, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => set[0][0, 5]);
        Assert.Throws<ArgumentOutOfRangeException>(() => set[1][99]);
        Assert.Throws<InvalidOperationException>(() => set[0][0]);
        Assert.Throws<InvalidOperationException>(() => set[1][0, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => set[3]);
        Assert.Throws<ArgumentOutOfRangeException>(() => set[-1]);
    }

    [Fact]
    public void WhatIsSetOutsideTheShapeIsRefusedAndSaysTheRange()
    {
        var (set, buffer) = ExampleTable.Create<float>();
        Says<ArgumentOutOfRangeException>("rnn.weight_ih_l0 has the rows 0 to 98.", () => set[0][99, 0] = 1);
        Says<ArgumentOutOfRangeException>("rnn.weight_ih_l0 has the columns 0 to 4.", () => set[0][0, 5] = 1);
        Says<ArgumentOutOfRangeException>("rnn.weight_ih_l0 has the columns 0 to 4.", () => set[0][0, -1] = 1);
        Says<ArgumentOutOfRangeException>("rnn.bias_ih_l0 has the rows 0 to 98.", () => set[1][-1] = 1);
        Says<InvalidOperationException>("has the shape [99, 5]: its elements are reached by [row, column].", () => set[0][0] = 1);
        Says<InvalidOperationException>("has the shape [99]: its elements are reached by [row].", () => set[1][0, 0] = 1);
        Says<ArgumentException>("but rnn.weight_ih_l0[97, 3] was given NaN.", () => set[0][97, 3] = float.NaN);
        Says<ArgumentException>("but rnn.bias_ih_l0[97] was given Infinity.", () => set[1][97] = float.PositiveInfinity);
        Assert.All(buffer.Span.ToArray(), value => Assert.Equal(0, value));

        static void Says<T>(string message, Action action) where T : Exception =>
            Assert.Contains(message, Assert.Throws<T>(action).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARowOfAMatrixWithoutParametersMustBeZeroToo()
    {
        ParameterSet<float> set = new([new("w", 3, 2, [new(0, 1, 0, 1, 0, 1), new(2, 1, 2, 1, 0, 1)], [])], new(16));
        set[0].CopyFrom([1, 2, 0, 0, 3, 4]);
        Assert.Equal([1f, 2, 0, 0, 3, 4], ParameterValues.Values(set[0]));
        Assert.Contains(
            "has no parameter in row 1, which must be 0, but [1, 1] is 5",
            Assert.Throws<ArgumentException>(() => set[0].CopyFrom([1, 2, 0, 5, 3, 4])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AValueThatIsNotFiniteIsCalledThatEvenWhereItWouldBeAdded()
    {
        var (set, _) = ExampleTable.Create<float>();
        float[] values = new float[99];
        values[3] = float.PositiveInfinity;
        Assert.Contains(
            "rnn.bias_hh_l0 is not finite: [3] is Infinity", Assert.Throws<ArgumentException>(() => set[2].CopyFrom(values)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AnUnknownNameIsAnsweredWithTheKnownOnes()
    {
        var (set, _) = ExampleTable.Create<float>();
        var exception = Assert.Throws<KeyNotFoundException>(() => set["rnn.weight_hh_l0"]);
        Assert.Contains("rnn.weight_ih_l0, rnn.bias_ih_l0, rnn.bias_hh_l0", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATableThatDoesNotFitTheBufferIsRefused()
    {
        ParameterInfo[] table = ExampleTable.Create();
        Assert.Throws<ArgumentException>(() => new ParameterSet<float>(table, new(ExampleTable.BiasOffset)));
        Assert.Throws<ArgumentException>(() => new ParameterSet<float>([table[0], table[0]], new(ExampleTable.Length)));
        ParameterInfo beyond = new("w", 4, 0, [new(2, 3, 0, 16, 16, 1)], []);
        Assert.Throws<ArgumentException>(() => new ParameterSet<float>([beyond], new(64)));
    }

    private static void Set(ParameterView<float> view, int row, float value) => view[row] = value;
}
