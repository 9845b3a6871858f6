using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnGen.Generator.Diagnostics;

namespace RnnGen.Generator.Reading;

/// <summary>One attribute of a declaration: its arguments as values, and each argument's place in the source.</summary>
internal sealed class AttributeReader(AttributeData data, DiagnosticBag diagnostics)
{
    private readonly AttributeSyntax? syntax = data.ApplicationSyntaxReference?.GetSyntax() as AttributeSyntax;

    /// <summary>The attribute's name without its suffix, if it is one of RnnGen's; otherwise null.</summary>
    public string? Name { get; } =
        data.AttributeClass is { ContainingNamespace: { Name: "RnnGen", ContainingNamespace.IsGlobalNamespace: true } } type && type.Name.EndsWith("Attribute", StringComparison.Ordinal)
            ? type.Name.Substring(0, type.Name.Length - "Attribute".Length)
            : null;

    public static bool Is(AttributeData attribute, string name) =>
        attribute.AttributeClass is { ContainingNamespace: { Name: "RnnGen", ContainingNamespace.IsGlobalNamespace: true } } type && type.Name == name;

    public Location? Location => syntax?.GetLocation();

    public INamedTypeSymbol Type => data.AttributeClass!;

    /// <summary>Whether C# itself accepts the attribute; if not, the compiler has said so already.</summary>
    public bool IsWellFormed =>
        Type.TypeKind != TypeKind.Error && data.AttributeConstructor is not null
        && data.ConstructorArguments.All(a => a.Kind != TypedConstantKind.Error) && data.NamedArguments.All(a => a.Value.Kind != TypedConstantKind.Error)
        && Type.TypeArguments.All(t => t.TypeKind != TypeKind.Error);

    /// <summary>The constructor's argument at a position, checked against its range.</summary>
    public int Size(int position, string what, int largest)
    {
        int value = (int)data.ConstructorArguments[position].Value!;
        return Check(value, what, largest, PositionalLocation(position));
    }

    /// <summary>A named argument or its default, checked against its range.</summary>
    public int Number(string name, int otherwise, string what, int largest) =>
        Named(name) is { } value ? Check((int)value.Value!, what, largest, LocationOf(name)) : otherwise;

    public bool Flag(string name, bool otherwise) => Named(name) is { } value ? (bool)value.Value! : otherwise;

    public string? String(string name) => Named(name)?.Value as string;

    /// <summary>A named argument of an enumeration or its default, which must be one of the enumeration's members.</summary>
    public TEnum Choice<TEnum>(string name, TEnum otherwise) where TEnum : struct, Enum =>
        Named(name) is { } value ? Choice<TEnum>(value, LocationOf(name)) : otherwise;

    /// <summary>The constructor's argument at a position, of an enumeration.</summary>
    public TEnum Choice<TEnum>(int position) where TEnum : struct, Enum => Choice<TEnum>(data.ConstructorArguments[position], PositionalLocation(position));

    /// <summary>The constructor's argument at a position: a share from 0 to below 1.</summary>
    public double Probability(int position) => Probability((double)data.ConstructorArguments[position].Value!, PositionalLocation(position));

    /// <summary>A named argument that is a share from 0 to below 1; 0 if it is absent.</summary>
    public double Probability(string name) => Named(name) is { } value ? Probability((double)value.Value!, LocationOf(name)) : 0;

    /// <summary>A named argument that is a positive number, or its default.</summary>
    public double Positive(string name, double otherwise)
    {
        if (Named(name)?.Value is not double value)
            return otherwise;
        if (value > 0 && !double.IsInfinity(value))
            return value;
        diagnostics.Report(Descriptors.NotPositive, LocationOf(name), name, value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return otherwise;
    }

    /// <summary>The value of a named argument, or else the whole attribute.</summary>
    public Location? LocationOf(string name) =>
        syntax?.ArgumentList?.Arguments.FirstOrDefault(a => a.NameEquals?.Name.Identifier.ValueText == name)?.Expression.GetLocation() ?? Location;

    private TypedConstant? Named(string name)
    {
        foreach (var argument in data.NamedArguments)
        {
            if (argument.Key == name && argument.Value.Kind != TypedConstantKind.Error)
                return argument.Value;
        }

        return null;
    }

    private TEnum Choice<TEnum>(TypedConstant value, Location? location) where TEnum : struct, Enum
    {
        var choice = (TEnum)Enum.ToObject(typeof(TEnum), value.Value!);
        if (!Enum.IsDefined(typeof(TEnum), choice))
            diagnostics.Report(Descriptors.NotAMember, location, $"{value.Value}", value.Type!.Name);
        return choice;
    }

    private double Probability(double value, Location? location)
    {
        if (value is >= 0 and < 1)
            return value;
        diagnostics.Report(Descriptors.NotAProbability, location, value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    }

    private int Check(int value, string what, int largest, Location? location)
    {
        if (value >= 1 && value <= largest)
            return value;
        diagnostics.Report(Descriptors.OutOfRange, location, what, "1", Text.Count(largest), Text.Count(value));
        return 1;
    }

    private Location? PositionalLocation(int position)
    {
        var arguments = syntax?.ArgumentList?.Arguments.Where(a => a.NameEquals is null).ToList();
        if (arguments is null || data.AttributeConstructor is null)
            return Location;
        string name = data.AttributeConstructor.Parameters[position].Name;
        var argument = arguments.FirstOrDefault(a => a.NameColon?.Name.Identifier.ValueText == name) ?? arguments.ElementAtOrDefault(position);
        return argument?.Expression.GetLocation() ?? Location;
    }
}
