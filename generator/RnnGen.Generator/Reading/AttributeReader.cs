using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using RnnGen.Generator.Diagnostics;

namespace RnnGen.Generator.Reading;

/// <summary>One attribute of a declaration: its arguments as values, and each argument's place in the source.</summary>
internal sealed class AttributeReader(AttributeData data, DiagnosticBag diagnostics)
{
    private const string ShareRange = "at least 0 and below 1";

    private readonly AttributeSyntax? syntax = data.ApplicationSyntaxReference?.GetSyntax() as AttributeSyntax;

    /// <summary>The attribute's name without its suffix, if it is one of RnnGen's; otherwise null.</summary>
    public string? Name { get; } =
        data.AttributeClass is { ContainingNamespace: { Name: "RnnGen", ContainingNamespace.IsGlobalNamespace: true } } type
            && type.Name.EndsWith("Attribute", StringComparison.Ordinal)
            ? type.Name.Substring(0, type.Name.Length - "Attribute".Length)
            : null;

    public static bool Is(AttributeData attribute, string name) =>
        attribute.AttributeClass is { ContainingNamespace: { Name: "RnnGen", ContainingNamespace.IsGlobalNamespace: true } } type
            && type.Name == name;

    public Location? Location => syntax?.GetLocation();

    /// <summary>The declaration that it stands on; null for one of another assembly.</summary>
    public SyntaxNode? Declaration => syntax?.Parent?.Parent;

    public INamedTypeSymbol Type => data.AttributeClass!;

    /// <summary>True if C# itself accepts the attribute; if not, the compiler has said so already.</summary>
    public bool IsWellFormed =>
        Type.TypeKind != TypeKind.Error && data.AttributeConstructor is not null
        && data.ConstructorArguments.All(a => a.Kind != TypedConstantKind.Error
            && !(a.Kind == TypedConstantKind.Type && a.Value is ITypeSymbol { TypeKind: TypeKind.Error }))
        && data.NamedArguments.All(a => a.Value.Kind != TypedConstantKind.Error)
        && Type.TypeArguments.All(t => t.TypeKind != TypeKind.Error);

    /// <summary>The constructor's argument at a position, checked against its range.</summary>
    public int Size(int position, string what, int largest)
    {
        int value = (int)data.ConstructorArguments[position].Value!;
        return Check(value, what, largest, PositionalLocation(position));
    }

    /// <summary>A named argument or its default, checked against its range.</summary>
    public int Number(string name, int otherwise, string what, int largest, int smallest = 1) =>
        Named(name) is { } value ? Check((int)value.Value!, what, largest, LocationOf(name), smallest) : otherwise;

    /// <summary>The constructor's list at a position: levels between 0 and 1 in rising order; null, reported, if they are not.</summary>
    public IReadOnlyList<double>? Levels(int position, string what, int most)
    {
        // A null, which C# takes for a list.
        List<double> levels = data.ConstructorArguments[position] is { Kind: TypedConstantKind.Array, IsNull: false } list
            ? [.. list.Values.Select(v => (double)v.Value!)]
            : [];
        if (levels.Count is 0 || levels.Count > most)
        {
            Check(levels.Count, $"The number of {char.ToLowerInvariant(what[0])}{what.Substring(1)}", most, Location);
            return null;
        }

        for (int i = 0; i < levels.Count; i++)
        {
            double above = i == 0 ? 0 : levels[i - 1];
            string range = i == 0 ? "above 0 and below 1" : "in rising order, below 1";
            if (!(levels[i] > above && levels[i] < 1))
            {
                Check(levels[i], 0, what, range, _ => false, PositionalLocation(position + i));
                return null;
            }
        }

        return levels;
    }

    /// <summary>A named argument that is one of so many symbols.</summary>
    public int Symbol(string name, int symbols)
    {
        int value = (int)Named(name)!.Value.Value!;
        if (value >= 0 && value < symbols)
            return value;
        diagnostics.Report(Descriptors.OutOfRange, LocationOf(name), name, "0", Numeral.Count(symbols - 1), $"{value}");
        return 0;
    }

    /// <summary>The constructor's argument at a position: a type, or null if it names none.</summary>
    public ITypeSymbol? TypeArgument(int position) => data.ConstructorArguments[position].Value as ITypeSymbol;

