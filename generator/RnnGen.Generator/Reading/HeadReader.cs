using Microsoft.CodeAnalysis;
using RnnGen.Generator.Declarations;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Reading;

/// <summary>Reads outputs with their loss.</summary>
internal static class HeadReader
{
    /// <summary>True if an attribute is a loss.</summary>
    public static bool IsElement(string attribute) =>
        attribute is "SoftmaxCrossEntropy" or "SigmoidCrossEntropy" or "SquaredError" or "AbsoluteError" or "Loss" or "Quantiles"
            or "Ctc";

    /// <param name="attribute">The attribute, which is one of them.</param>
    /// <param name="from">The elements that it takes.</param>
    /// <param name="diagnostics">Receives what is wrong.</param>
    /// <param name="cancel">Stops the reading.</param>
    public static HeadDeclaration? Read(
        AttributeReader attribute, EquatableArray<ElementUse> from, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        double weight = attribute.Real("Weight", 1, "a number above 0", w => w > 0 && !double.IsInfinity(w));
        if (attribute.Name == "SoftmaxCrossEntropy")
            return ReadSoftmax(attribute, from, weight, diagnostics);
        if (attribute.Name == "Ctc")
            return new(from, LossKind.Ctc, weight)
            {
                Blank = attribute.Number("Blank", 0, "The blank", PartReader.LargestSize - 1, smallest: 0),
            };
        if (attribute.Name is not ("Loss" or "Quantiles"))
            return new(from, (LossKind)Enum.Parse(typeof(LossKind), attribute.Name!), weight);
        var equations = attribute.Name == "Loss" ? ReadLoss(attribute, diagnostics, cancel) : ReadQuantiles(attribute);
        return equations is null ? null : new(from, LossKind.Equations, weight) { Equations = equations };
    }

    private static HeadDeclaration ReadSoftmax(
        AttributeReader attribute, EquatableArray<ElementUse> from, double weight, DiagnosticBag diagnostics)
    {
        bool isSoft = attribute.Flag("SoftTargets", false);
        double smoothing = attribute.Share("LabelSmoothing");
        if (isSoft && smoothing > 0)
            diagnostics.Report(
                Descriptors.WithoutEffect, attribute.LocationOf("LabelSmoothing"), "LabelSmoothing",
                "soft targets are as smooth as they are given");
        return new(from, isSoft ? LossKind.SoftCrossEntropy : LossKind.SoftmaxCrossEntropy, weight) { Smoothing = smoothing };
    }

    private static CellDeclaration? ReadLoss(AttributeReader attribute, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        if (CellSource.Read(attribute.Type.TypeArguments[0], Dialect.Loss, attribute, diagnostics, cancel) is not { } loss)
            return null;
        var constants = LayerReader.ReadConstants(attribute, loss, diagnostics).ToEquatableArray();
        return LayerEquations.Resolve(loss, new CellOptions { Constants = constants });
    }

    /// <summary>An output for each quantile τ: max(τ (t − y), (τ − 1)(t − y)), of which the mean is taken.</summary>
    private static CellDeclaration? ReadQuantiles(AttributeReader attribute)
    {
        if (attribute.Levels(0, "The quantiles", LossPlan.MostOutputs) is not { } levels)
            return null;
        int count = levels.Count;
        string arguments = string.Concat(levels.Select((_, i) => $"Hidden y{i + 1}, "));
        string terms = string.Join(" + ", levels.Select((_, i) => $"loss{i + 1}"));
        string equations = string.Concat(levels.Select((level, i) =>
            $"    var above{i + 1} = target - y{i + 1};\n    var loss{i + 1} = "
            + $"Max({Share(level)} * above{i + 1}, {Share(level - 1)} * above{i + 1});\n"));
        return CellReader.Parse(
            "Quantiles", $"public Hidden Loss({arguments}Hidden target)\n{{\n{equations}    return {terms};\n}}\n", new DiagnosticBag(),
            Dialect.Loss);

        // 0.9 - 1 is not quite -0.1.
        Number Share(double of) => new(Math.Round(of / count, 15));
    }
}
