using BenchmarkDotNet.Attributes;
using RnnGen.Numerics;

namespace RnnGen.Benchmarks;

/// <summary>
/// The products of a layer of k units with itself: a step's, all steps', and the two gradients. 2 · rows · k · 16 · blocks · columns
/// operations each.
/// </summary>
public class ProductBenchmarks
{
    private Panels.Shape shape;
    private AlignedBuffer<float> a = new(0), matrix = new(0), transposed = new(0), slots = new(0), bias = new(0);

    /// <summary>Rows of the batch.</summary>
    [Params(1, 6, 32)]
    public int Rows { get; set; }

    /// <summary>k: units, in blocks of 16.</summary>
    [Params(32, 128, 256)]
    public int Units { get; set; }

    /// <summary>4 as in an LSTM, 3 as in a GRU.</summary>
    [Params(4, 3)]
    public int Columns { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        int blocks = Units / Panels.Lanes, run = Columns * Panels.Lanes;
        shape = new(Units, blocks, Columns, run, blocks * run);
        a = Ones(Rows * Units);
        matrix = Ones(Units * blocks * run);
        transposed = Ones(Units * blocks * run);
        slots = Ones(Rows * blocks * run);
        bias = Ones(blocks * run);
    }

    [Benchmark]
    public void Project() =>
        Panels.Project<Float512, float>(
            shape, Rows, ref a.Start, Units, ref matrix.Start, ref bias.Start, Columns * Panels.Lanes, ref slots.Start);

    [Benchmark]
    public void Transposed() =>
        Panels.Transposed<Float512, float>(shape, Rows, ref slots.Start, ref transposed.Start, ref a.Start, Units, accumulate: false);

    [Benchmark]
    public void Gradients() =>
        Panels.Gradients<Float512, float>(
            Rows, ref slots.Start, accumulate: true,
            [Panels.Factor(shape, 0, ref a.Start, Units, ref matrix.Start), Panels.Bias(shape, 0, ref bias.Start, Columns * Panels.Lanes)]);

    private static AlignedBuffer<float> Ones(int length)
    {
        // Small: gradients are sums that go on from run to run.
        AlignedBuffer<float> buffer = new(length);
        buffer.Span.Fill(1e-3f);
        return buffer;
    }
}
