using System.Reflection;
using RnnGen.Onnx;

namespace RnnGen.Compiler;

/// <summary>
/// Options of <see cref="RnnCompiler"/>. The bounds hold before anything is compiled, and are part of a cached model's key.
/// </summary>
public sealed record RnnCompilerOptions
{
    private readonly IReadOnlyList<Assembly> references = [];
    private readonly IReadOnlyDictionary<string, OnnxInput> inputs = new Dictionary<string, OnnxInput>();
    private readonly int steps = 32;

    /// <summary>The folder of compiled models; null for none. The default is <see cref="ModelCache.ForUser"/>.</summary>
    public ModelCache? Cache { get; init; } = ModelCache.ForUser;

    /// <summary>
    /// The name of the model's class, with its namespace, for a declaration of several; null, the default, for the only one. Files have
    /// one.
    /// </summary>
    public string? ModelName { get; init; }

    /// <summary>The seed of the first weights, where no file has any. The default is 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Steps that a file's model is unrolled over in training: 1 to 65,536. The default is 32. A declaration says it itself.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int Steps
    {
        get => steps;
        init => steps = value is >= 1 and <= 65_536
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Steps), value, "There are 1 to 65,536 steps.");
    }

    /// <summary>The meaning of inputs that an ONNX graph leaves open, by their names. The default is none.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IReadOnlyDictionary<string, OnnxInput> Inputs
    {
        get => inputs;
        init => inputs = value ?? throw new ArgumentNullException(nameof(Inputs));
    }

    /// <summary>
    /// Assemblies that a declaration uses beside RnnGen and what that uses, for instance one with cells. The default is none.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IReadOnlyList<Assembly> References
    {
        get => references;
        init => references = value ?? throw new ArgumentNullException(nameof(References));
    }

    /// <summary>The longest file, in bytes. The default is 256 MiB.</summary>
    public long MostBytes { get; init; } = 256 << 20;

    /// <summary>The most attributes of a declaration: its layers and what stands beside them. The default is 256.</summary>
    public int MostLayers { get; init; } = 256;

    /// <summary>The most parameters of a model. The default is 67,108,864, which are 256 MiB of floats.</summary>
    public long MostParameters { get; init; } = 64 << 20;

    /// <summary>The most numbers of an input, an output or a state. The default is 1,048,576.</summary>
    public int MostNumbers { get; init; } = 1 << 20;

    /// <summary>The options that change the result of compiling, as text.</summary>
    internal string Key => $"{ModelName}|{MostLayers}|{MostParameters}|{MostNumbers}|"
        + string.Join('|', References.Select(r => r.ManifestModule.ModuleVersionId));
}
