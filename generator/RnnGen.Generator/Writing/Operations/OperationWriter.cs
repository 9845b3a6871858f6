using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes one operation of a model's graph: forward for training and inference alike, and back.</summary>
internal abstract class OperationWriter(CodeWriter writer, ModelLayout model, Operation operation)
{
    protected CodeWriter Writer => writer;

    protected ModelLayout Model => model;

    protected string Real => model.Real;

    /// <summary>True if one of the operation's <see cref="Operation.GradientWrites"/> adds to what is there.</summary>
    protected bool Adds(int write) => model.Gradients.Adds(operation, write);

    /// <summary>True if another operation has left gradients of its parameters.</summary>
    protected bool AddsToParameters => model.Gradients.AddsToParameters(operation);

    public static OperationWriter Of(CodeWriter writer, ModelLayout model, Operation operation) => operation switch
    {
        RecurrentOperation recurrent => new RecurrentWriter(writer, model, recurrent),
        DenseOperation dense => new DenseWriter(writer, model, dense),
        ActivationOperation activation => new ActivationCallWriter(writer, model, activation),
        GroupedOperation grouped => new GroupedWriter(writer, model, grouped),
        WindowOperation window => new WindowWriter(writer, model, window),
        GridPoolOperation pool => new GridPoolWriter(writer, model, pool),
        MagnitudeOperation magnitude => new MagnitudeWriter(writer, model, magnitude),
        NormOperation norm => new NormWriter(writer, model, norm),
        PositionsOperation positions => new PositionsWriter(writer, model, positions),
        TimeSoftmaxOperation softmax => new TimeSoftmaxWriter(writer, model, softmax),
        TimeDenseOperation dense => new TimeDenseWriter(writer, model, dense),
        SpreadOperation spread => new SpreadWriter(writer, model, spread),
        SoftmaxOperation softmax => new SoftmaxWriter(writer, model, softmax),
        PReluOperation rectifier => new PReluWriter(writer, model, rectifier),
        StandardizeOperation standardize => new StandardizeWriter(writer, model, standardize),
        EmbeddingOperation embedding => new EmbeddingWriter(writer, model, embedding),
        PartOperation part => new PartWriter(writer, model, part),
        JoinOperation join => new JoinWriter(writer, model, join),
        MergeOperation merge => new MergeWriter(writer, model, merge),
        FeedbackOperation feedback => new FeedbackWriter(writer, model, feedback),
        RepeatOperation repeat => new RepeatWriter(writer, model, repeat),
        DropoutOperation dropout => new DropoutWriter(writer, model, dropout),
        AttentionOperation attention => new AttentionWriter(writer, model, attention),
        FinalStateOperation final => new FinalStateWriter(writer, model, final),
        PoolOperation pool => new PoolWriter(writer, model, pool),
        _ => throw new InvalidOperationException($"unexpected {operation}"),
    };

    /// <summary>Constants that the written methods use.</summary>
    public virtual IEnumerable<string> Shapes => [];

    /// <summary>True if an inference has anything to do.</summary>
    public virtual bool IsInferred => true;

    /// <summary>True if a tape has anything to do.</summary>
    public virtual bool IsTaped => true;

    /// <summary>True if nothing learns from its way back, which is taken on request only.</summary>
    public bool IsOnRequest => !model.Gradients.IsNeeded(operation);

    /// <summary>Writes the lines before the first step.</summary>
    public virtual void Begin(Site site)
    {
    }

    /// <summary>All steps; in a loop, one.</summary>
    public abstract void Forward(Site site);

    /// <summary>Writes the lines after an inference's last step.</summary>
    public virtual void End(ScratchSite site)
    {
    }

    /// <summary>Writes the lines before the first backward step.</summary>
    public virtual void BeginBackward(TapeSite site)
    {
    }

    /// <summary>The arguments of a backward step beside the tape: the parameters, their gradients, both or neither.</summary>
    public virtual IEnumerable<string> BackwardMemory => [];

    /// <summary>All steps back, or in a loop one: from the gradients of what it gives to those of what it takes.</summary>
    public abstract void Backward(TapeSite site);

    /// <summary>The gradients of its parameters, from those of all steps.</summary>
    public virtual void EndBackward(TapeSite site)
    {
    }

    /// <summary>The gradients of its parameters, which do not learn: 0, whatever a step back has left there.</summary>
    public void WriteFrozen() => WriteNoGradient(model.Offsets.FirstOf(operation), operation.WeightCount);

    /// <summary>Methods that the lines above call.</summary>
    public virtual void WriteMethods()
    {
    }

    /// <summary>A call for every step: a line each; a loop beyond what the JIT compiles as straight code.</summary>
    /// <param name="writer">The writer of the text.</param>
    /// <param name="time">The steps.</param>
    /// <param name="call">The line of a step.</param>
    /// <param name="descending">True if the last comes first.</param>
    public static void Unroll(CodeWriter writer, Timeline time, Func<string, string> call, bool descending)
    {
        if (time.Steps > ModelDeclaration.LongestUnrolling)
        {
            string last = time.Used is { } used ? $"{used} - 1" : $"{time.Steps - 1}";
            using (writer.Under(
                descending ? $"for (nint step = {last}; step >= 0; step--)" : $"for (nint step = 0; step < {time.Count}; step++)"))
                writer.Line(call("step"));
            return;
        }

        foreach (int step in Enumerable.Range(0, time.Steps).Select(t => descending ? time.Steps - 1 - t : t))
        {
            using (writer.Under(time.Varies && step > 0 ? $"if ({time.Count} > {step})" : null))
                writer.Line(call($"{step}"));
        }
    }

