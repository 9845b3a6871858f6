using RnnGen.Generator.Declarations;

namespace RnnGen.Generator.Reading;

/// <summary>Reads the layers that work on the numbers of each vector by itself, beside [Activation].</summary>
internal static class UnitReader
{
    private const double Epsilon = 1e-5;

    /// <summary>True if an attribute is one of them.</summary>
    public static bool IsElement(string attribute) =>
        attribute is "LayerNorm" or "RmsNorm" or "GroupNorm" or "Softmax" or "LogSoftmax" or "PRelu"
            or "Standardize";

    /// <param name="attribute">The attribute, which is one of them.</param>
    /// <param name="name">The layer's name.</param>
    /// <param name="from">The elements that it takes.</param>
    public static ElementDeclaration Read(AttributeReader attribute, string name, EquatableArray<ElementUse> from) => attribute.Name switch
    {
        "LayerNorm" => ReadNorm(attribute, name, from, NormKind.Layer),
        "RmsNorm" => ReadNorm(attribute, name, from, NormKind.Rms),
        "GroupNorm" => ReadNorm(attribute, name, from, NormKind.Group),
        "PRelu" => new PReluDeclaration(name, from, attribute.Flag("Shared", false)),
        "Standardize" => new StandardizeDeclaration(name, from, attribute.Flag("Invert", false)) { IsFrozen = true },
        var kind => new SoftmaxDeclaration(
            name, from, kind == "LogSoftmax", attribute.Choice("Over", AxisKind.Inner) == AxisKind.Time),
    };

    private static NormDeclaration ReadNorm(AttributeReader attribute, string name, EquatableArray<ElementUse> from, NormKind kind) => new(
        name,
        from,
        kind,
        kind == NormKind.Group ? attribute.Size(0, "The number of groups", PartReader.LargestSize) : 1,
        attribute.Real("Epsilon", Epsilon, "a finite number above 0", e => e > 0 && !double.IsInfinity(e)),
        attribute.Flag("Gain", true),
        kind != NormKind.Rms && attribute.Flag("Bias", true));
}
