using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using RnnGen.Generator.Declarations;

namespace RnnGen.CodeFixes;

/// <summary>
/// Adds the element that a model lacks: a source (RNN005), a loss (RNN008), or [RnnModel] itself (RNN043); and moves a source to the front
/// (RNN015).
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class ElementFix() : SyntaxFix("RNN005", "RNN008", "RNN015", "RNN043")
{
    private static readonly string[] Sources = ["OneHot(96)", "Input(16)", "Embedding(96, 32)"];
    private static readonly string[] Losses = Enum.GetNames(typeof(LossKind));

    private protected override IEnumerable<SyntaxChange> Changes(SyntaxNode place, Diagnostic diagnostic)
    {
        if (place.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { AttributeLists.Count: > 0 } type)
            return [];
        var attributes = type.AttributeLists.SelectMany(l => l.Attributes).ToList();
        int kind = attributes.FindIndex(a => NameOf(a) is "RnnModel" or "Encoder" or "Decoder");
        return diagnostic.Id switch
        {
            "RNN005" => Sources.Select(e => Add(type, e, kind + 1)),
            "RNN008" => Losses.Select(e => Add(type, e, attributes.Count)),
            "RNN043" => [new("Add [RnnModel]", type, DeclarationFix.With(Insert(type, "RnnModel", 0), SyntaxKind.PartialKeyword))],
            _ => place.FirstAncestorOrSelf<AttributeSyntax>() is { } source ? [Move(type, source, kind + 1)] : [],
        };
    }

    private static string NameOf(AttributeSyntax attribute) => attribute.Name switch
    {
        QualifiedNameSyntax { Right: var right } => right.Identifier.ValueText,
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        _ => "",
    };

    private static SyntaxChange Add(TypeDeclarationSyntax type, string element, int index) =>
        new($"Add [{element}]", type, Insert(type, element, index));

    /// <summary>Inserts an element: into the brackets of its neighbour if these hold several, else into brackets of its own.</summary>
    private static TypeDeclarationSyntax Insert(TypeDeclarationSyntax type, string element, int index)
    {
        var attribute = SyntaxFactory.ParseCompilationUnit($"[{element}] class C;").DescendantNodes().OfType<AttributeSyntax>().First();
        var attributes = type.AttributeLists.SelectMany(l => l.Attributes).ToList();
        bool isLast = index >= attributes.Count;
        var neighbour = attributes[isLast ? attributes.Count - 1 : index];
        var list = (AttributeListSyntax)neighbour.Parent!;
        if (list.Attributes.Count > 1 || type.AttributeLists.Count == 1)
            return type.ReplaceNode(list, list.WithAttributes(
                list.Attributes.Insert(list.Attributes.IndexOf(neighbour) + (isLast ? 1 : 0), attribute))
                .WithAdditionalAnnotations(Formatter.Annotation));
        var own = SyntaxFactory.AttributeList(SyntaxFactory.SingletonSeparatedList(attribute));
        int place = type.AttributeLists.IndexOf(list);
        if (isLast)
            return type.WithAttributeLists(type.AttributeLists.Insert(place + 1, own.WithTrailingTrivia(list.GetTrailingTrivia())));
        // The comment above a class stays above its first attribute.
        var lists = type.AttributeLists.Replace(list, list.WithLeadingTrivia());
        return type.WithAttributeLists(lists.Insert(
            place, own.WithLeadingTrivia(list.GetLeadingTrivia()).WithTrailingTrivia(list.GetTrailingTrivia())));
    }

    private static SyntaxChange Move(TypeDeclarationSyntax type, AttributeSyntax source, int index)
    {
        var list = (AttributeListSyntax)source.Parent!;
        SyntaxNode old = list.Attributes.Count == 1 ? list : source;
        var without = type.RemoveNode(old, SyntaxRemoveOptions.KeepNoTrivia)!;
        return new($"Move [{source}] to the front", type, Insert(without, source.ToString(), index));
    }
}
