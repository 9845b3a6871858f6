using Microsoft.CodeAnalysis;

namespace RnnGen.Generator.Diagnostics;

/// <summary>Collects what is wrong with one declaration.</summary>
internal sealed class DiagnosticBag
{
    private readonly List<DiagnosticInfo> items = [];

    public bool HasErrors { get; private set; }

    /// <summary>The location for problems that have no place in this project: attributes of a class in another assembly.</summary>
    public Location? Otherwise { get; set; }

    public void Report(DiagnosticDescriptor descriptor, Location? location, params string[] arguments)
    {
        HasErrors |= descriptor.DefaultSeverity == DiagnosticSeverity.Error;
        items.Add(new DiagnosticInfo(
            descriptor.Id, LocationInfo.From(location) ?? LocationInfo.From(Otherwise), arguments.ToEquatableArray()));
    }

    public EquatableArray<DiagnosticInfo> ToEquatableArray() => items.ToEquatableArray();
}
