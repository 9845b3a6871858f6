using System.Globalization;
using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Members;

/// <summary>Writes a model's table of layers, and the methods that print it.</summary>
internal sealed class SummaryWriter(CodeWriter writer, ModelLayout model)
{
    private const string Row = "global::RnnGen.Generated.LayerRow";
    private const string Printer = "global::RnnGen.Generated.ModelSummary";

    private string Name => model.Declaration.Name.Text + (model.Format.IsCompressed ? $".{model.Format.Name}" : "");

    public void Write()
    {
        writer.Line("/// <summary>A table of the layers: output shapes, parameters, FLOP of a step and bytes of the weights.</summary>");
        writer.Line($"public string Summary() => {Printer}.Table(\"{Name}\", LayerTable);\n");
        if (model.Format.IsCompressed || !model.Declaration.HasToString)
        {
            writer.Line("/// <summary>The layers and the number of parameters in one line; <see cref=\"Summary\"/> is a table.</summary>");
            writer.Line($"public override string ToString() => {Printer}.Line(\"{Name}\", LayerTable);\n");
        }

        writer.Line($"private static readonly {Row}[] LayerTable =\n[");
        foreach (var source in model.Sources.Where(s => s.IsInput || s.IsSymbols))
            WriteRow("", source.IsInput ? "input" : "one-hot", source, 0, 0, 0, isEncoder: source != model.Source);
        HashSet<object> seen = [];
        foreach (var operation in model.Operations.Where(o => o is not FinalStateOperation and not JoinOperation { IsOutput: true }))
        {
            // A layer that several operations share is counted with the first.
            bool isFirst = seen.Add(operation.Parameters ?? operation);
            var (name, kind) = LabelOf(operation);
            WriteRow(name, kind, operation.Output, isFirst ? operation.ParameterCount : 0, operation.FlopPerStep, isFirst ? operation.WeightCount : 0, operation.IsEncoding);
        }

        foreach (var head in model.Heads)
            WriteRow("", Summary.Of(head.Loss), head.Value, 0, 0, 0, isEncoder: false);
        writer.Line("];\n");
    }

    private void WriteRow(string name, string kind, Value output, long parameters, long flop, long weights, bool isEncoder)
    {
        long bytes = weights * (model.Declaration.IsDouble ? sizeof(double) : sizeof(float));
        writer.Line($"    new(\"{name}\", \"{kind}\", {output.Time?.Steps ?? 0}, {output.Width}, {parameters}, {flop}, {bytes}{(isEncoder ? ", IsEncoder: true" : "")}),");
    }

    private static (string Name, string Kind) LabelOf(Operation operation) => operation switch
    {
        EmbeddingOperation embedding => (embedding.Path, "embedding"),
        RecurrentOperation { Layer: var layer } => ($"{layer.Path.Module}{layer.Suffix}", $"{layer.Declaration.Cell.Name.Text}{(layer.IsReverse ? ", reverse" : "")}"),
        DenseOperation { Dense: var dense } => (dense.Path, dense.Activation.Kind == ActivationKind.Linear ? "dense" : $"dense, {dense.Activation.Kind.ToString().ToLowerInvariant()}"),
        AttentionOperation attention => (attention.Path, "attention"),
        DropoutOperation dropout => ("", $"dropout {dropout.Probability.ToString(CultureInfo.InvariantCulture)}"),
        _ => ("", operation.Title.ToLowerInvariant()),
    };
}
