using System.Globalization;
using RnnGen.Generator.Reading;
using RnnGen.Generator.Scheduling;

namespace RnnGen.Generator.Writing;

/// <summary>A model in two lines, for the head of what is generated.</summary>
internal static class Summary
{
    /// <summary>one-hot 96 → Lstm 128 → Lstm 128 → dense 96 → softmax.</summary>
    public static string Of(ModelLayout model)
    {
        var source = model.Declaration.Source;
        var parts = new List<string>
        {
            source.Kind switch
            {
                SourceKind.OneHot => $"one-hot {source.Symbols}",
                SourceKind.Embedding => $"embedding {source.Symbols} × {source.Width}",
                _ => $"input {source.Width}",
            },
        };
        parts.AddRange(model.Layers.Select(l => $"{l.Cell.Name.TrimStart('@')} {l.Hidden}"));
        if (model.Dense is { } dense)
            parts.Add($"dense {dense.Size}{(dense.Activation == ActivationKind.Linear ? "" : $" {dense.Activation.ToString().ToLowerInvariant()}")}");
        parts.Add(model.Declaration.Loss switch
        {
            LossKind.SoftmaxCrossEntropy => "softmax",
            LossKind.SigmoidCrossEntropy => "sigmoid",
            _ => "squared error",
        });
        return string.Join(" → ", parts);
    }

    /// <summary>259,168 parameters · 0.5 MFLOP a step · state 512 floats · tape 1,792 floats a step and row.</summary>
    public static string Sizes(ModelLayout model)
    {
        string unit = model.Real + "s";
        int tape = model.Layers.Sum(l => l.SlotRow + (l.Padded * (l.States + l.Plan.Derivative.Operands.Count)));
        return $"{Text.Count(model.ParameterCount)} parameters · {Flop(model.FlopPerStep)} a step · state {Text.Count(model.StateSize)} {unit} · tape {Text.Count(tape)} {unit} a step and row";
    }

    private static string Flop(long flop) => flop switch
    {
        >= 1_000_000 => $"{(flop / 1e6).ToString("0.0", CultureInfo.InvariantCulture)} MFLOP",
        >= 1_000 => $"{(flop / 1e3).ToString("0.0", CultureInfo.InvariantCulture)} kFLOP",
        _ => $"{flop} FLOP",
    };
}
