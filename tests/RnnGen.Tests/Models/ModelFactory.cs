using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RnnGen.Generator;

namespace RnnGen.Tests.Models;

/// <summary>Compiles models that are declared at run time: many in one compilation, with the generator, in memory.</summary>
internal static class ModelFactory
{
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(p => p.EndsWith(".dll", StringComparison.Ordinal)).Select(p => MetadataReference.CreateFromFile(p)),
    ];

    /// <summary>Compiles models of real vectors in double, with squared error, and hands each out ready to test.</summary>
    /// <param name="models">By name, the attributes between [Input] and the loss, for instance <c>[Rnn&lt;Lstm&gt;(7)]</c>.</param>
    /// <param name="cells">Cells that they use.</param>
    public static Dictionary<string, TestModel> Compile(IEnumerable<(string Name, int Input, int Steps, string Layers)> models, string cells = "")
    {
        var list = models.ToList();
        string source = "using System;\nusing System.Collections.Generic;\nusing RnnGen;\nusing RnnGen.Tests.Models;\nnamespace Tested;\n" + cells + string.Concat(list.Select(m => Declare(m.Name, m.Input, m.Steps, m.Layers)));
        var assembly = Load(source);
        return list.ToDictionary(m => m.Name, m => (TestModel)Activator.CreateInstance(assembly.GetType($"Tested.{m.Name}Test")!)!);
    }

    /// <summary>Compiles a source file with the generator and loads the result; the compiler's errors and warnings fail the test.</summary>
    public static Assembly Load(string source)
    {
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable);
        var compilation = CSharpCompilation.Create($"Tested{Guid.NewGuid():N}", [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.CSharp13))], References, options);
        CSharpGeneratorDriver.Create(new RnnGenerator().AsSourceGenerator()).WithUpdatedParseOptions(new CSharpParseOptions(LanguageVersion.CSharp13)).RunGeneratorsAndUpdateCompilation(compilation, out var output, out var diagnostics);
        var problems = diagnostics.Concat(output.GetDiagnostics()).Where(d => d.Severity >= DiagnosticSeverity.Warning).ToList();
        Assert.True(problems.Count == 0, string.Join("\n", problems.Take(10)));
        using var stream = new MemoryStream();
        var result = output.Emit(stream);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics.Take(10)));
        stream.Position = 0;
        return new AssemblyLoadContext(null, isCollectible: true).LoadFromStream(stream);
    }

    private static string Declare(string name, int input, int steps, string layers) => $$"""
        [RnnModel(Steps = {{steps}}, Precision = Precision.Double)]
        [Input({{input}})]
        {{layers}}
        [SquaredError]
        public sealed partial class {{name}};

        public sealed class {{name}}Test : TestModel
        {
            private readonly {{name}} model = new(seed: 1);

            public override int Steps => {{name}}.Steps;
            public override int InputSize => {{name}}.InputSize;
            public override int OutputSize => {{name}}.OutputSize;
            public override int StateSize => {{name}}.StateSize;
            public override ParameterSet<double> Parameters => model.Parameters;

            public override TestPass Run(int rows, double[] inputs, double[][]? states, double[] outputGradients, double[][]? finalStateGradients)
            {
                var tape = model.CreateTape(rows, inputGradients: true);
                tape.Forward(inputs, states is null ? default : Pack(states));
                var outputs = new double[Steps * rows * OutputSize];
                for (int i = 0; i < Steps * rows; i++)
                {
                    tape.Output(i / rows, i % rows).CopyTo(outputs.AsSpan(i * OutputSize));
                    outputGradients.AsSpan(i * OutputSize, OutputSize).CopyTo(tape.OutputGradient(i / rows, i % rows));
                }

                var final = new {{name}}.State[rows];
                tape.GetFinalStates(final);
                tape.Backward(finalStateGradients is null ? default : Pack(finalStateGradients));
                var gradients = new Dictionary<string, double[]>();
                foreach (var view in tape.Gradients)
                    view.CopyTo(gradients[view.Name] = new double[view.Count]);
                var inputGradients = new double[Steps * rows * InputSize];
                for (int i = 0; i < Steps * rows; i++)
                    tape.InputGradient(i / rows, i % rows).CopyTo(inputGradients.AsSpan(i * InputSize));
                var initial = new {{name}}.State[rows];
                tape.GetInitialStateGradients(initial);
                return new(outputs, Unpack(final), gradients, inputGradients, Unpack(initial));
            }

            public override (double[] Outputs, double[] State) Infer(double[] inputs, double[] state, bool stepByStep)
            {
                var stream = new {{name}}.State();
                stream.CopyFrom(state);
                int steps = inputs.Length / InputSize;
                var outputs = new double[steps * OutputSize];
                if (stepByStep)
                {
                    for (int step = 0; step < steps; step++)
                        model.Step(inputs.AsSpan(step * InputSize, InputSize), ref stream, outputs.AsSpan(step * OutputSize, OutputSize));
                }
                else
                {
                    model.Forward(inputs, ref stream, outputs);
                }

                var final = new double[StateSize];
                stream.CopyTo(final);
                return (outputs, final);
            }

            public override Func<double[], double[], double> Train(Optimizer optimizer, double? clipNorm)
            {
                var trainer = model.CreateTrainer(optimizer) with { ClipNorm = clipNorm };
                return (inputs, targets) => trainer.Step(inputs, targets);
            }

            private static {{name}}.State[] Pack(double[][] states)
            {
                var packed = new {{name}}.State[states.Length];
                for (int row = 0; row < packed.Length; row++)
                    packed[row].CopyFrom(states[row]);
                return packed;
            }

            private static double[][] Unpack({{name}}.State[] states)
            {
                var unpacked = new double[states.Length][];
                for (int row = 0; row < unpacked.Length; row++)
                    states[row].CopyTo(unpacked[row] = new double[{{name}}.StateSize]);
                return unpacked;
            }
        }

        """;
}
