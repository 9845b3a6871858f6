using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;
using RnnGen.Generator.Pipeline;

namespace RnnGen.Generator.Tests.Incrementality;

/// <summary>
/// What the pipeline keeps between edits is values: a symbol or a syntax tree in it would keep whole compilations alive, and equal nothing.
/// </summary>
public class PipelineValuesTests
{
    private static readonly Type[] Banned =
    [
        typeof(ISymbol), typeof(SyntaxNode), typeof(Location), typeof(Compilation), typeof(SemanticModel), typeof(SyntaxTree),
        typeof(AttributeData)
    ];

    private static readonly string[] Steps =
    [
        TrackingNames.ReadModels, TrackingNames.ReadJoints, TrackingNames.ReadCells, TrackingNames.ReadScores,
        TrackingNames.ReadLosses, TrackingNames.Losses, TrackingNames.LossFiles,
        TrackingNames.Models, TrackingNames.Joints, TrackingNames.Cells,
        TrackingNames.Scores, TrackingNames.ModelFiles, TrackingNames.JointFiles, TrackingNames.CellFiles, TrackingNames.ScoreFiles,
    ];

    private const string Source = """
        using RnnGen;

        [RnnModel(Steps = 300), Embedding(5, 3), Rnn<Lstm>(5, Depth = 2), Rnn<Leaky>(4), Dense(3, Activation = Activation.Tanh), SigmoidCrossEntropy]
        partial class Model;

        [RnnModel, OneHot(0), Rnn<int>(5)]
        class Broken;

        [RnnCell]
        readonly partial struct Leaky
        {
            readonly Weight W;
            readonly PerUnit leak;
            public Hidden Step(Input x, Hidden h) => Tanh(W * x) - leak * -h / 2;
        }

        [RnnCell]
        readonly partial struct BrokenToo
        {
            readonly int n;
            public Hidden Step(Input x, Hidden h) => n % h;
        }

        [RnnAttention]
        readonly partial struct Fit
        {
            readonly Map W;
            public Hidden Score(Hidden q, Hidden k) => Scaled(q * (W * k));
        }

        [RnnLoss]
        readonly partial struct Far
        {
            const double c = 2;
            public static Hidden Loss(Hidden y, Hidden target) => c * Abs(y - target);
        }

        [RnnModel, Input(3), Rnn<Gru>(4), Loss<Far>]
        partial class Farther;

        [Encoder(Steps = 300), Embedding(5, 3), Rnn<Gru>(4, Direction = Direction.Bidirectional)]
        static class Past;

        [Decoder(Start = 1, End = 1), Embedding(7, 3), Context, Rnn<Leaky>(6, From = "input, context, seen'"), Attention<Fit>(6, Name = "seen"), Dense(7), SoftmaxCrossEntropy]
        static class Future;

        [Decoder, Input(3), Rnn<Leaky>(0), SquaredError]
        static class BrokenFuture;

        [Seq2Seq(typeof(Past), typeof(Future))]
        partial class Forecast;

        [Seq2Seq(typeof(Past), typeof(BrokenFuture))]
        partial class BrokenForecast;
        """;

    [Fact]
    public void NoSymbolsInThePipeline()
    {
        var result = Compiler.Generate(Compiler.Compile(Source)).Result;
        var visited = new HashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (string step in Steps)
        {
            Assert.NotEmpty(result.TrackedSteps[step]);
            foreach (var (value, _) in result.TrackedSteps[step].SelectMany(s => s.Outputs))
                Walk(value, step, visited);
        }

        Assert.Contains(visited, v => v is Generator.Diagnostics.LocationInfo);
        Assert.Contains(visited, v => v is Equations.Expression);
        Assert.True(visited.Count > 100, $"Only {visited.Count} values were seen.");
    }

    [Fact]
    public void TheWalkSeesWhatIsHidden()
    {
        var tree = Compiler.Compile(Source).SyntaxTrees[0];
        Assert.ThrowsAny<Exception>(() => Walk(new List<Lazy<object>?> { null, new(tree) }, "", []));
    }

    [Fact]
    public void EqualDeclarationsAreEqualValues()
    {
        var first = Values();
        var second = Values();
        Assert.Equal(first, second);
        Assert.Equal(first.Select(v => v.GetHashCode()), second.Select(v => v.GetHashCode()));

        static List<object> Values()
        {
            var result = Compiler.Generate(Compiler.Compile(Source)).Result;
            return [.. Steps.SelectMany(s => result.TrackedSteps[s]).SelectMany(s => s.Outputs).Select(o => o.Value)];
        }
    }

    private static void Walk(object? value, string path, HashSet<object> visited)
    {
        if (value is null or string || value.GetType().IsPrimitive || !visited.Add(value))
            return;
        var type = value.GetType();
        Assert.False(Banned.Any(b => b.IsInstanceOfType(value)), $"{path} holds a {type}.");
        if (value is IEnumerable items)
        {
            foreach (object? item in items)
                Walk(item, $"{path}[]", visited);
        }

        for (var declaring = type; declaring is not null; declaring = declaring.BaseType)
        {
            foreach (var field in declaring.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                Walk(field.GetValue(value), $"{path}.{field.Name}", visited);
        }
    }
}
