using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Writing.Text;

/// <summary>
/// The runtime's types as generated code names them: within a user's class in full, so that nothing a user declares can hide them. Kernels have a namespace of their own, with usings.
/// </summary>
internal static class Api
{
    public const string System = "global::System.";
    public const string Numerics = "global::RnnGen.Numerics";
    public const string Optimized = "[MethodImpl(MethodImplOptions.AggressiveOptimization)]";
    public const string Inlined = "[MethodImpl(MethodImplOptions.AggressiveInlining)]";
    public const string Unsafe = "global::System.Runtime.CompilerServices.Unsafe";
    public const string Span = "global::System.Runtime.InteropServices.MemoryMarshal.CreateSpan";
    public const string Vectors = "global::System.Runtime.Intrinsics";

    /// <summary>The namespace of a model's kernels, or of those of its weights in fewer bytes.</summary>
    public static string KernelsOf(ModelLayout model) => $"RnnGen.Kernels.{model.Declaration.FullName}{(model.Format.IsCompressed ? $".{model.Format.Name}" : "")}";

    /// <summary>The class of a format's matrix products: what <c>Panels</c> stands for in kernels.</summary>
    public static string PanelsOf(MatrixFormat format) => format.IsCompressed ? $"{Numerics}.PackedPanels<{FormatOf(format)}>" : $"{Numerics}.Panels";

    /// <summary>The runtime's type of a format.</summary>
    public static string FormatOf(MatrixFormat format) => $"{Numerics}.{format.Name}Format";

    /// <summary>What a model implements that is used and not trained.</summary>
    public static string Inference(ModelLayout model) => $"global::RnnGen.IRnnInference<{model.Real}, {Input(model)}, State>";

    /// <summary>The type of an input's elements.</summary>
    public static string Input(ModelLayout model) => model.IsSymbolic ? "int" : model.Real;

    /// <summary>The type of the elements of what comes in.</summary>
    public static string Element(Value source, string real) => source.IsInput ? real : "int";

    /// <summary>The base of a model's tape.</summary>
    public static string Tape(ModelLayout model) => $"global::RnnGen.{(model.Encoder is null ? "" : "Source")}Tape<{Parameters(model)}>";

    /// <summary>The type of a target's elements.</summary>
    public static string Target(ModelLayout model) => model.HasClassTargets ? "int" : model.Real;

    /// <summary>What a model implements.</summary>
    public static string Interface(ModelLayout model, string? outside = null) =>
        $"global::RnnGen.{(model.Encoder is null ? "IRnnModel" : "ISeq2SeqModel")}<{Parameters(model, outside)}{(model.Encoder is not null && outside is not null ? $", {outside}.Memory" : "")}>";

    /// <summary>The base of its trainer.</summary>
    public static string Trainer(ModelLayout model) => $"global::RnnGen.{(model.Encoder is null ? "" : "Seq2Seq")}Trainer<{Parameters(model)}>";

    /// <summary>The base of the trainer of targets with a start and an end.</summary>
    public static string SymbolTrainer(ModelLayout model) => $"global::RnnGen.Generated.SymbolSeq2SeqTrainer<{model.Real}, {Element(model.Encoder!.Part.Source, model.Real)}, State>";

    /// <summary>The type arguments of a model's interface, tape and trainer; outside the model its state needs the model's name.</summary>
    public static string Parameters(ModelLayout model, string? outside = null) =>
        $"{model.Real}, {(model.Encoder is { } encoder ? $"{Element(encoder.Part.Source, model.Real)}, " : "")}{Input(model)}, {Target(model)}, {(outside is null ? "" : outside + ".")}State";
}
