using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests.Numerics;

public class TimePoolingTests
{
    private const int Steps = 6, Rows = 4, Stride = 32, ScoreStride = 16;

    public static TheoryData<string, bool> Kinds => new()
    {
        { "last", true }, { "last", false }, { "mean", true }, { "mean", false }, { "attention", true }, { "attention", false },
    };

    [Fact]
    public void AllWidthsGiveTheSameBits() => EachWidth.HasTheSameBits(default(AllPools));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void PooledValuesAreWhatTheirDefinitionsSay(string kind, bool lengths)
    {
        PoolCase<double> doubles = new(lengths);
        PoolCase<float> floats = new(lengths);
        doubles.Forward<Double256>(kind);
        floats.Forward<Float256>(kind);
        double[] expected = doubles.Plain(kind);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], doubles.Y[i], 1e-14);
            Assert.Equal(expected[i], floats.Y[i], 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void GradientsAreThoseOfCentralDifferences(string kind, bool lengths)
    {
        const double Step = 1e-6;
        PoolCase<double> pool = new(lengths);
        pool.Forward<Double256>(kind);
        pool.Backward<Double256>(kind, accumulate: false);
        for (int i = 0; i < pool.X.Length; i++)
            Assert.Equal(Difference(pool.X, i), pool.Dx[i], 1e-8);
        for (int i = 0; kind == "attention" && i < pool.Scores.Length; i++)
            Assert.Equal(i % ScoreStride == 0 ? Difference(pool.Scores, i) : 0, pool.DScores[i], 1e-8);

        double Difference(double[] values, int i)
        {
            double value = values[i];
            values[i] = value + Step;
            double above = Total();
            values[i] = value - Step;
            double below = Total();
            values[i] = value;
            return (above - below) / (2 * Step);
        }

        double Total()
        {
            pool.Forward<Double256>(kind);
            return pool.Y.Zip(pool.Dy, (y, dy) => y * dy).Sum();
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void GradientsCanBeAdded(string kind, bool lengths)
    {
        PoolCase<double> pool = new(lengths);
        pool.Forward<Double256>(kind);
        pool.Backward<Double256>(kind, accumulate: false);
        double[] alone = [.. pool.Dx];
        pool.Dx.AsSpan().Fill(3);
        pool.Backward<Double256>(kind, accumulate: true);
        for (int i = 0; i < alone.Length; i++)
            Assert.Equal(3 + alone[i], pool.Dx[i], 1e-14);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WhatIsBehindALengthIsNotLookedAt(string kind, bool lengths)
    {
        PoolCase<float> clean = new(lengths), damaged = new(lengths);
        for (int i = 0; i < damaged.X.Length; i++)
        {
            if (i / Stride / Rows >= damaged.Length(i / Stride % Rows))
                damaged.X[i] = damaged.Scores[i / Stride * ScoreStride] = float.NaN;
        }

        foreach (PoolCase<float> pool in new[] { clean, damaged })
        {
            pool.Dx.AsSpan().Fill(9);
            pool.Forward<Float128>(kind);
            pool.Backward<Float128>(kind, accumulate: false);
        }

        SameBits.Assert(clean.Y, damaged.Y, "y");
        SameBits.Assert(clean.Dx, damaged.Dx, "dx");
        SameBits.Assert(clean.DScores, damaged.DScores, "dscores");
        Assert.All(damaged.Dx, value => Assert.True(float.IsFinite(value)));
        for (int i = 0; i < damaged.Y.Length; i++)
            Assert.True(damaged.Length(i / Stride) > 0 ? damaged.Y[i] != 0 : damaged.Y[i] == 0);
    }

    [Fact]
    public void AttentionWeightsOfARowHaveTheSum1EvenForEnormousScores()
    {
        PoolCase<float> pool = new(lengths: true);
        for (int i = 0; i < pool.Scores.Length; i++)
            pool.Scores[i] *= 1e4f;
        pool.Forward<Float256>("attention");
        for (int row = 0; row < Rows; row++)
            Assert.Equal(pool.Length(row) == 0 ? 0 : 1, Enumerable.Range(0, Steps).Sum(t => pool.A[(t * Rows) + row]), 1e-6f);
    }

    [Fact]
    public void ARepeatedVectorIsThereAtEveryStepAndItsGradientIsTheirSum()
    {
        PoolCase<double> pool = new(lengths: false);
        double[] repeated = new double[Steps * Rows * Stride], dx = [.. Enumerable.Repeat(5.0, Rows * Stride)], sum = [.. dx];
        TimePooling.Repeat(Steps, Rows, ref pool.Dy[0], ref repeated[0], Stride);
        for (int i = 0; i < repeated.Length; i++)
            Assert.Equal(pool.Dy[i % (Rows * Stride)], repeated[i]);
        TimePooling.RepeatGradient<Double256, double>(Steps, Rows, ref pool.X[0], ref dx[0], Stride, accumulate: false);
        TimePooling.RepeatGradient<Double256, double>(Steps, Rows, ref pool.X[0], ref sum[0], Stride, accumulate: true);
        for (int i = 0; i < dx.Length; i++)
        {
            double expected = Enumerable.Range(0, Steps).Sum(t => pool.X[(t * Rows * Stride) + i]);
            Assert.Equal(expected, dx[i], 1e-14);
            Assert.Equal(5 + expected, sum[i], 1e-14);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void NothingIsAllocated(string kind, bool lengths)
    {
        PoolCase<float> pool = new(lengths);
        Allocations.AssertNone(() =>
        {
            pool.Forward<Float256>(kind);
            pool.Backward<Float256>(kind, accumulate: true);
        });
    }

    private sealed class PoolCase<T> where T : unmanaged
    {
        private readonly int[] lengths;

        public PoolCase(bool lengths)
        {
            this.lengths = lengths ? [4, 0, Steps, 1] : [];
            Random random = new(5);
            X = Numbers(Steps * Rows * Stride);
            Scores = Numbers(Steps * Rows * ScoreStride);
            Dy = Numbers(Rows * Stride);

            T[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => Element.FromDouble<T>((random.NextDouble() - 0.5) * 3))];
        }

        public T[] X { get; }

        public T[] Scores { get; }

        public T[] Dy { get; }

        public T[] Y { get; } = new T[Rows * Stride];

        public T[] A { get; } = new T[Steps * Rows];

        public T[] Dx { get; } = new T[Steps * Rows * Stride];

        public T[] DScores { get; } = new T[Steps * Rows * ScoreStride];

        public int Length(int row) => lengths.Length == 0 ? Steps : lengths[row];

        public void Forward<V>(string kind) where V : struct, ILanes<V, T>
        {
            if (kind == "last")
                TimePooling.Last(lengths, Steps, Rows, ref X[0], ref Y[0], Stride);
            else if (kind == "mean")
                TimePooling.Mean<V, T>(lengths, Steps, Rows, ref X[0], ref Y[0], Stride);
            else
                TimePooling.Attention<V, T>(lengths, Steps, Rows, ref Scores[0], ScoreStride, ref A[0], ref X[0], ref Y[0], Stride);
        }

        public void Backward<V>(string kind, bool accumulate) where V : struct, ILanes<V, T>
        {
            if (kind == "last")
                TimePooling.LastGradient<V, T>(lengths, Steps, Rows, ref Dy[0], ref Dx[0], Stride, accumulate);
            else if (kind == "mean")
                TimePooling.MeanGradient<V, T>(lengths, Steps, Rows, ref Dy[0], ref Dx[0], Stride, accumulate);
            else
                TimePooling.AttentionGradient<V, T>(
                    lengths, Steps, Rows, ref A[0], ref X[0], ref Y[0], ref Dy[0], ref Dx[0], Stride, accumulate, ref DScores[0],
                    ScoreStride);
        }

        /// <summary>As the definitions say, in double.</summary>
        public double[] Plain(string kind)
        {
            double[] y = new double[Rows * Stride];
            for (int row = 0; row < Rows; row++)
            {
                int length = Length(row);
                double[] powers =
                    [.. Enumerable.Range(0, length).Select(t => Math.Exp(Element.ToDouble(Scores[((t * Rows) + row) * ScoreStride])))];
                for (int t = 0; t < length; t++)
                {
                    double weight =
                        kind switch { "last" => t == length - 1 ? 1 : 0, "mean" => 1.0 / length, _ => powers[t] / powers.Sum() };
                    for (int i = 0; i < Stride; i++)
                        y[(row * Stride) + i] += weight * Element.ToDouble(X[(((t * Rows) + row) * Stride) + i]);
                }
            }

            return y;
        }
    }

    private readonly struct AllPools : ILaneProgram
    {
        public T[] Run<V, T>() where V : struct, ILanes<V, T> where T : unmanaged
        {
            List<T> results = [];
            foreach (string kind in new[] { "last", "mean", "attention" })
            {
                PoolCase<T> pool = new(lengths: true);
                pool.Forward<V>(kind);
                pool.Backward<V>(kind, accumulate: false);
                pool.Backward<V>(kind, accumulate: true);
                results.AddRange([.. pool.Y, .. pool.A, .. pool.Dx, .. pool.DScores]);
                TimePooling.RepeatGradient<V, T>(Steps, Rows, ref pool.X[0], ref pool.Y[0], Stride, accumulate: true);
                results.AddRange(pool.Y);
            }

            return [.. results];
        }
    }
}
