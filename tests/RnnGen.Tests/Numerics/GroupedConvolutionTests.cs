using RnnGen.Numerics;

namespace RnnGen.Tests.Numerics;

public class GroupedConvolutionTests
{
    private const int Rows = 2;
    private const int Vectors = 3 * Rows;

    private static readonly GroupedConvolution.Shape[] Shapes =
    [
        // Depthwise: whole blocks, ragged ones, over time, and over both axes.
        new(new(Length: 5, Channels: 32, PositionStride: 32, Positions: 5) { Kernel = 3, Padding = 1 }, Groups: 32, Outputs: 32),
        new(new(Length: 4, Channels: 19, PositionStride: 19, Positions: 3) { Kernel = 3, Stride = 2, Padding = 2 }, 19, 19),
        new(new(Length: 1, Channels: 21, PositionStride: 21, Positions: 1) { Steps = 3, StepDilation = 2 }, 21, 21),
        new(new(Length: 4, Channels: 3, PositionStride: 16, Positions: 4) { Steps = 2, Kernel = 3, Padding = 1, Reflects = true }, 3, 3),
        // Blocks of outputs within a group, and groups within a block.
        new(new(Length: 3, Channels: 4, PositionStride: 4, Positions: 2) { Kernel = 2 }, Groups: 2, Outputs: 64),
        new(new(Length: 3, Channels: 6, PositionStride: 16, Positions: 3) { Kernel = 2, Padding = 1, Dilation = 2 }, 3, 21),
        new(new(Length: 1, Channels: 12, PositionStride: 12, Positions: 1) { Steps = 2 }, 4, 4),
    ];

    [Fact]
    public void AllWidthsGiveTheSameBits() => EachWidth.HasTheSameBits(default(All));

    [Fact]
    public void GradientsAreTransposes()
    {
        // ⟨dy, W ∗ x⟩ is linear in each: its derivatives in x and in W give it back.
        foreach (GroupedConvolution.Shape shape in Shapes)
        {
            var run = Run<Double256, double>(shape, accumulate: false);
            double product = Dot(run.Dy, run.Y), bias = Dot(run.Db, run.Bias);
            Assert.Equal(product, Dot(run.Dw, run.Weights) + bias, 1e-12 * Math.Abs(product));
            Assert.Equal(product, Dot(run.Dx, run.X) + bias, 1e-12 * Math.Abs(product));
        }
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static (T[] X, T[] Weights, T[] Bias, T[] Y, T[] Dy, T[] Dx, T[] Dw, T[] Db) Run<V, T>(
        GroupedConvolution.Shape shape, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        WindowShape window = shape.Window;
        int stride = window.Length * window.PositionStride, past = window.Past * Rows, padded = (shape.Outputs + 15) / 16 * 16;
        int depth = window.Steps * window.Kernel * (window.Channels / shape.Groups);
        T[] x = Numbers<T>((past + Vectors) * stride), weights = Numbers<T>(padded * depth), bias = Numbers<T>(padded);
        T[] y = new T[Vectors * window.Positions * padded], dy = Numbers<T>(y.Length);
        // Behind the last output there is nothing.
        for (int i = 0; i < dy.Length; i++)
        {
            if (i % padded >= shape.Outputs)
                dy[i] = default;
        }

        // Padding of a position is no channel.
        for (int i = 0; i < x.Length; i++)
        {
            if (i % window.PositionStride >= window.Channels)
                x[i] = default;
        }

        T[] dx = accumulate ? Numbers<T>(x.Length) : new T[x.Length];
        T[] dw = accumulate ? Numbers<T>(weights.Length) : new T[weights.Length], db = accumulate ? Numbers<T>(padded) : new T[padded];
        GroupedConvolution.Forward<V, T>(shape, Rows, Vectors, ref x[past * stride], stride, ref weights[0], ref bias[0], ref y[0]);
        // Windows of several steps always add.
        GroupedConvolution.Transposed<V, T>(
            shape, Rows, Vectors, ref dy[0], ref weights[0], ref dx[past * stride], stride, accumulate || window.Steps > 1);
        GroupedConvolution.Gradients<V, T>(
            shape, Rows, Vectors, ref x[past * stride], stride, ref dy[0], ref dw[0], ref db[0], accumulate);
        return (x, weights, bias, y, dy, dx, dw, db);
    }

    private static T[] Numbers<T>(int count) where T : unmanaged =>
        [.. Enumerable.Range(0, count).Select(i => Element.FromDouble<T>(Math.Sin(i * 0.7)))];

    private struct All : ILaneProgram
    {
        public readonly T[] Run<V, T>()
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            List<T> all = [];
            foreach (GroupedConvolution.Shape shape in Shapes)
            {
                foreach (bool accumulate in new[] { false, true })
                {
                    var run = GroupedConvolutionTests.Run<V, T>(shape, accumulate);
                    all.AddRange([.. run.Y, .. run.Dx, .. run.Dw, .. run.Db]);
                }
            }

            return [.. all];
        }
    }
}
