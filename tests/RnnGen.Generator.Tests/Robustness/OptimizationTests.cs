using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace RnnGen.Generator.Tests.Robustness;

/// <summary>A Debug build leaves the loops over matrices to the runtime, and computes the same numbers.</summary>
public class OptimizationTests
{
    private const string LoopOverAMatrix = "for (nint k = 0;";

    private static readonly string[] Cells =
    [
        "SimpleRnn", "IndRnn", "LeakyRnn", "LearnedLeakyRnn", "SkipRnn", "DelayedRnn", "Lstm", "PeepholeLstm", "CoupledLstm",
        "CoupledPeepholeLstm", "LayerNormLstm",
        "Gru", "GruResetBefore", "GruTakeNew", "GruResetBeforeTakeNew", "Mgu",
    ];

    private static string Program => string.Concat(Cells.Select((cell, i) => $$"""
        [RnnGen.RnnModel(Steps = 4{{(i % 3 == 2 ? ", Precision = RnnGen.Precision.Double" : "")}}), RnnGen.Input(5), RnnGen.Rnn<RnnGen.{{cell}}>({{19 + (i * 7)}}, Depth = 2), RnnGen.Dense(3), RnnGen.SquaredError]
        public partial class M{{i}}
        {
            public static string Run()
            {
                var model = new M{{i}}(seed: {{i + 1}});
                var text = new System.Text.StringBuilder();
                {{(i % 3 == 2 ? "double" : "float")}}[] inputs = new {{(i % 3 == 2 ? "double" : "float")}}[4 * 5], outputs = new {{(i % 3 == 2 ? "double" : "float")}}[3], targets = new {{(i % 3 == 2 ? "double" : "float")}}[4 * 3];
                for (int k = 0; k < inputs.Length; k++)
                    inputs[k] = (k * 37 % 11 - 5) / 4f;
                State state = default;
                for (int step = 0; step < 24; step++)
                {
                    model.Step(System.MemoryExtensions.AsSpan(inputs, step % 4 * 5, 5), ref state, outputs);
                    foreach (var output in outputs)
                        text.Append(output.ToString("R", System.Globalization.CultureInfo.InvariantCulture)).Append(' ');
                }

                var trainer = model.CreateTrainer(new RnnGen.Adam(1e-2));
                for (int update = 0; update < 3; update++)
                    text.Append(trainer.Step(inputs, targets).ToString("R", System.Globalization.CultureInfo.InvariantCulture)).Append(' ');
                return text.ToString();
            }
        }

        """));

    [Fact]
    public void DebugAndReleaseGiveTheSameBits()
    {
        var (release, releaseLoops) = Run(OptimizationLevel.Release);
        var (debug, debugLoops) = Run(OptimizationLevel.Debug);
        Assert.Equal(release, debug);
        Assert.All(release, text => Assert.DoesNotContain("NaN", text, StringComparison.Ordinal));
        Assert.True(releaseLoops > Cells.Length);
        Assert.Equal(0, debugLoops);
    }

    /// <summary>The models' numbers, and how many loops over matrices their kernels have.</summary>
    private static (List<string> Numbers, int Loops) Run(OptimizationLevel level)
    {
        var (result, output) = Compiler.Generate(Compiler.Compile(Program).With(level));
        Assert.Empty(result.Diagnostics);
        using var image = new MemoryStream();
        var emitted = output.Emit(image);
        Assert.True(emitted.Success, string.Join("\n", emitted.Diagnostics));
        image.Position = 0;
        var context = new AssemblyLoadContext($"{level}", isCollectible: true);
        var assembly = context.LoadFromStream(image);
        List<string> numbers = [.. Cells.Select((_, i) => (string)assembly.GetType($"M{i}")!.GetMethod(
            "Run", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, null)!)];
        context.Unload();
        return (numbers, result.GeneratedSources.Sum(s => s.SourceText.ToString().Split(LoopOverAMatrix).Length - 1));
    }
}
