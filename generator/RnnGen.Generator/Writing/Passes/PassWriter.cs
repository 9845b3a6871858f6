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
    private readonly List<(Operation Operation, OperationWriter Writer)> operations;

    // The steps of the loop are methods of their own, below the passes.
    private readonly CodeWriter steps = new();

    public PassWriter(CodeWriter writer, ModelLayout model)
    {
        this.writer = writer;
        this.model = model;
        site = new(model);
        operations = [.. model.Operations.Select(o => (o, OperationWriter.Of(writer, model, o))).Where(o => o.Item2.IsTaped)];
    }

    private IEnumerable<(Operation Operation, OperationWriter Writer)> Loop => operations.Where(o => o.Operation.IsInLoop);

    public void Write()
    {
        writer.Line("/// <summary>All steps of all rows forward, onto the tape.</summary>");
        using (writer.Block($"public static void Forward(Tape tape, ref {model.Real} weights)"))
        {
            WriteRows();
            WriteRuns(operations, WriteForward, WriteLoopForward);
        }

        writer.Blank();
        writer.Line("/// <summary>All steps of all rows back: the gradients of everything from those of the outputs.</summary>");
        using (writer.Block($"public static void Backward(Tape tape, ref {model.Real} weights, ref {model.Real} gradients, global::System.ReadOnlySpan<State> finalStateGradients)"))
        {
            WriteRows();
            // The loss has left the gradients of the outputs.
            site.Accumulate(model.Outputs);
            WriteRecurring();
            WriteRuns(operations.AsEnumerable().Reverse(), WriteBackward, WriteLoopBackward);
        }

        foreach (var (_, part) in operations)
            part.WriteMethods();
        writer.Blank();
        writer.Line(steps.ToString());
    }

    private void WriteRows()
    {
        foreach (var time in model.Timelines)
            writer.Line($"int {time.Rows} = {time.Count} * tape.Rows;");
    }

    /// <summary>Operation by operation, and those of the loop together.</summary>
    private void WriteRuns(IEnumerable<(Operation Operation, OperationWriter Writer)> run, Action<OperationWriter> write, Action writeLoop)
    {
        bool isLooped = false;
        foreach (var (operation, part) in run)
        {
            if (operation.IsInLoop && isLooped)
                continue;
            writer.Blank();
            writer.Line(operation.IsInLoop ? $"// Step by step: {string.Join(", ", Loop.Select(o => o.Operation.Title))}" : $"// {operation.Title}");
            if (operation.IsInLoop)
                writeLoop();
            else
                write(part);
            isLooped |= operation.IsInLoop;
        }
    }

    private void WriteForward(OperationWriter part)
    {
        part.Start(site);
        part.Forward(site);
    }

    private void WriteBackward(OperationWriter part)
    {
        part.StartBackward(site);
        part.Backward(site);
        part.EndBackward(site);
    }

    private void WriteLoopForward()
    {
        foreach (var (_, part) in Loop)
            part.Start(site);
        OperationWriter.Unroll(writer, model.Time, step => $"LoopForward(tape, ref weights, {step});", descending: false);
        WriteStep($"private static void LoopForward(Tape tape, ref {model.Real} weights, nint step)", Loop, part => part.Forward(site.EachStep));
    }

    private void WriteLoopBackward()
    {
        foreach (var (_, part) in Loop.Reverse())
            part.StartBackward(site);
        OperationWriter.Unroll(writer, model.Time, step => $"LoopBackward(tape, ref weights, ref gradients, {step});", descending: true);
        WriteStep($"private static void LoopBackward(Tape tape, ref {model.Real} weights, ref {model.Real} gradients, nint step)", Loop.Reverse(), part => part.Backward((TapeSite)site.EachStep));
        foreach (var (_, part) in Loop.Reverse())
            part.EndBackward(site);
    }

    /// <summary>What steps take from the ones before them gets gradients from both; whatever else writes these adds to them.</summary>
    private void WriteRecurring()
    {
        foreach (var value in model.Recurring.Concat(Loop.Select(o => o.Operation.Output).Where(v => v.IsBehindInitial)).Distinct().Where(v => !site.Accumulate(v)))
            writer.Line(site.ClearGradient(value));
        foreach (var carried in model.Carried)
            writer.Line($"tape.AddCarried(finalStateGradients, ref {site.GradientBuffer(carried.Value)}, {carried.FirstState}, {carried.Value.Width}, {carried.Value.Stride});");
    }

    private void WriteStep(string header, IEnumerable<(Operation Operation, OperationWriter Writer)> run, Action<OperationWriter> write)
    {
        steps.Blank();
        using (steps.Block(header))
        {
            bool isFirst = true;
            foreach (var (operation, _) in run)
            {
                if (!isFirst)
                    steps.Blank();
                isFirst = false;
                steps.Line($"// {operation.Title}");
                write(OperationWriter.Of(steps, model, operation));
            }
        }
    }
}
