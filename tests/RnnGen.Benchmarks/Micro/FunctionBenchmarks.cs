using BenchmarkDotNet.Attributes;
using RnnGen.Numerics;

namespace RnnGen.Benchmarks;

/// <summary>The functions of the equations over 4,096 numbers that lie in the first-level cache, at each width.</summary>
[GenericTypeArguments(typeof(Float512))]
[GenericTypeArguments(typeof(Float256))]
[GenericTypeArguments(typeof(Float128))]
public class FunctionBenchmarks<V>
    where V : struct, ILanes<V, float>
{
    private const int Count = 4096;

    private readonly AlignedBuffer<float> x = new(Count), y = new(Count);

    [GlobalSetup]
    public void Setup()
    {
        for (int i = 0; i < Count; i++)
            x.Span[i] = ((float)i / Count * 16) - 8;
    }

    [Benchmark]
    public void Tanh()
    {
        for (nint i = 0; i < Count; i += V.Count)
            Functions.Tanh<V, float>(V.Load(ref x.Start, i)).Store(ref y.Start, i);
    }

    [Benchmark]
    public void Sigmoid()
    {
        for (nint i = 0; i < Count; i += V.Count)
            Functions.Sigmoid<V, float>(V.Load(ref x.Start, i)).Store(ref y.Start, i);
    }

    [Benchmark]
    public void Exp()
    {
        for (nint i = 0; i < Count; i += V.Count)
            Functions.Exp<V, float>(V.Load(ref x.Start, i)).Store(ref y.Start, i);
    }
}
