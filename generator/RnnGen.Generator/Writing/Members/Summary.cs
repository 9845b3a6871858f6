using System.Globalization;
using System.Text;
using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Graphs;

namespace RnnGen.Generator.Writing.Members;

/// <summary>A model in two lines, for the head of what is generated.</summary>
internal static class Summary
{
    /// <summary>one-hot 96 → Lstm 128 → Lstm 128 → dense 96 → softmax; what does not take the element above says what it takes.</summary>
    public static string Of(ModelLayout model) => model.Declaration.Joint is { } joint
        ? $"{joint.Encoder.Name} ({Of(joint.Encoder.Elements)}) ⇒ {joint.Decoder} ({Of(model.Declaration.Elements)})"
        : Of(model.Declaration.Elements);

    private static string Of(EquatableArray<ElementDeclaration> elements)
    {
        var text = new StringBuilder();
        int above = 0;
        for (int i = 0; i < elements.Count; i++)
        {
            bool follows = i == 0 || elements[i] is ContextDeclaration || (elements[i].From.Count == 1 && elements[i].From[0] == new ElementUse(above));
            string from = follows ? "" : $"({string.Join(", ", elements[i].From.Select(f => NameOf(elements, f.Index) + (f.IsPrevious ? "'" : "")))}) ";
            string arrow = i == 0 ? "" : follows ? " → " : "; ";
            text.Append($"{arrow}{from}{(follows ? "" : "→ ")}{Of(elements[i])}");
            above = elements[i] is HeadDeclaration ? above : i;
        }

        return text.ToString();
    }

    /// <summary>What a model's outputs are.</summary>
    public static string Outputs(ModelLayout model) =>
        model.Heads.All(h => h.Loss == LossKind.SquaredError) ? "the outputs" : model.Heads.All(h => h.Loss != LossKind.SquaredError) ? "the probabilities" : "the outputs and probabilities, head after head";

    private static string NameOf(EquatableArray<ElementDeclaration> elements, int index) =>
        elements[index].Name.Length > 0 ? elements[index].Name : Of(elements[index]);

    private static string Of(ElementDeclaration element) => Label(element) + (element is SourceDeclaration { Name: "input" } || element.Name.Length == 0 ? "" : $" \"{element.Name}\"");

    private static string Label(ElementDeclaration element) => element switch
    {
        SourceDeclaration { Kind: SourceKind.OneHot } source => $"one-hot {source.Symbols}",
        SourceDeclaration { Kind: SourceKind.Embedding } source => $"embedding {source.Symbols} × {source.Width}",
        SourceDeclaration source => $"input {source.Width}{(source.Once ? " once" : "")}",
        RnnDeclaration rnn => string.Join(" → ", Enumerable.Repeat($"{rnn.Cell.Name.Text} {rnn.Hidden}{DirectionOf(rnn)}", rnn.Depth)),
        DenseDeclaration dense => $"dense {dense.Size}{(dense.Activation.Kind == ActivationKind.Linear ? "" : $" {dense.Activation.Kind.ToString().ToLowerInvariant()}")}",
        DropoutDeclaration dropout => $"dropout {dropout.Probability.ToString(CultureInfo.InvariantCulture)}",
        FeedbackDeclaration feedback => $"with its last {feedback.Size} outputs",
        AttentionDeclaration attention => $"attention {attention.Score.Name.Text} {attention.Units}",
        ContextDeclaration => "context",
        RepeatDeclaration => "repeat",
        PoolDeclaration pool => $"{pool.Kind.ToString().ToLowerInvariant()} over time",
        HeadDeclaration { Loss: LossKind.SoftmaxCrossEntropy } => "softmax",
        HeadDeclaration { Loss: LossKind.SigmoidCrossEntropy } => "sigmoid",
        _ => "squared error",
    };

    private static string DirectionOf(RnnDeclaration rnn) => rnn.Direction switch
    {
        DirectionKind.Reverse => " reverse",
        DirectionKind.Bidirectional => $" both ways ({rnn.Merge.ToString().ToLowerInvariant()})",
        _ => "",
    };

    /// <summary>259,168 parameters · 0.5 MFLOP a step · state 512 floats · tape 1,792 floats a step and row.</summary>
    public static string Sizes(ModelLayout model)
    {
        string unit = model.Real + "s";
        int tape = model.Layers.Sum(l => l.SlotRow + (l.Padded * (l.States + l.Plan.Derivative.Operands.Count)));
        return $"{Numeral.Count(model.ParameterCount)} parameters · {Flop(model.FlopPerStep)} a step · state {Numeral.Count(model.StateSize)} {unit} · tape {Numeral.Count(tape)} {unit} a step and row";
    }

    private static string Flop(long flop) => flop switch
    {
        >= 1_000_000 => $"{(flop / 1e6).ToString("0.0", CultureInfo.InvariantCulture)} MFLOP",
        >= 1_000 => $"{(flop / 1e3).ToString("0.0", CultureInfo.InvariantCulture)} kFLOP",
        _ => $"{flop} FLOP",
    };
}
