using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnGen.Generator.Reading;

/// <summary>
/// The members that a cell's struct declares itself. C# finds them before any function of the language, so the language's are only those
/// that the struct has no member for. Its own functions are inlined.
/// </summary>
internal sealed class OwnMembers(string cell, IReadOnlyList<MemberDeclarationSyntax> members)
{
    private readonly HashSet<string> names = [.. members.SelectMany(NamesOf), cell];

    public bool Contains(string name) => names.Contains(name);

    /// <summary>The function of the struct that a call means; null if it cannot stand in equations.</summary>
    /// <param name="name">The function's name, one of the struct's members.</param>
    /// <param name="arguments">The number of the call's arguments.</param>
    /// <param name="problem">The fault of the function, if it is null.</param>
    public MethodDeclarationSyntax? FindFunction(string name, int arguments, out string problem)
    {
        var named = members.OfType<MethodDeclarationSyntax>().Where(m => m.Identifier.ValueText == name).ToList();
        var fitting = named.Where(m => m.ParameterList.Parameters.Count == arguments).ToList();
        var function = fitting.FirstOrDefault();
        problem =
            named.Count == 0 ? $"'{name}' is the struct's own, and no function"
            : function is null ? $"'{name}' is the struct's own, and takes other arguments"
            : fitting.Count > 1 ? $"the struct has several '{name}' with as many arguments: give each a name of its own"
            : !function.Modifiers.Any(SyntaxKind.StaticKeyword)
                || function.ExpressionBody is null ? $"'{name}' is the struct's own: such a function is static and one expression, as in "
                    + $"'static Hidden {name}(Hidden v) => …'"
            : function.TypeParameterList is not null
                || function.ParameterList.Parameters.Any(p =>
                    p.Modifiers.Count > 0
                        || p.Default is not null) ? $"'{name}' is the struct's own: such a function has no type parameters, and its "
                            + "parameters are plain values"
            : Names.Simple(function.ReturnType) is not ("Hidden" or "double" or "int")
                ? $"'{name}' is the struct's own: such a function returns a Hidden or a double"
            : "";
        return problem.Length == 0 ? function : null;
    }

    private static IEnumerable<string> NamesOf(MemberDeclarationSyntax member) => member switch
    {
        BaseFieldDeclarationSyntax field => field.Declaration.Variables.Select(v => v.Identifier.ValueText),
        MethodDeclarationSyntax { ExplicitInterfaceSpecifier: null } method => [method.Identifier.ValueText],
        PropertyDeclarationSyntax { ExplicitInterfaceSpecifier: null } property => [property.Identifier.ValueText],
        EventDeclarationSyntax { ExplicitInterfaceSpecifier: null } @event => [@event.Identifier.ValueText],
        BaseTypeDeclarationSyntax type => [type.Identifier.ValueText],
        DelegateDeclarationSyntax type => [type.Identifier.ValueText],
        _ => [],
    };
}
