using RnnGen.Numerics;

namespace RnnGen.Tests.Numerics;

public class WindowsTests
{
    private const int Rows = 2;
    private const int Vectors = 3 * Rows;

    public static TheoryData<string> Shapes => [.. Cases.Keys];

    private static readonly Dictionary<string, WindowShape> Cases = new()
    {
        ["Plain"] = new(Length: 7, Channels: 3, PositionStride: 3, Positions: 5) { Kernel = 3 },
        ["Padded"] = new(Length: 4, Channels: 17, PositionStride: 32, Positions: 3) { Kernel = 3, Stride = 2, Padding = 2 },
        ["Reflected"] = new(Length: 5, Channels: 2, PositionStride: 2, Positions: 6) { Kernel = 4, Padding = 2, Reflects = true },
        ["Dilated"] = new(Length: 9, Channels: 1, PositionStride: 1, Positions: 3) { Kernel = 3, Dilation = 3, Stride = 2, Padding = 1 },
        ["Steps"] = new(Length: 1, Channels: 21, PositionStride: 21, Positions: 1) { Steps = 3, StepDilation = 2 },
        ["GridOfSteps"] = new(Length: 2, Channels: 16, PositionStride: 16, Positions: 2) { Steps = 2 },
        ["Both"] = new(Length: 4, Channels: 2, PositionStride: 16, Positions: 4) { Steps = 2, Kernel = 3, Padding = 1 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void AWindowHasWhatItsPositionSees(string name)
    {
        WindowShape shape = Cases[name];
        int stride = shape.Length * shape.PositionStride, past = shape.Past * Rows;
        double[] x = [.. Enumerable.Range(1, (past + Vectors) * stride).Select(i => (double)i)];
        double[] windows = [.. Enumerable.Repeat(-1.0, Vectors * shape.Positions * shape.Padded)];
        Windows.Gather(shape, Rows, Vectors, ref x[past * stride], stride, ref windows[0]);
        for (int i = 0; i < windows.Length; i++)
        {
            int place = i % shape.Padded;
            Assert.Equal(Seen(shape, i, stride, past) is { } seen ? seen < 0 ? 0 : x[seen] : -1, windows[i]);
            Assert.True(place < shape.Steps * shape.Kernel * shape.Channels || windows[i] == -1);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void GradientsGoBackToWhereNumbersCameFrom(string name)
    {
        WindowShape shape = Cases[name];
        int stride = shape.Length * shape.PositionStride, past = shape.Past * Rows;
        double[] dwindows = [.. Enumerable.Range(1, Vectors * shape.Positions * shape.Padded).Select(i => (double)i)];
        double[] dx = [.. Enumerable.Repeat(0.5, (past + Vectors) * stride)], expected = [.. dx];
        if (shape.Steps == 1)
        {
            double[] alone = [.. dx], zeros = new double[dx.Length];
            Windows.GatherGradient<Double256, double>(shape, Rows, Vectors, ref dwindows[0], ref alone[0], stride, accumulate: false);
            Add(zeros);
            Assert.Equal(zeros, alone);
        }

        Windows.GatherGradient<Double256, double>(shape, Rows, Vectors, ref dwindows[0], ref dx[past * stride], stride, accumulate: true);
        Add(expected);
        Assert.Equal(expected, dx);

        void Add(double[] sums)
        {
            for (int i = 0; i < dwindows.Length; i++)
            {
                if (Seen(shape, i, stride, past) is >= 0 and int seen)
                    sums[seen] += dwindows[i];
            }
        }
    }

    [Fact]
    public void AllWidthsGiveTheSameBits() => EachWidth.HasTheSameBits(default(AllGradients));

    [Fact]
    public void PastsGoInAndOut()
    {
        double[] state = [1, 2, 3, 4, 5, 6], vectors = new double[3 * Rows * 2], again = new double[6];
        Windows.LoadPast(ref state[0], ref vectors[0], 3, Rows, 1, 2);
        Assert.Equal([0, 0, 1, 2, 0, 0, 3, 4, 0, 0, 5, 6], vectors);
        Windows.StorePast(ref vectors[0], ref again[0], 3, Rows, 1, 2);
        Assert.Equal(state, again);
    }

    /// <summary>The place that a number of the windows was copied from; negative for a place beyond the grid, null for padding.</summary>
    private static int? Seen(WindowShape shape, int index, int stride, int past)
    {
        int place = index % shape.Padded, position = index / shape.Padded % shape.Positions;
        int vector = index / shape.Padded / shape.Positions;
        if (place >= shape.Steps * shape.Kernel * shape.Channels)
            return null;
        int channel = place % shape.Channels, tap = place / shape.Channels % shape.Kernel;
        int step = place / shape.Channels / shape.Kernel;
        int at = (position * shape.Stride) + (tap * shape.Dilation) - shape.Padding;
        if (shape.Reflects)
            at = at < 0 ? -at : at >= shape.Length ? (2 * shape.Length) - 2 - at : at;
        if (at < 0 || at >= shape.Length)
            return -1;
        int from = vector + past - ((shape.Steps - 1 - step) * shape.StepDilation * Rows);
        return (from * stride) + (at * shape.PositionStride) + channel;
    }

    private struct AllGradients : ILaneProgram
    {
        public readonly T[] Run<V, T>()
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            List<T> all = [];
            foreach (WindowShape shape in Cases.Values)
            {
                int stride = shape.Length * shape.PositionStride, past = shape.Past * Rows;
                T[] windows = Numbers<T>(Vectors * shape.Positions * shape.Padded), dx = Numbers<T>((past + Vectors) * stride);
                Windows.GatherGradient<V, T>(shape, Rows, Vectors, ref windows[0], ref dx[past * stride], stride, accumulate: true);
                all.AddRange(dx);
            }

            return [.. all];
        }
    }

    private static T[] Numbers<T>(int count) where T : unmanaged =>
        [.. Enumerable.Range(0, count).Select(i => Element.FromDouble<T>(Math.Sin(i * 0.7)))];
}
