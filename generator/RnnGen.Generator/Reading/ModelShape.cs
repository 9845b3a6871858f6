using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnGen.Generator.Declarations;
using RnnGen.Generator.Diagnostics;

namespace RnnGen.Generator.Reading;

/// <summary>The conditions that a model's class must meet for the generator to add to it.</summary>
internal static class ModelShape
{
    public const long LargestBuffer = 1 << 30;
    public const long LargestState = 65_536;

    /// <summary>The members that the generator adds to a model.</summary>
    public static readonly string[] Members =
    [
        "Steps", "InputSize", "OutputSize", "ParameterCount", "StateSize", "FlopPerStep", "Shape", "Parameters", "Step",
        "Forward", "CreateTape",
        "CreateTrainer", "Snapshot", "Save", "Load", "State", "Tape", "Trainer", "weights", "Summary",
    ];

    /// <summary>The members that it adds to a sequence-to-sequence model, whose steps are its memory's.</summary>
    public static readonly string[] JointMembers =
    [
        .. Members.Except(["Step", "Forward"]), "SourceSteps", "SourceSize", "Start", "End", "Source", "CreateMemory", "Encode", "Memory",
    ];

    /// <param name="symbol">The class.</param>
    /// <param name="syntax">The declaration that has the attribute.</param>
    /// <param name="compilation">Its project.</param>
    /// <param name="members">The members that are added to it.</param>
    /// <param name="diagnostics">Receives what is wrong.</param>
    public static void Check(
        INamedTypeSymbol symbol, TypeDeclarationSyntax syntax, Compilation compilation, string[] members, DiagnosticBag diagnostics)
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
        CheckProject(compilation, location, diagnostics);
        CheckBase(symbol, syntax, compilation, diagnostics);
        CheckMembers(symbol, location, members, diagnostics);
    }

    /// <summary>Checks the conditions of every generated file.</summary>
    public static void CheckProject(Compilation compilation, Location location, DiagnosticBag diagnostics)
    {
        if (compilation.GlobalNamespace.GetTypeMembers("System")
            .SelectMany(t => t.Locations)
            .FirstOrDefault(l => l.IsInSource) is { } place)
            diagnostics.Report(Descriptors.HiddenName, place, "System");
        if (compilation is CSharpCompilation { LanguageVersion: < LanguageVersion.CSharp12 and var version })
            diagnostics.Report(Descriptors.OldLanguage, location, version.ToDisplayString());
    }

    private static void CheckBase(INamedTypeSymbol symbol, TypeDeclarationSyntax syntax, Compilation compilation, DiagnosticBag diagnostics)
    {
        if (symbol.BaseType is not { TypeKind: TypeKind.Class, SpecialType: SpecialType.None } parent)
            return;
        bool isCallable = parent.InstanceConstructors.Any(c =>
            c.Parameters.All(p => p.IsOptional || p.IsParams) && compilation.IsSymbolAccessibleWithin(c, symbol));
        if (!isCallable)
            diagnostics.Report(
                Descriptors.BaseConstructor, syntax.BaseList?.Types[0].GetLocation() ?? syntax.Identifier.GetLocation(), parent.Name,
                symbol.Name);
    }

    /// <summary>Reports sizes that fit into no machine's memory.</summary>
    public static void CheckSizes(ModelDeclaration model, Location location, DiagnosticBag diagnostics)
    {
        var sizes = ModelSizes.Of(model);
        Check(sizes.Weights, LargestBuffer, "The parameters");
        Check(sizes.State, LargestState, "The state");
        Check(InputsOf(model.Source, model.Steps), LargestBuffer, "The inputs of one row");
        Check(sizes.Outputs, LargestBuffer, "The outputs of one row");
        Check(sizes.Windows, LargestBuffer, "The windows of one row's convolution");
        if (model.Joint is { Encoder: var encoder })
        {
            Check(InputsOf(encoder.Source, encoder.Steps), LargestBuffer, "A source");
            Check(sizes.Memory, LargestBuffer, "An encoded source");
            Check(sizes.Attention, LargestBuffer, "The attention's weights of one row");
        }

        static long InputsOf(SourceDeclaration source, int steps) =>
            source.Kind == SourceKind.OneHot ? 0 : (source.Once ? 1L : steps) * source.Width;

        void Check(long size, long largest, string what)
        {
            if (size > largest && !diagnostics.HasErrors)
                diagnostics.Report(
                    Descriptors.TooLarge, location, $"{what} of '{model.Name.Text}'", Numeral.Count(size), Numeral.Count(largest));
        }
    }

    /// <summary>True if a class has a ToString that is to stay: its own, or a sealed one of a base.</summary>
    public static bool HasToString(INamedTypeSymbol symbol)
    {
        for (var type = symbol; type is not null; type = type.BaseType)
        {
            if (type.GetMembers("ToString")
                .OfType<IMethodSymbol>()
                .Any(m => m.Parameters.Length == 0
                    && !m.IsGenericMethod
                    && (m.IsSealed || SymbolEqualityComparer.Default.Equals(type, symbol))))
                return true;
        }

        return false;
    }

    private static void CheckMembers(INamedTypeSymbol symbol, Location location, string[] members, DiagnosticBag diagnostics)
    {
        if (members.Contains(symbol.Name))
            diagnostics.Report(Descriptors.DuplicateMember, location, symbol.Name, symbol.Name);
        for (var type = symbol; type is { SpecialType: SpecialType.None }; type = type.BaseType)
        {
            bool isBase = !SymbolEqualityComparer.Default.Equals(type, symbol);
            // A base that is a model will have all of these members, but does not have them yet.
            if (isBase
                && type.GetAttributes().Any(a => AttributeReader.Is(a, "RnnModelAttribute") || AttributeReader.Is(a, "Seq2SeqAttribute")))
                diagnostics.Report(Descriptors.DuplicateMember, location, symbol.Name, members[0]);
            foreach (var member in type.GetMembers()
                .Where(m => !m.IsImplicitlyDeclared && !(isBase && m.DeclaredAccessibility == Accessibility.Private)))
            {
                bool isConstructor = !isBase && member is IMethodSymbol { MethodKind: MethodKind.Constructor };
                if (isConstructor || members.Contains(member.Name))
                    diagnostics.Report(
                        Descriptors.DuplicateMember, member.Locations.FirstOrDefault(l => l.IsInSource) ?? location, symbol.Name,
                        isConstructor ? "a constructor" : member.Name);
            }
        }
    }
}
