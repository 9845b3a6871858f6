using System.Globalization;
using Microsoft.CodeAnalysis;

namespace RnnGen.Compiler;

/// <summary>The code beside a model by which it is created, and called without naming its class.</summary>
internal static class EntryPoint
{
    public const string Namespace = "RnnGen.CompiledModels", Class = "Entry", Method = "Create";

    private const string ModelInterface = "RnnGen.IRnnModel`4", JointInterface = "RnnGen.ISeq2SeqModel`5";

    /// <summary>The interface of a model; null for any other class, and where the generator gave up.</summary>
    public static INamedTypeSymbol? ModelOf(Compilation compilation, INamedTypeSymbol type) => Find(compilation, type, ModelInterface);

    /// <summary>True for a sequence-to-sequence model.</summary>
    public static bool IsJoint(Compilation compilation, INamedTypeSymbol type) => Find(compilation, type, JointInterface) is not null;

    /// <summary>A struct whose calls go straight to the model, and what creates both.</summary>
    public static string Text(INamedTypeSymbol type, INamedTypeSymbol model)
    {
        string[] arguments = [.. model.TypeArguments.Select(a => a.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat))];
        var (number, input, target, state) = (arguments[0], arguments[1], arguments[2], arguments[3]);
        string name = type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        string inference = $"global::RnnGen.IRnnInference<{number}, {input}, {state}>";
        return string.Create(CultureInfo.InvariantCulture, $$"""
            namespace {{Namespace}}
            {
                internal readonly struct Direct : {{inference}}
                {
                    private readonly {{name}} model;
                    public Direct({{name}} model) => this.model = model;
                    public global::RnnGen.Generated.ModelShape Shape => (({{inference}})model).Shape;
                    public void Forward(
                        global::System.ReadOnlySpan<{{input}}> inputs, ref {{state}} state, global::System.Span<{{number}}> outputs) =>
                        model.Forward(inputs, ref state, outputs);
                }

                internal static class {{Class}}
                {
                    public static object {{Method}}(ulong seed)
                    {
                        {{name}} model = new {{name}}(seed);
                        return new global::RnnGen.Generated.CompiledCode<Direct, {{number}}, {{input}}, {{target}}, {{state}}>(
                            model, new Direct(model));
                    }
                }
            }
            """);
    }

    private static INamedTypeSymbol? Find(Compilation compilation, INamedTypeSymbol type, string name) =>
        compilation.GetTypeByMetadataName(name) is { } definition
            ? type.AllInterfaces.FirstOrDefault(i => SymbolEqualityComparer.Default.Equals(i.OriginalDefinition, definition))
            : null;
}
