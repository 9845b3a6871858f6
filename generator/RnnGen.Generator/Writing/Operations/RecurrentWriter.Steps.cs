using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Cells;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Kernels;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <content>One step: the call of its kernel, and the memory that the kernel works on.</content>
internal sealed partial class RecurrentWriter
{
    public override IEnumerable<string> BackwardMemory =>
        KernelMemory.Of(layer, backward: true).Where(m => m.Kind is MemoryKind.Weights or MemoryKind.Gradients).Select(m => m.Name);

    public override void WriteMethods()
    {
        WriteStep(backward: false);
        WriteStep(backward: true);
    }

    private void WriteInference(ScratchSite site)
    {
        // Positions are all there, whatever the step is.
        bool isOne = site.IsOne && !layer.Time.IsInner, isLoop = !site.IsStep && !isOne;
        Amount rows = site.RowsOf(layer.Time), steps = site.Steps(layer.Time);
        string loop = layer.IsReverse
            ? $"for (nint step = {steps} - 1; step >= 0; step--)"
            : $"for (nint step = 0; step < {steps}; step++)";
        using (Writer.Under(isLoop ? loop : null))
        {
            if (rows.IsOne && layer.FitsRegisters)
                new StepKernelWriter(Writer, Model, layer).WriteCall(
                    At(layer.Slots, layer.SlotRow, isLater: false), Memory, isOne ? 0 : "step");
            else
                Writer.Call(
                    $"{layer.Kernel}Forward",
                    [
                        rows, .. KernelWriter.TakesPast(Model, layer) ? (object[])["hasPast: true"] : [],
                        .. KernelMemory.Of(layer, backward: false).Select(Memory)
                    ]);
        }

        Address Memory(KernelMemory memory) => memory.Kind switch
        {
            MemoryKind.Weights => Weights(Model.Offsets.Of(layer)),
            MemoryKind.Slots => At(layer.Slots, layer.SlotRow, isLater: false),
            MemoryKind.PreviousState or MemoryKind.NextState => At(layer.History(memory.Index), layer.Padded, IsLater(memory.Kind)),
            MemoryKind.Noise => site.Buffer(layer.Noise(memory.Index)),
            _ => site.Buffer(layer.Operand(memory.Index)),
        };

        Address At(string name, int stride, bool isLater)
        {
            var buffer = site.Buffer(name);
            string step = isLater ? "(step + 1)" : "step";
            return !isOne ? buffer.Plus(new Amount(stride, rows.IsOne ? step : $"{step} * {rows}"))
                : isLater ? site.Last(buffer, stride)
                : buffer;
        }
    }

    /// <summary>One step of a tape: where the kernel finds everything, and what becomes of rows that are over.</summary>
    private void WriteStep(bool backward)
    {
        Writer.Blank();
        string what = backward ? "Backward" : "Forward", memory = backward ? Memory($"{Real} ") : $"ref {Real} weights, ";
        using (Writer.Block($"private static void {layer.Name}{what}(Tape tape, {memory}nint step)"))
        {
            string? lengths = layer.Time.Lengths is { } name ? $"tape.{name}" : null;
            Writer.Line(layer.Time.Grids is { } grids ? $"int {grids.Vectors} = {grids.Count} * tape.Rows;" : "nint rows = tape.Rows;");
            if (!backward && !operation.IsInLoop)
                WriteStretch();
            for (int state = 0; backward && lengths is not null && state < layer.States; state++)
                Writer.Call("Lengths.Pause", lengths, "(int)step", Memory(MemoryKind.NextStateGradient, state), Held(state), layer.Padded);
            EachNoise(
                NoiseKind.Zoneout,
                (noise, stream, p) => Writer.Call(
                    "tape.Hold", Tape(noise), $"stream: {stream}", "(int)step", layer.Hidden, layer.Padded, p));
            object[] past = KernelWriter.TakesPast(Model, layer) ? [$"hasPast: {HasPast(backward)}"] : [];
            Writer.Call(
                $"{layer.Kernel}{what}",
                [layer.Time.Rows, .. past, .. KernelMemory.Of(layer, backward).Select(m => Memory(m.Kind, m.Index))]);
            for (int state = 0; lengths is not null && state < layer.States; state++)
            {
                if (backward)
                    Writer.Call(
                        "Lengths.Resume", lengths, "(int)step", Held(state), Memory(MemoryKind.PreviousStateGradient, state), layer.Padded);
                else
                    Writer.Call(
                        "Lengths.Carry", lengths, "(int)step", Memory(MemoryKind.PreviousState, state), Memory(MemoryKind.NextState, state),
                        layer.Padded);
            }
        }

        Address Held(int state) => Tape("held").Plus(new Amount(state * layer.Padded, "rows"));
    }

    /// <summary>
    /// True if there is something before a step: other states than zeros, or going back, somebody who wants the gradients of the initial
    /// ones.
    /// </summary>
    private string HasPast(bool backward)
    {
        if (layer.Initials.Any(i => i is not null))
            return "true";
        string isLater = $"step != {(layer.IsReverse ? $"{layer.Time.Count} - 1" : "0")}";
        return layer.Time.IsInner ? isLater
            : backward ? $"{isLater} || tape.GivesStateGradients"
            : layer.IsStateless ? isLater : $"{isLater} || !tape.StartsAtZero";
    }

    private Address Memory(MemoryKind kind, int index)
    {
        string step = IsLater(kind) ? "(step + 1)" : "step";
        return kind switch
        {
            MemoryKind.Weights => Weights(Model.Offsets.Of(layer)),
            MemoryKind.Transposed => Transposed(Model.TransposedOffsets.Of(layer)),
            MemoryKind.Gradients => Gradients(Model.Offsets.Of(layer)),
            MemoryKind.Slots => Rows(layer.Slots, step, layer.SlotRow),
            MemoryKind.PreviousState or MemoryKind.NextState => Rows(layer.History(index), step, layer.Padded),
            MemoryKind.Operand => Rows(layer.Operand(index), step, layer.Padded),
            MemoryKind.Noise => Tape(layer.Noise(index)),
            MemoryKind.OperandGradient => Tape(layer.OperandGradient(index)),
            _ when index == 0 => Rows("d" + layer.History(index), step, layer.Padded),
            // Only the newest gradient of an inner state matters: two of them take turns.
            _ => Rows("d" + layer.History(index), $"({step} & 1)", layer.Padded),
        };

        static Address Rows(string buffer, string step, int stride) => Tape(buffer).Plus(new Amount(stride, $"{step} * rows"));
    }

    private static Address Tape(string buffer) => Address.Of($"tape.{buffer}.Start");

    /// <summary>Of the states at both ends of a step, in the order of time, whether this is the second.</summary>
    private bool IsLater(MemoryKind kind) => kind switch
    {
        MemoryKind.NextState or MemoryKind.NextStateGradient => !layer.IsReverse,
        MemoryKind.PreviousState or MemoryKind.PreviousStateGradient => layer.IsReverse,
        _ => false,
    };
}