    /// <summary>The step of a loop, or every step of all.</summary>
    protected void EachStep(Site site, Timeline time, Func<string, string> call, bool descending)
    {
        if (site.IsStep)
            writer.Line(call("step"));
        else
            Unroll(writer, time, call, descending);
    }

    /// <summary>The gradients of all that feeds the same slots, in one pass over them.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="slots">The first of them.</param>
    /// <param name="factors">The matrices, and what they multiplied.</param>
    /// <param name="accumulate">True if another use of the parameters has left gradients.</param>
    protected void WriteGradients(Amount rows, Address slots, IReadOnlyList<(string Kind, object[] Arguments)> factors, bool accumulate)
    {
        if (factors.Count == 0)
            return;
        using (writer.Under($"Panels.Gradients<V, {Real}>({rows}, ref {slots}, accumulate: {Accumulates(accumulate)}, ["))
        {
            for (int i = 0; i < factors.Count; i++)
                writer.List(
                    $"Panels.{factors[i].Kind}(", factors[i].Arguments.Select(CodeWriter.Argument), i < factors.Count - 1 ? ")," : ")]);");
        }
    }

    /// <summary>The gradient of a matrix whose columns symbols picked.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="symbols">The symbols that picked them.</param>
    /// <param name="slots">The first slot that it feeds.</param>
    /// <param name="gradients">Its gradient.</param>
    /// <param name="accumulate">True if another use of it has left a gradient.</param>
    protected void WriteScatter(string shape, string symbols, Address slots, Address gradients, bool accumulate) =>
        writer.Call($"Panels.Scatter<V, {Real}>", shape, symbols, slots, gradients, $"accumulate: {Accumulates(accumulate)}");

    /// <summary>The gradients of an embedding, and of vectors that every step adds to, begin with zeros.</summary>
    /// <param name="gradients">The first of them.</param>
    /// <param name="length">The number of them, with their padding.</param>
    protected void WriteZeros(Address gradients, int length)
    {
        using (writer.Under("if (!tape.Accumulates)"))
            writer.Line($"MemoryMarshal.CreateSpan(ref {gradients}, {length}).Clear();");
    }

    /// <summary>Parameters that do not learn have gradients of 0.</summary>
    protected void WriteNoGradient(NamedOffset first, int length) =>
        writer.Line($"MemoryMarshal.CreateSpan(ref {Gradients(first)}, {length}).Clear();");

    /// <summary>The transposed copies of matrices, unless they are there.</summary>
    /// <param name="matrices">The shape, the matrix and its copy of each.</param>
    protected void WriteTransposes(IEnumerable<(string Shape, Address Matrix, Address Copy)> matrices)
    {
        List<(string Shape, Address Matrix, Address Copy)> all = [.. matrices];
        if (all.Count == 0)
            return;
        const string Condition = "if (!tape.HasTransposed)";
        using (all.Count == 1 ? writer.Under(Condition) : writer.Block(Condition))
            all.ForEach(m => writer.Call($"Panels.Transpose<{Real}>", m.Shape, m.Matrix, m.Copy));
    }

    /// <summary>The start of a call or of a signature of a step back.</summary>
    protected string Memory(string type) => string.Concat(BackwardMemory.Select(m => $"ref {type}{m}, "));

    /// <summary>True if parameters have gradients already: from another use of them, or from the pass before.</summary>
    private static string Accumulates(bool again) => again ? "true" : "tape.Accumulates";

    /// <summary>An argument that says whether to add.</summary>
    protected static string Accumulate(bool value) => $"accumulate: {CodeWriter.Argument(value)}";

    /// <summary>
    /// Writes a statement about a gradient, if it is of use: that of a user's own inputs, and of what nothing that learns stands below, is
    /// computed on request.
    /// </summary>
    protected void WriteGradient(Value value, Action write)
    {
        if (IsOnRequest || (!value.IsInput && model.Gradients.IsNeeded(value)))
            write();
        else if (model.OnRequest is { } condition)
            using (writer.Under(condition))
                write();
    }

    /// <summary>The arguments of what runs over the sequences of a value: their lengths, their steps, and how many there are.</summary>
    protected static object[] Sequences(Site site, Value value) =>
        [site.Lengths(value.Time!), site.Steps(value.Time!), site.RowsOf(value.Time)];

    /// <summary>The address of parameters that an operation goes without.</summary>
    protected Address None => Address.Of($"Unsafe.NullRef<{Real}>()");

    protected static Address Weights(NamedOffset offset) => Address.Of("weights").Plus(offset);

    protected static Address Gradients(NamedOffset offset) => Address.Of("gradients").Plus(offset);

    protected static Address Transposed(NamedOffset offset) => Address.Of("tape.Transposed.Start").Plus(offset);
}
