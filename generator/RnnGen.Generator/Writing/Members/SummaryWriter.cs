using System.Globalization;
using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Members;

/// <summary>Writes a model's table of layers, and the members that print it.</summary>
internal sealed class SummaryWriter(CodeWriter writer, ModelLayout model)
{
    private string Name => model.Declaration.Name.Text + (model.Format.IsCompressed ? $".{model.Format.Name}" : "");

    /// <summary>The members that print the table.</summary>
    public void WriteMembers()
    {
        writer.Summary("A table of the layers: output shapes, parameters, FLOP of a step and bytes of the weights.");
        WriteMember("public string Summary()", "Summary");
        if (!model.Format.IsCompressed && model.Declaration.HasToString)
            return;
        WriteMember("public override string ToString()", "Line");
    }

    /// <summary>The table itself, beside the kernels.</summary>
    public void WriteTable()
    {
        writer.Line("/// <summary>The model's summary, as a table and in a line.</summary>");
        using (writer.Block("internal static class Layers"))
        {
            writer.Line($"public static string Summary() => ModelSummary.Table(\"{Name}\", Table);\n");
            writer.Line($"public static string Line() => ModelSummary.Line(\"{Name}\", Table);\n");
            using (writer.Block("private static readonly LayerRow[] Table =", "[", "];"))
                WriteRows();
        }
    }

    private void WriteMember(string header, string method)
    {
        string member = $"{header} => {Api.OfKernels(model, $"Layers.{method}")}();";
        // A compressed class is marked as a whole.
        if (model.Format.IsCompressed)
            writer.Line(member);
        else
            writer.Attributed(Api.GeneratedCode, member);
        writer.Blank();
    }

    private void WriteRows()
    {
        foreach (var source in model.Sources.Where(s => s.IsInput || s.IsSymbols))
            WriteRow("", source.IsInput ? "input" : "one-hot", source, 0, 0, 0, isEncoder: source != model.Source);
        HashSet<object> seen = [];
        foreach (var operation in model.Operations.Where(
            o => o is not (FinalStateOperation or WindowOperation or PositionsOperation or JoinOperation { IsOutput: true })))
        {
            // A layer that several operations share is counted with the first.
            bool isFirst = seen.Add(operation.Parameters ?? operation);
            var (name, kind) = LabelOf(operation);
            WriteRow(
                name, kind, operation.Output, isFirst ? operation.ParameterCount : 0, operation.FlopPerStep,
                isFirst ? operation.WeightCount : 0, operation.IsEncoding);
        }

        foreach (var head in model.Heads)
            WriteRow("", Summary.Of(head.Declaration), head.Value, 0, 0, 0, isEncoder: false);
    }

    private void WriteRow(string name, string kind, Value output, long parameters, long flop, long weights, bool isEncoder)
    {
        long bytes = weights * (model.Declaration.IsDouble ? sizeof(double) : sizeof(float));
        var (steps, width) = output.Time is { IsInner: true } along
            ? (along.Grids?.Steps ?? 0, along.Steps * output.Width)
            : (output.Time?.Steps ?? 0, output.Width);
        writer.Line($"new(\"{name}\", \"{kind}\", {steps}, {width}, {parameters}, {flop}, "
            + $"{bytes}{(isEncoder ? ", IsEncoder: true" : "")}),");
    }

    private static (string Name, string Kind) LabelOf(Operation operation) => operation switch
    {
        EmbeddingOperation embedding => (embedding.Path, "embedding"),
        RecurrentOperation { Layer: var layer } =>
            ($"{layer.Path.Module}{layer.Suffix}", $"{layer.Declaration.Cell.Name.Text}{(layer.Time.IsInner ? " along positions" : "")}"
                + (layer.IsReverse ? ", reverse" : "")),
        DenseOperation { Dense: var dense } =>
            (
                dense.Path,
                (dense.IsConvolution ? "convolution" : "dense")
                    + (dense.Activation.Kind == ActivationKind.Linear ? "" : $", {dense.Activation.Kind.ToString().ToLowerInvariant()}")),
        VectorOperation vectors => (vectors.Path, vectors.Words),
        AttentionOperation attention => (attention.Path, "attention"),
        DropoutOperation dropout => ("", $"dropout {dropout.Probability.ToString(CultureInfo.InvariantCulture)}"),
        _ => ("", operation.Title.ToLowerInvariant()),
    };
}
