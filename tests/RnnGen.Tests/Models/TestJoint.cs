using System.Reflection;
using RnnGen.Generated;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Reading;
using RnnGen.Generator.Support;

namespace RnnGen.Tests.Models;

/// <summary>What makes a graph the decoder of another.</summary>
/// <param name="Encoder">Its elements, without heads; of its steps the longest source has as many.</param>
/// <param name="Bridge">Where the decoder begins.</param>
internal sealed record TestJoint(TestGraph Encoder, string Bridge)
{
    public bool HasBridge => Bridge != "None";

    public static TestGraph Of(string bridge, TestGraph encoder, TestGraph decoder) =>
        decoder with { Prefix = "decoder.", Joint = new(encoder with { Prefix = "encoder." }, bridge) };

    /// <summary>
    /// The three classes, and beside them a method that decodes through arrays: spans cannot be passed to what is only known at run time.
    /// </summary>
    public string Declare(TestGraph decoder, string name)
    {
        bool isSymbolic = decoder.Source.Kind != "Input";
        int attentions = decoder.Elements.OfType<TestAttention>().Count();
        string input =
            isSymbolic ? "inputs[step]" : $"new System.ReadOnlySpan<double>(inputs, step * {decoder.Source.Numbers}, {decoder.Source.Numbers})";
        return $$"""
            [Encoder(Steps = {{Encoder.Steps}})]
            {{Encoder.Attributes}}
            public static class {{name}}Encoder;

            [Decoder(Steps = {{decoder.Steps}})]
            {{decoder.Attributes}}
            public static class {{name}}Decoder;

            [Seq2Seq(typeof({{name}}Encoder), typeof({{name}}Decoder), Bridge = Bridge.{{Bridge}}, Precision = Precision.Double)]
            public sealed partial class {{name}};

            public static class {{name}}Use
            {
                public static (double[] Outputs, double[] Attention, double[] State) Decode(
                    {{name}} model, {{name}}.Memory memory, {{(Encoder.Source.Kind == "Input" ? "double" : "int")}}[] source, {{(isSymbolic ? "int" : "double")}}[] inputs, double[]? state, bool atOnce)
                {
                    model.Encode(source, memory);
                    var own = memory.Start;
                    if (state is not null)
                        own.CopyFrom(state);
                    int steps = inputs.Length{{(isSymbolic ? "" : $" / {decoder.Source.Numbers}")}};
                    var outputs = new double[steps * {{name}}.OutputSize];
                    var attention = new double[steps * {{attentions}} * memory.Length];
                    if (atOnce)
                        memory.Forward(inputs, ref own, outputs{{(attentions > 0 ? ", attention" : "")}});
                    for (int step = 0; !atOnce && step < steps; step++)
                    {
                        var output = new System.Span<double>(outputs, step * {{name}}.OutputSize, {{name}}.OutputSize);
                        memory.Step({{input}}, ref own, output{{(attentions > 0 ? $", new System.Span<double>(attention, step * {attentions} * memory.Length, {attentions} * memory.Length)" : "")}});
                    }

                    var numbers = new double[{{name}}.StateSize];
                    own.CopyTo(numbers);
                    return (outputs, attention, numbers);
                }
            }

            """;
    }
}

/// <summary>A score.</summary>
/// <param name="Name">The type.</param>
/// <param name="Source">The declaration, for one that tests declare.</param>
internal sealed record TestScore(string Name, string? Source = null)
{
    public static readonly TestScore Additive = new("AdditiveScore");

    public static readonly TestScore Dot = new("DotScore");

    public static readonly TestScore General = new("GeneralScore");

    public static readonly TestScore ScaledDot = new("ScaledDotScore");

    /// <summary>Several matrices on one vector, several vectors, a constant, and a sum in the middle.</summary>
    public static readonly TestScore Gated = new(
        "GatedScore",
        """
        [RnnAttention]
        public readonly partial struct GatedScore
        {
            readonly Map Wq, Vq, Wk, Vk;
            readonly PerUnit v, b;
            const double Half = 0.5;

            public Hidden Score(Hidden q, Hidden k)
            {
                var gate = Sigmoid(Vq * q + b);
                var both = Tanh(Wq * q + Wk * k - Half);
                return v * (gate * both) + Half * both * (Vk * k) / (1.5 + gate);
            }
        }

        """);

    /// <summary>Query and key element by element: without a matrix.</summary>
    public static readonly TestScore Distance = new(
        "DistanceScore",
        """
        [RnnAttention]
        public readonly partial struct DistanceScore
        {
            readonly PerUnit width;

            public Hidden Score(Hidden q, Hidden k)
            {
                var distance = q - k;
                return Scaled(Exp(-(width * width * distance * distance)));
            }
        }

        """);

    public static IEnumerable<TestScore> All => [Additive, Dot, General, ScaledDot, Gated, Distance];

    public static string Sources => string.Concat(All.Select(s => s.Source));

    /// <summary>Whether query and key must have as many numbers as the score has units; of the general one, the query.</summary>
    public bool IsElementwise => this != Additive && this != Gated;

    public CellDeclaration Declaration
    {
        get
        {
            var diagnostics = new DiagnosticBag();
            string source = Source is null
                ? typeof(AdditiveScore).Assembly.GetType($"RnnGen.{Name}")!.GetCustomAttribute<CellEquationsAttribute>()!.Source
                : Source[(Source.IndexOf('{') + 1)..Source.LastIndexOf('}')];
            return CellReader.Parse(Name, source, diagnostics, Dialect.Score)
                ?? throw new InvalidOperationException(string.Join("\n", diagnostics.ToEquatableArray()));
        }
    }
}

/// <param name="Score">The score.</param>
/// <param name="Units">Of the vector whose sum it is.</param>
internal sealed record TestAttention(TestScore Score, int Units) : TestElement($"Attention<{Score.Name}>")
{
    protected override IEnumerable<string> Arguments => [$"{Units}"];
}

internal sealed record TestContext() : TestElement("Context")
{
    protected override IEnumerable<string> Arguments => [];
}

/// <param name="Size">Numbers of an output.</param>
internal sealed record TestFeedback(int Size) : TestElement("Feedback")
{
    protected override IEnumerable<string> Arguments => [$"{Size}"];
}
