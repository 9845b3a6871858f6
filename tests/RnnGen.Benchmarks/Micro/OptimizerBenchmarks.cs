using BenchmarkDotNet.Attributes;
using RnnGen.Numerics;

namespace RnnGen.Benchmarks;

/// <summary>An update of the character model's 240,000 parameters.</summary>
public class OptimizerBenchmarks
{
    private const int Count = 240_000;

    private readonly AlignedBuffer<float> parameters = new(Count), gradients = new(Count);
    private OptimizerState<float> state = null!;
    private Optimizer optimizer = null!;

    /// <summary>Which.</summary>
    [Params("Sgd", "Momentum", "RmsProp", "Adagrad", "Adam", "AdamW")]
    public string Name { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        optimizer = Name switch
        {
            "Sgd" => new Sgd(1e-3),
            "Momentum" => new Sgd(1e-3) { Momentum = 0.9 },
            "RmsProp" => new RmsProp(1e-3),
            "Adagrad" => new Adagrad(1e-3),
            "Adam" => new Adam(1e-3),
            "AdamW" => new AdamW(1e-3),
            _ => throw new InvalidOperationException($"There is no optimiser {Name}."),
        };
        state = optimizer.CreateState<float>(Count);
        gradients.Span.Fill(1e-3f);
    }

    [Benchmark]
    public void Update() => optimizer.Update(state, parameters, gradients, optimizer.LearningRate);
}
