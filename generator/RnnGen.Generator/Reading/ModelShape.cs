using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Scheduling;

namespace RnnGen.Generator.Reading;

/// <summary>What a model's class must be for the generator to add to it.</summary>
internal static class ModelShape
{
    public const long LargestBuffer = 1 << 30;
    public const long LargestState = 65_536;

    /// <summary>The members that the generator adds.</summary>
    public static readonly string[] Members =
    [
        "Steps", "InputSize", "OutputSize", "ParameterCount", "StateSize", "FlopPerStep", "Shape", "Parameters", "Step", "Forward", "CreateTape",
        "CreateTrainer", "Save", "Load", "State", "Tape", "Trainer", "Kernels", "weights", "ParameterTable", "RunInfer", "RunInferRows", "RunForward", "RunBackward",
    ];

    public static void Check(INamedTypeSymbol symbol, TypeDeclarationSyntax syntax, Compilation compilation, DiagnosticBag diagnostics)
    {
        var location = syntax.Identifier.GetLocation();
        string? kind = syntax switch
        {
            RecordDeclarationSyntax => "a record",
            StructDeclarationSyntax => "a struct",
            InterfaceDeclarationSyntax => "an interface",
            _ when symbol.IsStatic => "static",
            _ when symbol.IsAbstract => "abstract",
            _ when symbol.IsFileLocal => "visible in its file only",
            _ => null,
        };
        if (kind is not null)
            diagnostics.Report(Descriptors.NotAClass, location, symbol.Name, kind);
        if (!syntax.Modifiers.Any(SyntaxKind.PartialKeyword))
            diagnostics.Report(Descriptors.NotPartial, location, symbol.Name);
        if (symbol.ContainingType is { } container)
            diagnostics.Report(Descriptors.NestedModel, location, symbol.Name, container.Name);
        if (symbol.IsGenericType)
            diagnostics.Report(Descriptors.GenericModel, location, symbol.Name);
        CheckLanguage(compilation, location, diagnostics);
        CheckMembers(symbol, location, diagnostics);
    }

    public static void CheckLanguage(Compilation compilation, Location location, DiagnosticBag diagnostics)
    {
        if (compilation is CSharpCompilation { LanguageVersion: < LanguageVersion.CSharp12 and var version })
            diagnostics.Report(Descriptors.OldLanguage, location, version.ToDisplayString());
    }

    /// <summary>What would not fit into memory, whatever the machine.</summary>
    public static void CheckSizes(ModelDeclaration model, Location location, DiagnosticBag diagnostics)
    {
        var sizes = ModelSizes.Of(model);
        Check(sizes.Weights, LargestBuffer, "The parameters");
        Check(sizes.State, LargestState, "The state");
        Check(model.Source.Kind == SourceKind.OneHot ? 0 : (model.Source.Once ? 1L : model.Steps) * model.Source.Width, LargestBuffer, "The inputs of one row");
        Check(sizes.Outputs, LargestBuffer, "The outputs of one row");

        void Check(long size, long largest, string what)
        {
            if (size > largest && !diagnostics.HasErrors)
                diagnostics.Report(Descriptors.TooLarge, location, $"{what} of '{model.Name}'", Text.Count(size), Text.Count(largest));
        }
    }

    private static void CheckMembers(INamedTypeSymbol symbol, Location location, DiagnosticBag diagnostics)
    {
        if (Members.Contains(symbol.Name))
            diagnostics.Report(Descriptors.DuplicateMember, location, symbol.Name, symbol.Name);
        for (var type = symbol; type is { SpecialType: SpecialType.None }; type = type.BaseType)
        {
            bool isBase = !SymbolEqualityComparer.Default.Equals(type, symbol);
            // A base that is a model will have all of these members, but does not have them yet.
            if (isBase && type.GetAttributes().Any(a => AttributeReader.Is(a, "RnnModelAttribute")))
                diagnostics.Report(Descriptors.DuplicateMember, location, symbol.Name, Members[0]);
            foreach (var member in type.GetMembers().Where(m => !m.IsImplicitlyDeclared && !(isBase && m.DeclaredAccessibility == Accessibility.Private)))
            {
                bool isConstructor = !isBase && member is IMethodSymbol { MethodKind: MethodKind.Constructor };
                if (isConstructor || Members.Contains(member.Name))
                    diagnostics.Report(Descriptors.DuplicateMember, member.Locations.FirstOrDefault(l => l.IsInSource) ?? location, symbol.Name, isConstructor ? "a constructor" : member.Name);
            }
        }
    }
}
