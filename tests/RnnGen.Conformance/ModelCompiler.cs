using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RnnGen.Generator;

namespace RnnGen.Conformance;

/// <summary>
/// Collects declarations of models, compiles them all at once with the generator, in memory, and unloads them when it is disposed of.
/// </summary>
internal sealed class ModelCompiler : IDisposable
{
    private static readonly Lazy<MetadataReference[]> References = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => p.EndsWith(".dll", StringComparison.Ordinal)).Select(p => MetadataReference.CreateFromFile(p)),
    ]);

    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.CSharp13);

    /// <summary>PyTorch's LSTM with both of its biases, as its optimisers move them.</summary>
    private const string Cells = """
        [RnnCell]
        public readonly partial struct TwoBiasLstm
        {
            readonly Weight Wi, Wf, Wg, Wo;
            readonly Recurrent Ui, Uf, Ug, Uo;
            readonly Bias bi, bf, bg, bo, ci, cf, cg, co;

            public (Hidden h, Hidden c) Step(Input x, Hidden h, Hidden c)
            {
                var i = Sigmoid(Wi * x + bi + (Ui * h + ci));
                var f = Sigmoid(Wf * x + bf + (Uf * h + cf));
                var g = Tanh(Wg * x + bg + (Ug * h + cg));
                var o = Sigmoid(Wo * x + bo + (Uo * h + co));
                var next = f * c + i * g;
                return (o * Tanh(next), next);
            }
        }

        """;

    private readonly AssemblyLoadContext context = new(null, isCollectible: true);
    private readonly Dictionary<string, string> names = [];
    private readonly HashSet<string> texts = [];
    private readonly Dictionary<string, System.Reflection.Assembly> homes = [];
    private readonly Dictionary<string, string> refusals = [];

    /// <summary>Declares a model, to be compiled with the others when the first of them is asked for.</summary>
    /// <param name="steps">Steps of training.</param>
    /// <param name="precision">Of all numbers.</param>
    /// <param name="elements">The attributes from the source to the loss.</param>
    /// <returns>What <see cref="Create"/> takes.</returns>
    public string Declare(int steps, Precision precision, string elements)
    {
        return NameOf($"[RnnModel(Steps = {Math.Max(steps, 1)}, Precision = Precision.{precision})]\n{elements}\n");
    }

    /// <summary>Declares a sequence-to-sequence model.</summary>
    /// <param name="sourceSteps">Steps of the longest source.</param>
    /// <param name="encoder">The encoder's attributes.</param>
    /// <param name="steps">Steps of the longest target.</param>
    /// <param name="decoder">The decoder's.</param>
    /// <param name="options">Of the joined model.</param>
    /// <returns>What <see cref="CreateJoint"/> takes.</returns>
    public string DeclareJoint(int sourceSteps, string encoder, int steps, string decoder, string options) =>
        NameOf($"[Encoder(Steps = {sourceSteps})]\n{encoder}\nfile static class Source;\n[Decoder(Steps = {steps})]\n{decoder}\nfile "
            + $"static class Target;\n[Seq2Seq(typeof(Source), typeof(Target), {options})]\n");

    /// <summary>A new model of a declaration.</summary>
    public CaseModel Create(string name) =>
        (CaseModel)Wrap(
            name, typeof(IRnnModel<,,,>), arguments => typeof(CaseModel<,,>).MakeGenericType(arguments[0], arguments[1], arguments[3]));

    /// <summary>A new model of a declaration, whatever its targets are, to be run forward only.</summary>
    public ForwardModel CreateForward(string name) =>
        (ForwardModel)Wrap(name, typeof(IRnnModel<,,,>), typeof(ForwardModel<,,,>).MakeGenericType);

    /// <summary>A new sequence-to-sequence model of a declaration.</summary>
    public JointCaseModel CreateJoint(string name) =>
        (JointCaseModel)Wrap(name, typeof(ISeq2SeqModel<,,,,,>), typeof(JointCaseModel<,,,,,>).MakeGenericType);

    /// <summary>Declares a model by a whole file, in the namespace Declared.</summary>
    /// <param name="text">The file.</param>
    /// <param name="name">The class.</param>
    /// <returns>What <see cref="Create"/> takes.</returns>
    public string DeclareText(string text, string name)
    {
        texts.Add(name);
        return names[text] = name;
    }

    private string NameOf(string declaration)
    {
        if (!names.TryGetValue(declaration, out string? name))
            names[declaration] = name = $"Model{names.Count}";
        return name;
    }

    private object Wrap(string name, Type contract, Func<Type[], Type> wrapper)
    {
        if (!homes.ContainsKey(name) && !refusals.ContainsKey(name))
            Compile();
        if (refusals.TryGetValue(name, out string? reason))
            throw new InvalidDataException($"The declaration is refused: {reason}");
        var type = homes[name].GetType($"Declared.{name}")!;
        object model = Activator.CreateInstance(type, 1UL, null)!;
        var arguments = type.GetInterfaces().Single(i => i.IsGenericType && i.GetGenericTypeDefinition() == contract).GetGenericArguments();
        return Activator.CreateInstance(wrapper(arguments), model)!;
    }

    public void Dispose() => context.Unload();

    private void Compile()
    {
        var pending = names.Where(n => !homes.ContainsKey(n.Value) && !refusals.ContainsKey(n.Value)).ToList();
        var trees = pending.Select(n => Parse(
            texts.Contains(n.Value) ? n.Key : $"using RnnGen;\nnamespace Declared;\n{n.Key}public sealed partial class {n.Value};\n",
            n.Value)).Append(Parse($"using RnnGen;\nnamespace Declared;\n{Cells}", "Cells"));
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release,
            nullableContextOptions: NullableContextOptions.Enable);
        var compilation = CSharpCompilation.Create($"Declared{Guid.NewGuid():N}", trees, References.Value, options);
        CSharpGeneratorDriver.Create(new RnnGenerator().AsSourceGenerator())
            .WithUpdatedParseOptions(Parsing)
            .RunGeneratorsAndUpdateCompilation(compilation, out var output, out var diagnostics);
        using var stream = new MemoryStream();
        var errors = diagnostics.Concat(output.Emit(stream).Diagnostics).Where(d => d.Severity == DiagnosticSeverity.Error).ToList();
        if (errors.Count > 0)
        {
            // A declaration that is refused fails its own cases; the others are compiled without it.
            foreach (var group in errors.GroupBy(d => d.Location.GetLineSpan().Path))
            {
                if (!names.ContainsValue(group.Key))
                    throw new InvalidOperationException(string.Join("\n", group.Take(10)));
                refusals[group.Key] = string.Join("\n", group.Select(d => d.GetMessage(null)));
            }

            Compile();
            return;
        }

        stream.Position = 0;
        var assembly = context.LoadFromStream(stream);
        foreach (var (_, name) in pending)
            homes[name] = assembly;
    }

    private static SyntaxTree Parse(string source, string name) => CSharpSyntaxTree.ParseText(source, Parsing, name);
}
