using BenchmarkDotNet.Attributes;

namespace RnnGen.Benchmarks;

/// <summary>32 symbols of the character model (65 symbols, LSTM 2 x 128): one after the other, and by beam search.</summary>
public class DecodingBenchmarks
{
    private const int Length = 32;

    private readonly int[] symbols = new int[Length];
    private readonly ISymbolModel<float, LstmTrain65x128x2.State> model = SymbolModel.Of(new LstmTrain65x128x2(1));
    private readonly Sampler sampler = new() { Seed = 1, Temperature = 0.8, TopK = 20 };
    private readonly BeamSearch<float, LstmTrain65x128x2.State> four, sixteen;

    public DecodingBenchmarks()
    {
        four = model.CreateBeamSearch(new() { Longest = Length, Width = 4 });
        sixteen = model.CreateBeamSearch(new() { Longest = Length, Width = 16 });
    }

    [Benchmark(Baseline = true)]
    public int Greedy() => Generate(Sampler.Greedy);

    [Benchmark]
    public int Sampled() => Generate(sampler);

    [Benchmark]
    public double Beam4() => Search(four);

    [Benchmark]
    public double Beam16() => Search(sixteen);

    private int Generate(Sampler how)
    {
        LstmTrain65x128x2.State state = default;
        return model.Generate(1, ref state, how, symbols).Count;
    }

    private double Search(BeamSearch<float, LstmTrain65x128x2.State> beam)
    {
        LstmTrain65x128x2.State state = default;
        return beam.Search(model, 1, state).Score;
    }
}
