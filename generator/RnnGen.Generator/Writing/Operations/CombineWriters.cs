using System.Globalization;
using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes the vectors of symbols.</summary>
internal sealed class EmbeddingWriter(CodeWriter writer, ModelLayout model, EmbeddingOperation operation) : OperationWriter(writer, model)
{
    private readonly Value y = operation.Output;

    public override void Forward(Site site) => Writer.Line(Model.Format.IsCompressed
        ? $"{Api.Panels}.Embed<V, {Real}>({site.Symbols(operation.Inputs[0])}, {operation.Symbols}, {y.Stride}, {Weights(operation.FirstParameter)}, ref {site.Of(y)});"
        : $"{Api.Numerics}.Embedding.Gather<V, {Real}>({site.Symbols(operation.Inputs[0])}, {y.Stride}, {Weights(operation.FirstParameter)}, ref {site.Of(y)});");

    public override void Backward(TapeSite site)
    {
    }

    public override void EndBackward(TapeSite site)
    {
        WriteZeros(operation.FirstParameter, operation.Symbols * y.Stride);
        Writer.Line($"{Api.Numerics}.Embedding.Scatter<V, {Real}>({site.Symbols(operation.Inputs[0])}, {y.Stride}, ref {site.GradientOf(y)}, {Gradients(operation.FirstParameter)});");
    }
}

/// <summary>Writes several values joined to one.</summary>
internal sealed class JoinWriter(CodeWriter writer, ModelLayout model, JoinOperation operation) : OperationWriter(writer, model)
{
    private readonly Value y = operation.Output;

    /// <summary>An inference reads each head's outputs where they are.</summary>
    public override bool IsInferred => !operation.IsOutput;

    public override void Forward(Site site) =>
        EachPart((x, offset) => Writer.Line($"{Api.Merging}.Concat<{Real}>({site.Count(x)}, {x.Width}, ref {site.Of(x)}, {x.Stride}, ref {site.Of(y)}, {y.Stride}, {offset});"));

    public override void Backward(TapeSite site) =>
        EachPart((x, offset) => Writer.Line($"{TapeSite.OnRequest(x)}{Api.Merging}.ConcatGradient<V, {Real}>({site.Count(x)}, {x.Width}, ref {site.GradientOf(y)}, {y.GradientStride}, {offset}, ref {site.GradientOf(x)}, {x.GradientStride}, accumulate: {Literal(site.Accumulate(x))});"));

    private void EachPart(Action<Value, int> action)
    {
        int offset = 0;
        foreach (var x in operation.Inputs)
        {
            action(x, offset);
            offset += x.Width;
        }
    }
}

/// <summary>Writes both directions made one, element by element.</summary>
internal sealed class MergeWriter(CodeWriter writer, ModelLayout model, MergeOperation operation) : OperationWriter(writer, model)
{
    private readonly Value y = operation.Output;

    public override void Forward(Site site)
    {
        string more = operation.Kind == MergeKind.Multiply ? ", accumulate: false" : "";
        Writer.Line($"{Api.Merging}.{operation.Kind}<V, {Real}>(ref {site.Of(operation.Inputs[0])}, ref {site.Of(operation.Inputs[1])}, ref {site.Of(y)}, {site.Count(y)} * {y.Stride}{more});");
    }

    public override void Backward(TapeSite site)
    {
        foreach (var (x, other) in new[] { (operation.Inputs[0], operation.Inputs[1]), (operation.Inputs[1], operation.Inputs[0]) })
        {
            string accumulate = Literal(site.Accumulate(x));
            Writer.Line(operation.Kind == MergeKind.Multiply
                ? $"{Api.Merging}.Multiply<V, {Real}>(ref {site.GradientOf(y)}, ref {site.Of(other)}, ref {site.GradientOf(x)}, {site.Count(y)} * {y.Stride}, accumulate: {accumulate});"
                : $"{Api.Merging}.Pass<V, {Real}>(ref {site.GradientOf(y)}, ref {site.GradientOf(x)}, {site.Count(y)} * {y.Stride}, {(operation.Kind == MergeKind.Mean ? "0.5" : "1")}, accumulate: {accumulate});");
        }
    }
}

/// <summary>Writes the outputs of the step before: on a tape they are there already.</summary>
internal sealed class FeedbackWriter(CodeWriter writer, ModelLayout model, FeedbackOperation operation) : OperationWriter(writer, model)
{
    public override bool IsTaped => false;

    public override void Forward(Site site) =>
        Writer.Line(((ScratchSite)site).LoadState(operation.FirstState, site.Of(operation.Output), operation.Output.Stride));

    public override void Backward(TapeSite site)
    {
    }
}

/// <summary>Writes one vector at every step.</summary>
internal sealed class RepeatWriter(CodeWriter writer, ModelLayout model, RepeatOperation operation) : OperationWriter(writer, model)
{
    private readonly Value x = operation.Inputs[0];
    private readonly Value y = operation.Output;

