using RnnGen.Generator.Scheduling;

namespace RnnGen.Generator.Writing;

/// <summary>Writes one operation of a model's graph: forward for training and inference alike, and back.</summary>
internal abstract class OperationWriter(CodeWriter writer, ModelLayout model)
{
    protected CodeWriter Writer => writer;

    protected ModelLayout Model => model;

    protected string Real => model.Real;

    public static OperationWriter Of(CodeWriter writer, ModelLayout model, Operation operation) => operation switch
    {
        RecurrentOperation recurrent => new RecurrentWriter(writer, model, recurrent.Layer),
        DenseOperation dense => new DenseWriter(writer, model, dense),
        EmbeddingOperation embedding => new EmbeddingWriter(writer, model, embedding),
        JoinOperation join => new JoinWriter(writer, model, join),
        MergeOperation merge => new MergeWriter(writer, model, merge),
        FeedbackOperation feedback => new FeedbackWriter(writer, model, feedback),
        RepeatOperation repeat => new RepeatWriter(writer, model, repeat),
        DropoutOperation dropout => new DropoutWriter(writer, model, dropout),
        PoolOperation pool => new PoolWriter(writer, model, pool),
        _ => throw new InvalidOperationException($"unexpected {operation}"),
    };

    /// <summary>Constants that the other parts use.</summary>
    public virtual IEnumerable<string> Shapes => [];

    /// <summary>Whether an inference has anything to do.</summary>
    public virtual bool IsInferred => true;

    /// <summary>Whether a tape has.</summary>
    public virtual bool IsTaped => true;

    public abstract void Forward(Site site);

    public abstract void Backward(TapeSite site);

    /// <summary>Methods that the lines above call.</summary>
    public virtual void WriteMethods()
    {
    }

    protected static string Literal(bool value) => value ? "true" : "false";

    protected static string Weights(int offset) => offset == 0 ? "ref weights" : $"ref At(ref weights, {offset})";

    protected static string Gradients(int offset) => offset == 0 ? "ref gradients" : $"ref At(ref gradients, {offset})";
}
