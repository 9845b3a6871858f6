using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Writing.Text;

/// <summary>
/// The runtime's types as generated code names them. Within a user's class a name begins with an alias and <c>::</c>, which no type or
/// member that a user declares can hide (<see cref="Aliases"/>). Kernels have a namespace of their own, with usings.
/// </summary>
internal static class Api
{
    public const string Aliases = "using RnnGen = global::RnnGen;\nusing System = global::System;";
    public const string Runtime = "RnnGen::";
    public const string Generated = "RnnGen::Generated.";
    public const string Numerics = "RnnGen::Numerics.";
    public const string System = "System::";
    public const string UnscopedRef = "[System::Diagnostics.CodeAnalysis.UnscopedRef]";
    public const string Optimized = "[MethodImpl(MethodImplOptions.AggressiveOptimization)]";
    public const string Inlined = "[MethodImpl(MethodImplOptions.AggressiveInlining)]";

    /// <summary>The attribute of every member that is added to a user's type.</summary>
    public static string GeneratedCode { get; } =
        $"[System::CodeDom.Compiler.GeneratedCode(\"RnnGen\", \"{typeof(Api).Assembly.GetName().Version}\")]";

    /// <summary>The namespace of a model's kernels, or of those of its weights in fewer bytes.</summary>
    public static string KernelsOf(ModelLayout model) =>
        $"RnnGen.Kernels.{model.Declaration.FullName}{(model.Format.IsCompressed ? $".{model.Format.Name}" : "")}";

    /// <summary>A class of a model's kernels' namespace, as its members name it.</summary>
    public static string OfKernels(ModelLayout model, string type) => $"{Runtime}{KernelsOf(model).Substring("RnnGen.".Length)}.{type}";

    /// <summary>A call of a kernel's method with the widest vectors that there are.</summary>
    public static string Widest(ModelLayout model, ModelMethod method) => OfKernels(model, $"{Ladder(model, method)}.{method}");

    /// <summary>The class of a model's kernels' namespace that picks the vectors of a method.</summary>
    public static string Ladder(ModelLayout model, ModelMethod method) => method switch
    {
        ModelMethod.Forward or ModelMethod.Backward => "Passes",
        ModelMethod.InferRows => "Streams",
        _ => model.Encoder is null ? "Stream" : "Decoder",
    };

    /// <summary>The runtime's type of a format.</summary>
    public static string FormatOf(MatrixFormat format) => $"{Numerics}{format.Name}Format";

    /// <summary>The interface of a model that is used and not trained.</summary>
    public static string Inference(ModelLayout model) => $"{Runtime}IRnnInference<{model.Real}, {Input(model)}, State>";

    /// <summary>The type of an input's elements.</summary>
    public static string Input(ModelLayout model) => model.IsSymbolic ? "int" : model.Real;

    /// <summary>The type of the elements of what comes in.</summary>
    public static string Element(Value source, string real) => source.IsInput ? real : "int";

    /// <summary>The base of a model's tape.</summary>
    public static string Tape(ModelLayout model) => $"{Runtime}{(model.Encoder is null ? "" : "Source")}Tape<{Parameters(model)}>";

    /// <summary>The type of a target's elements.</summary>
    public static string Target(ModelLayout model) => model.HasClassTargets ? "int" : model.Real;

    /// <summary>The interface of a model.</summary>
    public static string Interface(ModelLayout model, string? outside = null)
    {
        string memory = model.Encoder is not null && outside is not null ? $", {outside}.Memory" : "";
        return $"{Runtime}{(model.Encoder is null ? "IRnnModel" : "ISeq2SeqModel")}<{Parameters(model, outside)}{memory}>";
    }

    /// <summary>The base of its trainer.</summary>
    public static string Trainer(ModelLayout model) => $"{Runtime}{(model.Encoder is null ? "" : "Seq2Seq")}Trainer<{Parameters(model)}>";

    /// <summary>The base of the trainer of targets with a start and an end.</summary>
    public static string SymbolTrainer(ModelLayout model) =>
        $"{Generated}SymbolSeq2SeqTrainer<{model.Real}, {Element(model.Encoder!.Part.Source, model.Real)}, State>";

    /// <summary>The type arguments of a model's interface, tape and trainer; outside the model its state needs the model's name.</summary>
    public static string Parameters(ModelLayout model, string? outside = null) =>
        $"{model.Real}, {(model.Encoder is { } encoder ? $"{Element(encoder.Part.Source, model.Real)}, " : "")}{Input(model)}, "
        + $"{Target(model)}, {(outside is null ? "" : outside + ".")}State";
}