    public override void Forward(Site site) =>
        Writer.Line($"{Api.TimePooling}.Repeat<{Real}>({site.Steps(y.Time!)}, {site.Rows}, ref {site.Of(x)}, ref {site.Of(y)}, {y.Stride});");

    public override void Backward(TapeSite site) =>
        Writer.Line($"{Api.TimePooling}.RepeatGradient<V, {Real}>({site.Steps(y.Time!)}, {site.Rows}, ref {site.GradientOf(y)}, ref {site.GradientOf(x)}, {y.Stride}, accumulate: {Literal(site.Accumulate(x))});");
}

/// <summary>Writes dropout: a mask on the tape, none in use.</summary>
internal sealed class DropoutWriter(CodeWriter writer, ModelLayout model, DropoutOperation operation) : OperationWriter(writer, model)
{
    private readonly Value x = operation.Inputs[0];
    private readonly Value y = operation.Output;

    public override bool IsInferred => false;

    public override void Start(Site site)
    {
        string p = operation.Probability.ToString("R", CultureInfo.InvariantCulture);
        string what = $"ref {site.Buffer(operation.Mask)}, stream: {operation.Number}", width = $"{y.Width}, {y.Stride}, {p}";
        Writer.Line(y.Time is { } time ? $"tape.Keep({what}, {site.Steps(time)}, {width});" : $"tape.KeepThroughout({what}, {width});");
    }

    public override void Forward(Site site)
    {
        Writer.Line($"{Api.Numerics}.Noise.Apply<V, {Real}>(ref {Mask(site)}, ref {site.Of(x)}, ref {site.Of(y)}, {site.Count(y)} * {y.Stride}, accumulate: false);");
    }

    public override void Backward(TapeSite site) =>
        Writer.Line($"{Api.Numerics}.Noise.Apply<V, {Real}>(ref {Mask(site)}, ref {site.GradientOf(y)}, ref {site.GradientOf(x)}, {site.Count(y)} * {y.Stride}, accumulate: {Literal(site.Accumulate(x))});");

    private string Mask(Site site) => y.Once ? site.Buffer(operation.Mask) : site.VectorsOf(site.Buffer(operation.Mask), y.Stride);
}

/// <summary>Writes one vector out of a sequence.</summary>
internal sealed class PoolWriter(CodeWriter writer, ModelLayout model, PoolOperation operation) : OperationWriter(writer, model)
{
    private readonly Value x = operation.Inputs[0];
    private readonly Value y = operation.Output;

    public override void Forward(Site site)
    {
        string over = $"{site.Lengths(x.Time!)}, {site.Steps(x.Time!)}, {site.Rows}";
        switch (operation.Kind)
        {
            case PoolingKind.First:
                Writer.Line($"Copy(ref {site.Of(x)}, ref {site.Of(y)}, {site.RowsOf(x.Stride)});");
                break;
            case PoolingKind.Last:
                Writer.Line($"{Api.TimePooling}.Last<{Real}>({over}, ref {site.Of(x)}, ref {site.Of(y)}, {x.Stride});");
                break;
            case PoolingKind.Mean:
                Writer.Line($"{Api.TimePooling}.Mean<V, {Real}>({over}, ref {site.Of(x)}, ref {site.Of(y)}, {x.Stride});");
                break;
            default:
                var scores = operation.Inputs[1];
                Writer.Line($"{Api.TimePooling}.Attention<V, {Real}>({over}, ref {site.Of(scores)}, {scores.Stride}, ref {site.Buffer(operation.Weights)}, ref {site.Of(x)}, ref {site.Of(y)}, {x.Stride});");
                break;
        }
    }

    public override void Backward(TapeSite site)
    {
        string over = $"{site.Lengths(x.Time!)}, {site.Steps(x.Time!)}, {site.Rows}";
        string dy = site.GradientOf(y), dx = site.GradientOf(x);
        bool accumulate = site.Accumulate(x);
        switch (operation.Kind)
        {
            case PoolingKind.First:
                if (!accumulate)
                    Writer.Line(site.ClearGradient(x));
                Writer.Line($"{Api.Merging}.Pass<V, {Real}>(ref {dy}, ref {dx}, {site.Rows} * {x.Stride}, 1, accumulate: true);");
                break;
            case PoolingKind.Last:
            case PoolingKind.Mean:
                Writer.Line($"{Api.TimePooling}.{operation.Kind}Gradient<V, {Real}>({over}, ref {dy}, ref {dx}, {x.Stride}, accumulate: {Literal(accumulate)});");
                break;
            default:
                var scores = operation.Inputs[1];
                site.Accumulate(scores);
                Writer.Line($"{Api.TimePooling}.AttentionGradient<V, {Real}>({over}, ref {site.Buffer(operation.Weights)}, ref {site.Of(x)}, ref {site.Of(y)}, ref {dy}, ref {dx}, {x.Stride}, accumulate: {Literal(accumulate)}, ref {site.GradientOf(scores)}, {scores.Stride});");
                break;
        }
    }
}
