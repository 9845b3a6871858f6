using RnnGen.Generator.Declarations;
using RnnGen.Generator.Diagnostics;

namespace RnnGen.Generator.Reading;

/// <summary>Checks the widths that normalisations and softmax take.</summary>
internal static class UnitChecks
{
    /// <param name="element">Any element.</param>
    /// <param name="attribute">The attribute that declares it.</param>
    /// <param name="width">The numbers of a vector that it takes.</param>
    /// <param name="diagnostics">Receives what does not fit.</param>
    public static void Check(ElementDeclaration element, AttributeReader attribute, int width, DiagnosticBag diagnostics)
    {
        switch (element)
        {
            case NormDeclaration norm when width % norm.Groups != 0:
                diagnostics.Report(
                    Descriptors.NotInRange, attribute.PositionalLocation(0), "The number of groups",
                    $"a divisor of {width}, the width of the input", $"{norm.Groups}");
                break;
            case NormDeclaration { Kind: not NormKind.Rms } norm when width == norm.Groups:
                bool isGroup = norm.Kind == NormKind.Group;
                diagnostics.Report(
                    Descriptors.NotInRange, isGroup ? attribute.PositionalLocation(0) : attribute.Location,
                    $"The width of {(isGroup ? "a group" : "the input")}", "at least 2, because one number minus its mean is 0", "1");
                break;
            case SoftmaxDeclaration { IsOverTime: false } when width == 1:
                diagnostics.Report(
                    Descriptors.NotInRange, attribute.Location, "The width of the input",
                    "at least 2, because the softmax of one number is 1", "1");
                break;
        }
    }
}
