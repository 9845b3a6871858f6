using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnGen.Compiler;

/// <summary>
/// What the text of a file's model may be: partial classes without members under attributes of constants, and cells, whose equations are
/// sums, products and calls by one name. Everything else is refused before anything is compiled, so that no file can bring code, whatever a
/// reader has let through.
/// </summary>
internal static class DeclarationSyntax
{
    private const int MostNodes = 200_000, MostLength = 1 << 20;

    private static readonly HashSet<SyntaxKind> Allowed =
    [
        SyntaxKind.CompilationUnit, SyntaxKind.UsingDirective, SyntaxKind.ClassDeclaration, SyntaxKind.StructDeclaration,
        SyntaxKind.FieldDeclaration, SyntaxKind.MethodDeclaration,
        // Attributes and their constants.
        SyntaxKind.AttributeList, SyntaxKind.Attribute, SyntaxKind.AttributeArgumentList, SyntaxKind.AttributeArgument,
        SyntaxKind.NameEquals, SyntaxKind.NameColon, SyntaxKind.GenericName, SyntaxKind.TypeArgumentList, SyntaxKind.IdentifierName,
        SyntaxKind.SimpleMemberAccessExpression, SyntaxKind.NumericLiteralExpression, SyntaxKind.StringLiteralExpression,
        SyntaxKind.TrueLiteralExpression, SyntaxKind.FalseLiteralExpression, SyntaxKind.UnaryMinusExpression,
        SyntaxKind.ImplicitArrayCreationExpression, SyntaxKind.ArrayInitializerExpression, SyntaxKind.CollectionExpression,
        SyntaxKind.ExpressionElement,
        // A cell's fields and equations.
        SyntaxKind.VariableDeclaration, SyntaxKind.VariableDeclarator, SyntaxKind.EqualsValueClause, SyntaxKind.ParameterList,
        SyntaxKind.Parameter, SyntaxKind.TupleType, SyntaxKind.TupleElement, SyntaxKind.Block, SyntaxKind.LocalDeclarationStatement,
        SyntaxKind.ReturnStatement, SyntaxKind.ArrowExpressionClause, SyntaxKind.TupleExpression, SyntaxKind.ParenthesizedExpression,
        SyntaxKind.InvocationExpression, SyntaxKind.ArgumentList, SyntaxKind.Argument, SyntaxKind.AddExpression,
        SyntaxKind.SubtractExpression, SyntaxKind.MultiplyExpression, SyntaxKind.DivideExpression,
    ];

    private static readonly HashSet<SyntaxKind> Modifiers =
    [
        SyntaxKind.PublicKeyword, SyntaxKind.PrivateKeyword, SyntaxKind.SealedKeyword, SyntaxKind.PartialKeyword,
        SyntaxKind.ReadOnlyKeyword,
    ];

    /// <summary>A text is bounded before it is even read as C#.</summary>
    /// <exception cref="RnnCompilerException">It is too long.</exception>
    public static void CheckLength(string text)
    {
        if (text.Length > MostLength)
            throw new RnnCompilerException(
                $"The file's declaration has {text.Length:N0} characters; the longest has {MostLength:N0}. Nothing was compiled.");
    }

    /// <exception cref="RnnCompilerException">It has something else, or too many parts.</exception>
    public static void Check(SyntaxNode root)
    {
        if (root.ContainsDirectives)
            throw Refused(root, "a preprocessor directive");
        int count = 0;
        foreach (SyntaxNode node in root.DescendantNodesAndSelf())
        {
            if (++count > MostNodes || !Allowed.Contains(node.Kind()) || !IsPlain(node))
                throw Refused(node, count > MostNodes ? $"more than {MostNodes:N0} parts" : node.Kind().ToString());
        }
    }

    private static bool IsPlain(SyntaxNode node) => node switch
    {
        CompilationUnitSyntax unit => unit.AttributeLists.Count == 0 && unit.Externs.Count == 0
            && unit.Members.All(m => m is ClassDeclarationSyntax or StructDeclarationSyntax),
        UsingDirectiveSyntax use => use is { Alias: null, Name: IdentifierNameSyntax { Identifier.ValueText: nameof(RnnGen) } }
            && use.StaticKeyword.IsKind(SyntaxKind.None) && use.GlobalKeyword.IsKind(SyntaxKind.None)
            && use.UnsafeKeyword.IsKind(SyntaxKind.None),
        ClassDeclarationSyntax model => model is
        {
            BaseList: null, TypeParameterList: null, ParameterList: null, Members.Count: 0,
            ConstraintClauses.Count: 0,
        } && Has(model.Modifiers),
        StructDeclarationSyntax cell => cell is
        {
            BaseList: null, TypeParameterList: null, ParameterList: null,
            ConstraintClauses.Count: 0,
        } && Has(cell.Modifiers) && cell.Members.All(m => m is FieldDeclarationSyntax or MethodDeclarationSyntax),
        FieldDeclarationSyntax field => field.AttributeLists.Count == 0 && Has(field.Modifiers)
            && field.Declaration is { Type: IdentifierNameSyntax }
            && field.Declaration.Variables.All(v => v is { Initializer: null, ArgumentList: null }),
        MethodDeclarationSyntax method => method is
        {
            Identifier.ValueText: "Step", ExplicitInterfaceSpecifier: null, TypeParameterList: null, AttributeLists.Count: 0,
            ReturnType: IdentifierNameSyntax or TupleTypeSyntax,
        } && Has(method.Modifiers),
        ParameterSyntax parameter => parameter is { Type: IdentifierNameSyntax, Default: null, AttributeLists.Count: 0 }
            && parameter.Modifiers.Count == 0,
        AttributeListSyntax list => list.Target is null,
        AttributeSyntax attribute => attribute.Name is IdentifierNameSyntax or GenericNameSyntax,
        GenericNameSyntax name => name.Parent is AttributeSyntax && name.TypeArgumentList.Arguments.All(a => a is IdentifierNameSyntax),
        // A constant of an enumeration, in an attribute only.
        MemberAccessExpressionSyntax access => access is { Expression: IdentifierNameSyntax, Name: IdentifierNameSyntax }
            && access.Ancestors().Any(a => a is AttributeArgumentSyntax),
        InvocationExpressionSyntax call => call.Expression is IdentifierNameSyntax
            && call.Ancestors().Any(a => a is MethodDeclarationSyntax),
        LocalDeclarationStatementSyntax local => local.Modifiers.Count == 0 && local.UsingKeyword.IsKind(SyntaxKind.None),
        ArgumentSyntax argument => argument.RefKindKeyword.IsKind(SyntaxKind.None),
        _ => true,
    };

    private static bool Has(SyntaxTokenList modifiers) => modifiers.All(m => Modifiers.Contains(m.Kind()));

    private static RnnCompilerException Refused(SyntaxNode node, string what)
    {
        var place = node.GetLocation().GetLineSpan().StartLinePosition;
        return new(
            $"The file's declaration has {what} in line {place.Line + 1}, where only layers and cells may be. Nothing was compiled.");
    }
}
