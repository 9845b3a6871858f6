using RnnGen.Generated;
using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests;

/// <summary>A recurrent matrix on its own; <see cref="RecurrentConstraintTests"/> has what constraints make of it.</summary>
public class RecurrentMatrixTests
{
    [Fact]
    public void ElementsAreReadSetAndStoredInTheirPlaces()
    {
        double[,] values = Random(5, 3, seed: 1);
        ParameterInfo info = Info(values);
        AlignedBuffer<double> buffer = Buffer(values);
        RecurrentMatrix matrix = new();
        matrix.Load(buffer, info, info.Slices[0]);
        Assert.Equal(("w", 0, 5, 3), (matrix.Name, matrix.Gate, matrix.Rows, matrix.Columns));
        Assert.Equal(values.Cast<double>(), Elements(matrix));
        values[4, 2] = matrix[4, 2] = 0.3;
        values[1, 0] = matrix[1, 0] = -70;
        Assert.Equal(values.Cast<double>(), Elements(matrix));
        Assert.Equal(JacobiSvd.Values(values)[0], matrix.LargestSingularValue(), 1e-10);
        matrix.Store(buffer, info.Slices[0]);
        Assert.Equal(values.Cast<double>(), buffer.Span[..15].ToArray());
    }

    [Fact]
    public void PositionsOutsideAreRefused()
    {
        RecurrentMatrix matrix = Loaded(Random(5, 3, seed: 1));
        foreach (var (row, column) in ((int, int)[])[(-1, 0), (5, 0), (0, -1), (0, 3)])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => matrix[row, column]);
            Assert.Throws<ArgumentOutOfRangeException>(() => matrix[row, column] = 1);
        }
    }

    [Fact]
    public void OnlyAMatrixBeyondTheBoundIsScaled()
    {
        double[,] values = Random(6, 6, seed: 2);
        RecurrentMatrix matrix = Loaded(values);
        double largest = matrix.LargestSingularValue();
        Assert.Equal(JacobiSvd.Values(values)[0], largest, 1e-12);
        Assert.False(matrix.Limit(2 * largest));
        Assert.False(matrix.Limit(largest));
        Assert.Equal(values.Cast<double>(), Elements(matrix));
        Assert.True(matrix.Limit(largest / 2));
        Assert.Equal(largest / 2, matrix.LargestSingularValue(), 1e-12);
        Assert.Equal(values[3, 4] / 2, matrix[3, 4], 1e-12);
        foreach (double bound in new[] { 0, -1, double.NaN, double.PositiveInfinity, double.NegativeInfinity })
            Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Limit(bound));
    }

    [Fact]
    public void ASmallerMatrixHasNothingOfALargerOneBeforeIt()
    {
        RecurrentMatrix matrix = new();
        foreach (var (rows, columns) in ((int, int)[])[(40, 33), (15, 12), (7, 7), (3, 5), (20, 1)])
        {
            double[,] values = Random(rows, columns, seed: rows);
            ParameterInfo info = Info(values);
            matrix.Load(Buffer(values), info, info.Slices[0]);
            double largest = JacobiSvd.Values(values)[0];
            Assert.Equal(largest, matrix.LargestSingularValue(), 1e-12 * largest);
            matrix.MakeOrthogonal();
            double[,] orthogonal = new double[rows, columns];
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                    orthogonal[row, column] = matrix[row, column];
            }

            Assert.All(JacobiSvd.Values(orthogonal), value => Assert.Equal(1, value, 1e-12));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhatIsOrthonormalStaysWhatItIs(bool isWide)
    {
        double[,] values = new double[isWide ? 2 : 5, isWide ? 5 : 2];
        foreach (var (place, side, value) in ((int, int, double)[])[(0, 0, 0.6), (1, 0, 0.8), (0, 1, -0.8), (1, 1, 0.6)])
            values[isWide ? side : place, isWide ? place : side] = value;
        RecurrentMatrix matrix = Loaded(values);
        matrix.MakeOrthogonal();
        Assert.All(Elements(matrix).Zip(values.Cast<double>()), pair => Assert.Equal(pair.Second, pair.First, 1e-14));
    }

    [Fact]
    public void AMatrixOfZerosTakesAnyNumber()
    {
        RecurrentMatrix matrix = Loaded(new double[3, 3]);
        Assert.Equal(0, matrix.LargestSingularValue());
        matrix[1, 2] = 1e30;
        Assert.Equal(1e30, matrix[1, 2]);
        Assert.Equal(1e30, matrix.LargestSingularValue(), 1e18);
    }

    [Fact]
    public void VectorsAndOtherMatricesAreNone()
    {
        ParameterSet<float> set = new(
            [
                new("a", 2, 2, [new(0, 2, 0, 1, 2, 1)], []),
                new("u", 2, 0, [new(0, 2, 4, 2, 0, 1, ParameterRole.Recurrent)], []),
                new("b", 4, 2, [new(0, 2, 6, 1, 2, 1), new(2, 2, 10, 1, 2, 1, ParameterRole.Recurrent)], []),
            ],
            new(14));
        set[1].CopyFrom([8, 8]);
        set[2].CopyFrom([9, 0, 0, 9, 3, 0, 0, -4]);
        RecurrentStretch value = Assert.Single(SingularValues.Largest(set));
        Assert.Equal(("b", 1), (value.Name, value.Gate));
        Assert.Equal(4, value.Value, 1e-12);
    }

    private static RecurrentMatrix Loaded(double[,] values)
    {
        RecurrentMatrix matrix = new();
        ParameterInfo info = Info(values);
        matrix.Load(Buffer(values), info, info.Slices[0]);
        return matrix;
    }

    private static ParameterInfo Info(double[,] values) =>
        new("w", values.GetLength(0), values.GetLength(1), [new(0, values.GetLength(0), 0, 1, values.GetLength(1), 1)], []);

    private static AlignedBuffer<double> Buffer(double[,] values)
    {
        AlignedBuffer<double> buffer = new(values.Length);
        values.Cast<double>().ToArray().CopyTo(buffer.Span);
        return buffer;
    }

    private static double[,] Random(int rows, int columns, int seed)
    {
        Random random = new(seed);
        double[,] values = new double[rows, columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                values[row, column] = (2 * random.NextDouble()) - 1;
        }

        return values;
    }

    private static IEnumerable<double> Elements(RecurrentMatrix matrix)
    {
        for (int row = 0; row < matrix.Rows; row++)
        {
            for (int column = 0; column < matrix.Columns; column++)
                yield return matrix[row, column];
        }
    }
}
