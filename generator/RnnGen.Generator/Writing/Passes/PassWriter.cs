using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Writing.Operations;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Passes;

/// <summary>Writes training's passes: all steps of all rows forward onto a tape, and back.</summary>
internal sealed class PassWriter
{
    private readonly CodeWriter writer;
    private readonly ModelLayout model;
    private readonly TapeSite site;
    private readonly Dictionary<Operation, OperationWriter> writers;

    // The steps of the loop are methods of their own, below the passes.
    private readonly List<Action> steps = [];

    public PassWriter(CodeWriter writer, ModelLayout model)
    {
        this.writer = writer;
        this.model = model;
        site = new(model);
        writers = model.Operations.ToDictionary(o => o, o => OperationWriter.Of(writer, model, o));
    }

    public void Write()
    {
        writer.Line("/// <summary>All steps of all rows forward, onto the tape.</summary>");
        using (writer.Block($"public static void Forward(Tape tape, ref {model.Real} weights)"))
        {
            WriteRows();
            WriteRuns(model.ForwardRuns, WriteForward, WriteLoopForward);
        }

        writer.Blank();
        writer.Line("/// <summary>All steps of all rows back: the gradients of everything from those of the outputs.</summary>");
        using (writer.Block($"public static void Backward(Tape tape, ref {model.Real} weights, ref {model.Real} gradients, "
            + "ReadOnlySpan<State> finalStateGradients)"))
        {
            WriteRows();
            WriteEnds();
            WriteRecurring();
            WriteRuns(model.BackwardRuns.Select(r => r.Where(HasWayBack)), WriteBackward, WriteLoopBackward);
            WriteFrozen();
        }

        foreach (var operation in model.Operations)
            writers[operation].WriteMethods();
        steps.ForEach(write => write());
    }

    private void WriteRows()
    {
        foreach (var time in model.Timelines)
            writer.Line($"int {time.Vectors} = {time.Count} * {time.Rows};");
    }

    /// <summary>Operation by operation, and those of the loop together.</summary>
    private void WriteRuns(
        IEnumerable<IEnumerable<Operation>> runs, Action<OperationWriter> write, Action<IReadOnlyList<Operation>> writeLoop)
    {
        foreach (var run in runs.Select(r => r.Where(IsTaped).ToList()).Where(r => r.Count > 0))
        {
            writer.Blank();
            writer.Comment(
                run[0].IsInLoop ? $"Step by step: {string.Join(", ", model.Loop.Where(run.Contains).Select(o => o.Title))}" : run[0].Title);
            if (run[0].IsInLoop)
                writeLoop(run);
            else
                write(writers[run[0]]);
        }
    }

    /// <summary>Of a model of symbols nobody can request what nothing learns from.</summary>
    private bool HasWayBack(Operation operation) => !writers[operation].IsOnRequest || model.OnRequest is not null;

    private void WriteFrozen()
    {
        List<Operation> frozen = [.. model.Operations.Where(o => o is { IsFrozen: true, WeightCount: > 0 })
            .GroupBy(o => o.Parameters ?? o).Select(g => g.First())];
        if (frozen.Count == 0)
            return;
        writer.Blank();
        writer.Comment("Frozen");
        frozen.ForEach(o => writers[o].WriteFrozen());
    }

    private bool IsTaped(Operation operation) => writers[operation].IsTaped;

    private void WriteForward(OperationWriter operationWriter)
    {
        operationWriter.Begin(site);
        operationWriter.Forward(site);
    }

    private void WriteBackward(OperationWriter operationWriter) => OnRequest(operationWriter, () =>
    {
        operationWriter.BeginBackward(site);
        operationWriter.Backward(site);
        operationWriter.EndBackward(site);
    });

    /// <summary>Writes some of an operation's way back; where nothing learns from it, under a condition.</summary>
    private void OnRequest(OperationWriter operationWriter, Action write)
    {
        if (!operationWriter.IsOnRequest)
            write();
        else if (model.OnRequest is { } condition)
            using (writer.Block(condition))
                write();
    }

    private void WriteLoopForward(IReadOnlyList<Operation> loop)
    {
        foreach (var operation in loop)
            writers[operation].Begin(site);
        OperationWriter.Unroll(writer, model.Time, step => $"LoopForward(tape, ref weights, {step});", descending: false);
        WriteStep(
            $"private static void LoopForward(Tape tape, ref {model.Real} weights, nint step)", loop,
            operationWriter => operationWriter.Forward(site.EachStep));
    }

    private void WriteLoopBackward(IReadOnlyList<Operation> loop)
    {
        foreach (var operation in loop)
            OnRequest(writers[operation], () => writers[operation].BeginBackward(site));
        List<string> memory = [.. loop.SelectMany(o => writers[o].BackwardMemory).Distinct().OrderByDescending(m => m)];
        OperationWriter.Unroll(
            writer, model.Time, step => $"LoopBackward(tape, {string.Concat(memory.Select(m => $"ref {m}, "))}{step});", descending: true);
        WriteStep(
            $"private static void LoopBackward(Tape tape, {string.Concat(memory.Select(m => $"ref {model.Real} {m}, "))}nint step)", loop,
            operationWriter => OnRequest(operationWriter, () => operationWriter.Backward((TapeSite)site.EachStep)));
        foreach (var operation in loop)
            OnRequest(writers[operation], () => writers[operation].EndBackward(site));
    }

    /// <summary>The outputs behind the end of a sequence do not count.</summary>
    private void WriteEnds()
    {
        if (!model.OutputsOnce)
            writer.Call("Lengths.Clear", "tape.Lengths", model.Time.Count, site.GradientOf(model.Outputs), model.Outputs.Stride);
    }

    /// <summary>A value that is also read one step later gets gradients from both steps: every writer adds to them.</summary>
    private void WriteRecurring()
    {
        foreach (var value in model.Gradients.Cleared)
            writer.Line(site.ClearGradient(value));
        foreach (var carried in model.Carried)
        {
            object[] past = carried.Value.Initial > 1 ? [$"past: {carried.Value.Initial}"] : [];
            writer.Call(
                "tape.AddCarried",
                [
                    "finalStateGradients", site.GradientBuffer(carried.Value), carried.FirstState, carried.Value.Width,
                    carried.Value.Stride, .. past
                ]);
        }
    }

    private void WriteStep(string header, IReadOnlyList<Operation> loop, Action<OperationWriter> write) => steps.Add(() =>
    {
        writer.Blank();
        using (writer.Block(header))
        {
            foreach (var operation in loop)
            {
                writer.Blank();
                writer.Comment(operation.Title);
                write(writers[operation]);
            }
        }
    });
}