    /// <summary>True if this is where the attribute is written: a partial class has several declarations.</summary>
    public bool IsWithin(SyntaxNode node) =>
        Location is null || (Location.SourceTree == node.SyntaxTree && node.Span.Contains(Location.SourceSpan));

    /// <summary>True if a named argument is written.</summary>
    public bool Has(string name) => Named(name) is not null;

    /// <summary>A named argument or its default, checked against a condition, which words describe.</summary>
    public double Real(string name, double otherwise, string range, Func<double, bool> isInRange) =>
        Named(name) is { } value ? Check((double)value.Value!, otherwise, name, range, isInRange, LocationOf(name)) : otherwise;

    /// <summary>A named argument that is a text, or null.</summary>
    public string? Words(string name) => Named(name)?.Value as string;

    public bool Flag(string name, bool otherwise) => Named(name) is { } value ? (bool)value.Value! : otherwise;

    /// <summary>A named argument of an enumeration or its default, which must be one of the enumeration's members.</summary>
    public TEnum Choice<TEnum>(string name, TEnum otherwise) where TEnum : struct, Enum =>
        Named(name) is { } value ? Choice<TEnum>(value, LocationOf(name)) : otherwise;

    /// <summary>The constructor's argument at a position, of an enumeration.</summary>
    public TEnum Choice<TEnum>(int position) where TEnum : struct, Enum =>
        Choice<TEnum>(data.ConstructorArguments[position], PositionalLocation(position));

    /// <summary>The constructor's argument at a position: a share from 0 to below 1.</summary>
    public double Share(int position) =>
        Check(
            (double)data.ConstructorArguments[position].Value!, 0, "The dropped share", ShareRange, IsShare, PositionalLocation(position));

    /// <summary>A named argument that is a share from 0 to below 1; 0 if it is absent.</summary>
    public double Share(string name) => Real(name, 0, ShareRange, IsShare);

    /// <summary>The value of a named argument, or else the whole attribute.</summary>
    public Location? LocationOf(string name) => ExpressionOf(name)?.GetLocation() ?? Location;

    /// <summary>A word in the text of a named argument, where that is a plain literal; else the whole argument.</summary>
    public Location? LocationOf(string name, string word)
    {
        if (ExpressionOf(name) is LiteralExpressionSyntax { Token: var token } && token.Text == $"\"{token.ValueText}\""
            && Regex.Match(token.Text, $@"(?<!\w){Regex.Escape(word)}(?!\w)") is { Success: true } match)
            return Location.Create(syntax!.SyntaxTree, new TextSpan(token.SpanStart + match.Index, match.Length));
        return LocationOf(name);
    }

    private ExpressionSyntax? ExpressionOf(string name) =>
        syntax?.ArgumentList?.Arguments.FirstOrDefault(a => a.NameEquals?.Name.Identifier.ValueText == name)?.Expression;

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

    private static bool IsShare(double value) => value is >= 0 and < 1;

    private double Check(double value, double otherwise, string what, string range, Func<double, bool> isInRange, Location? location)
    {
        if (isInRange(value))
            return value;
        diagnostics.Report(
            Descriptors.NotInRange, location, what, range, value.ToString("R", System.Globalization.CultureInfo.InvariantCulture));
        return otherwise;
    }

    private int Check(int value, string what, int largest, Location? location, int smallest = 1)
    {
        if (value >= smallest && value <= largest)
            return value;
        diagnostics.Report(Descriptors.OutOfRange, location, what, $"{smallest}", Numeral.Count(largest), Numeral.Count(value));
        return smallest;
    }

    /// <summary>The location of the constructor's argument at a position.</summary>
    public Location? PositionalLocation(int position)
    {
        var arguments = syntax?.ArgumentList?.Arguments.Where(a => a.NameEquals is null).ToList();
        if (arguments is null || data.AttributeConstructor is null)
            return Location;
        // Behind the last parameter is the rest of its list.
        string? name = data.AttributeConstructor.Parameters.ElementAtOrDefault(position)?.Name;
        var argument =
            arguments.FirstOrDefault(a => name is not null && a.NameColon?.Name.Identifier.ValueText == name)
            ?? arguments.ElementAtOrDefault(position);
        return argument?.Expression.GetLocation() ?? Location;
    }
}
