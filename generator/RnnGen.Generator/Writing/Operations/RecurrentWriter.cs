using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Cells;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Kernels;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>
/// Writes a recurrent layer's way through time: the products with its inputs for several steps at once, then step after step, and back.
/// </summary>
internal sealed class RecurrentWriter(
    CodeWriter writer, ModelLayout model, RecurrentOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly LayerLayout layer = operation.Layer;
    private readonly Value x = operation.Layer.Input;

    public override IEnumerable<string> Shapes => layer.Plan.InputGroups.Select(g => KernelWriter.Shape(layer, g));

    public override void Start(Site site)
    {
        if (IsOneKernel(site))
            return;
        for (int state = 0; state < layer.States; state++)
        {
            var initial = Initial(site, layer.History(state));
            if (layer.Initials[state] is { } value && (site is TapeSite || !layer.IsBridged))
            {
                if (value.Stride == layer.Padded)
                    Writer.Call("Copy", site.Of(value), initial, site.RowsOf(layer.Padded));
                else
                    Writer.Call($"Merging.Concat<{Real}>", site.Rows, value.Width, site.Of(value), value.Stride, initial, layer.Padded, 0);
            }
            else if (site is ScratchSite scratch)
            {
                if (layer.IsEncoder)
                    Writer.Line($"MemoryMarshal.CreateSpan(ref {initial}, {layer.Padded}).Clear();");
                else
                    scratch.LoadState(Writer, layer.StateOffset(state), initial, layer.Padded);
            }
        }

        WriteNoise(site);
    }

    public override void Forward(Site site)
    {
        if (IsOneKernel(site))
        {
            new StepKernelWriter(Writer, Model, layer).WriteCall((ScratchSite)site);
            return;
        }

        // On a tape, steps outside of a loop see to it themselves.
        if (site is ScratchSite || operation.IsInLoop)
            WriteProjection(site);
        if (site is ScratchSite scratch)
            WriteInference(scratch);
        else
            EachStep(site, layer.Time, step => $"{layer.Name}Forward(tape, ref weights, {step});", descending: layer.IsReverse);
    }

    public override void End(ScratchSite site)
    {
        for (int state = 0; !layer.IsEncoder && !IsOneKernel(site) && state < layer.States; state++)
        {
            var history = site.Buffer(layer.History(state));
            site.StoreState(Writer, layer.IsReverse ? history : site.Last(history, layer.Padded), layer.StateOffset(state), layer.Padded);
        }
    }

    public override void StartBackward(TapeSite site)
    {
        if (layer.VectorOffsets.Count > 0)
            WriteZeros(Gradients(Model.Offsets.Of(layer)), layer.VectorOffsets.Count * layer.Padded);
        WriteTransposes(layer.Plan.Groups.Where(layer.IsTransposed)
            .Select(g => (ShapeOf(g), Weights(Model.Offsets.Of(layer, g)), CopyOf(g))));
        if (!layer.IsEncoder)
        {
            string rows = $"tape.d{layer.History(0)}.Span{(layer.IsReverse ? "" : $".Slice({new Amount(layer.Padded, layer.Time.Rows)})")}";
            Writer.Call("tape.AddState", "finalStateGradients", rows, layer.FirstState, layer.Padded);
        }
    }

    public override void Backward(TapeSite site)
    {
        EachStep(site, layer.Time, step => $"{layer.Name}Backward(tape, {Memory("")}{step});", descending: !layer.IsReverse);
        foreach (var (group, i) in layer.Plan.InputGroups.Where(layer.IsTransposed).Select((g, i) => (g, i)))
        {
            using (Writer.Under(OnRequest(x)))
                Writer.Call(
                    $"Panels.Transposed<V, {Real}>", ShapeOf(group), site.Count(layer.Time), Slots(site, group.FirstColumn), CopyOf(group),
                    site.GradientOf(x), x.GradientStride, Accumulate(Adds(i)));
        }

        int write = layer.Plan.InputGroups.Count(layer.IsTransposed);
        foreach (int column in layer.InputColumns)
        {
            using (Writer.Under(OnRequest(x)))
                Writer.Call(
                    $"Elementwise.InputGradient<V, {Real}>", SlotShape(1), site.Count(layer.Time), x.Width, Slots(site, column),
                    site.GradientOf(x), x.GradientStride, Accumulate(Adds(write++)));
        }
    }

    public override void EndBackward(TapeSite site)
    {
        WriteGradients(site);
        int write = layer.Plan.InputGroups.Count(layer.IsTransposed) + layer.InputColumns.Count();
        for (int state = 0; state < layer.States; state++)
        {
            if (layer.Initials[state] is not { } value)
                continue;
            var gradient = Initial(site, "d" + layer.History(state));
            string accumulate = Accumulate(Adds(write++));
            using (Writer.Under(OnRequest(value)))
            {
                if (value.Stride == layer.Padded)
                    Writer.Call($"Merging.Pass<V, {Real}>", gradient, site.GradientOf(value), site.RowsOf(layer.Padded), 1, accumulate);
                else
                    Writer.Call(
                        $"Merging.ConcatGradient<V, {Real}>", site.Rows, value.Width, gradient, layer.Padded, 0, site.GradientOf(value),
                        value.Stride, accumulate);
            }
        }
    }

    public override IEnumerable<string> BackwardMemory =>
        KernelMemory.Of(layer, backward: true).Where(m => m.Kind is MemoryKind.Weights or MemoryKind.Gradients).Select(m => m.Name);

    public override void WriteMethods()
    {
        WriteStep(backward: false);
        WriteStep(backward: true);
    }

    /// <summary>True if this is a single step that one kernel takes.</summary>
    private bool IsOneKernel(Site site) => site is ScratchSite scratch && scratch.IsOneKernel(layer);

    /// <summary>The part of the sums that no recurrence touches: biases, and the product with the inputs.</summary>
    private void WriteProjection(Site site)
    {
        var rows = site.Count(layer.Time);
        foreach (var group in layer.Plan.InputGroups)
        {
            bool starts = layer.Plan.StartsSums(group);
            object[] inputs = x.IsSymbols ? [site.Symbols(x)] : [rows, site.Of(x), x.Stride];
            object[] bias = starts ? Bias(group.FirstColumn) : [];
            object[] all = [ShapeOf(group), .. inputs, Weights(Model.Offsets.Of(layer, group)), .. bias, Slots(site, group.FirstColumn)];
            Writer.Call($"Panels.{(x.IsSymbols ? "Gather" : "Project")}{(starts ? "" : "More")}<V, {Real}>", all);
        }

        foreach (var (first, count) in layer.ColumnsWithoutInput())
            Writer.Call($"Panels.Fill<V, {Real}>", [SlotShape(count), rows, .. Bias(first), Slots(site, first)]);
        for (int rank = 1; rank < layer.BiasOffsets.Length; rank++)
        {
            foreach (var run in layer.BiasRuns(rank))
                Writer.Call(
                    $"Panels.AddBias<V, {Real}>", SlotShape(run.Parameters.Count), rows,
                    Weights(Model.Offsets.Bias(layer, rank)).Plus(run.FirstColumn * Layout.Lanes), BiasStride,
                    Slots(site, run.FirstColumn));
        }

        foreach (int column in layer.InputColumns)
            Writer.Call($"Elementwise.AddInput<V, {Real}>", SlotShape(1), rows, x.Width, site.Of(x), x.Stride, Slots(site, column));

        object[] Bias(int column) => layer.BiasOffsets.Length == 0
            ? [$"ref Panels.Zero<{Real}>()", 0]
            : [Weights(Model.Offsets.Bias(layer, 0)).Plus(column * Layout.Lanes), BiasStride];
    }

    /// <summary>
    /// Projects the inputs of this step and of the following ones, as many as make a product of good size: their slots are still in a cache
    /// when the kernel comes to them.
    /// </summary>
    private void WriteStretch()
    {
        string steps = layer.Time.Count;
        string number = layer.IsReverse ? $"{steps} - 1 - step" : "step";
        Writer.Line("// What inputs and biases give the sums, for this step and those behind it.");
        using (Writer.Block($"if (({number} & (tape.StepsAtOnce - 1)) == 0)"))
        {
            string count = layer.IsReverse ? "(step + 1 - first)" : $"Math.Min(tape.StepsAtOnce, {steps} - step)";
            Writer.Line($"nint first = {(layer.IsReverse ? "Math.Max(0, step + 1 - tape.StepsAtOnce)" : "step")};");
            Writer.Line($"int count = (int){count} * tape.Rows;");
            WriteProjection(TapeSite.Stretch(Model, layer.Time));
        }
    }

    private void WriteInference(ScratchSite site)
    {
        bool isLoop = !site.IsStep && !site.IsOne;
        string loop = layer.IsReverse ? "for (nint step = count - 1; step >= 0; step--)" : "for (nint step = 0; step < count; step++)";
        using (Writer.Under(isLoop ? loop : null))
        {
            if (site.Rows.IsOne && layer.FitsRegisters)
                new StepKernelWriter(Writer, Model, layer).WriteCall(
                    At(layer.Slots, layer.SlotRow, isLater: false), Memory, site.IsOne ? 0 : "step");
            else
                Writer.Call(
                    $"{layer.Kernel}Forward",
                    [
                        site.Rows, .. KernelWriter.TakesPast(Model, layer) ? (object[])["hasPast: true"] : [],
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
            return !site.IsOne ? buffer.Plus(new Amount(stride, isLater ? "(step + 1)" : "step"))
                : isLater ? site.Last(buffer, stride)
                : buffer;
        }
    }

    private void WriteGradients(TapeSite site)
    {
        var slots = site.Buffer(layer.Slots);
        var factors = new List<(string, object[])>();
        foreach (var group in layer.Plan.Groups)
        {
            var gradient = Gradients(Model.Offsets.Of(layer, group));
            if (group.Operand is null && x.IsSymbols)
            {
                WriteScatter(ShapeOf(group), site.Symbols(x), slots.Plus(group.FirstColumn * Layout.Lanes), gradient, accumulate: false);
                continue;
            }

            var (operand, stride) = group.Operand switch
            {
                null => (site.Of(x), x.Stride),
                // What a step multiplied is the state before it: in time, or going backward, after it.
                { Op: Op.State } state =>
                    (
                        site.Buffer(layer.History(state.Index)).Plus(layer.IsReverse ? new Amount(layer.Padded, "(nint)tape.Rows") : 0),
                        layer.Padded),
                _ => (site.Buffer(layer.Operand(layer.Plan.Derivative.Operands.IndexOf(group.Operand))), layer.Padded),
            };
            object[] rows =
                group.Operand is { Op: Op.State } && ZeroRows() is { } zeros ? [layer.IsReverse ? $"..^{zeros}" : $"{zeros}.."] : [];
            factors.Add(("Factor", [ShapeOf(group), group.FirstColumn, operand, stride, gradient, .. rows]));
        }

        for (int rank = 0; rank < layer.BiasOffsets.Length; rank++)
        {
            foreach (var run in layer.BiasRuns(rank))
            {
                int end = run.FirstColumn + run.Parameters.Count;
                for (int column = run.FirstColumn; column < end; column += PanelGrouping.TileColumns)
                {
                    var gradient = Gradients(Model.Offsets.Bias(layer, rank)).Plus(column * Layout.Lanes);
                    factors.Add(("Bias", [SlotShape(Math.Min(PanelGrouping.TileColumns, end - column)), column, gradient, BiasStride]));
                }
            }
        }

        WriteGradients(site.Count(layer.Time), slots, factors, accumulate: false);
        foreach (int parameter in layer.VectorOffsets.Keys)
        {
            var gradient = Gradients(Model.Offsets.Vector(layer, parameter));
            if (layer.Cell.Parameters[parameter].Kind == ParameterKind.Scalar)
                Writer.Call($"Elementwise.SumUnits<V, {Real}>", layer.Hidden, layer.Padded, gradient);
            else if (layer.IsPadded)
                Writer.Call(
                    $"Panels.ClearPadding<{Real}>", $"new(0, {layer.Blocks}, 1, {Layout.Lanes}, {layer.Padded})", 1, layer.Hidden,
                    gradient);
        }
    }

    /// <summary>Writes the noise that lasts for a sequence; during inference, all noise.</summary>
    private void WriteNoise(Site site)
    {
        EachNoise(NoiseKind.Dropout, (noise, stream, p) =>
        {
            if (site is TapeSite)
                Writer.Call("tape.KeepThroughout", site.Buffer(noise), $"stream: {stream}", layer.Hidden, layer.Padded, p);
            else
                Writer.Call("Noise.Fill", site.Buffer(noise), site.RowsOf(layer.Padded), 1);
        });
        if (site is ScratchSite)
            EachNoise(NoiseKind.Zoneout, (noise, _, p) => Writer.Call("Noise.Fill", site.Buffer(noise), site.RowsOf(layer.Padded), p));
    }

    private void EachNoise(NoiseKind kind, Action<string, int, string> action)
    {
        for (int noise = 0; noise < layer.Cell.Noises.Count; noise++)
        {
            if (layer.Cell.Noises[noise].Kind == kind)
                action(layer.Noise(noise), layer.FirstStream + noise, Numeral.Literal(layer.Cell.Noises[noise].Probability));
        }
    }

    /// <summary>One step of a tape: where the kernel finds everything, and what becomes of rows that are over.</summary>
    private void WriteStep(bool backward)
    {
        Writer.Blank();
        string what = backward ? "Backward" : "Forward", memory = backward ? Memory($"{Real} ") : $"ref {Real} weights, ";
        using (Writer.Block($"private static void {layer.Name}{what}(Tape tape, {memory}nint step)"))
        {
            object lengths = $"tape.{layer.Time.Lengths}";
            Writer.Line("nint rows = tape.Rows;");
            if (!backward && !operation.IsInLoop)
                WriteStretch();
            for (int state = 0; backward && state < layer.States; state++)
                Writer.Call("Lengths.Pause", lengths, "(int)step", Memory(MemoryKind.NextStateGradient, state), Held(state), layer.Padded);
            EachNoise(
                NoiseKind.Zoneout,
                (noise, stream, p) => Writer.Call(
                    "tape.Hold", Tape(noise), $"stream: {stream}", "(int)step", layer.Hidden, layer.Padded, p));
            object[] past = KernelWriter.TakesPast(Model, layer) ? [$"hasPast: {HasPast(backward)}"] : [];
            Writer.Call(
                $"{layer.Kernel}{what}", ["tape.Rows", .. past, .. KernelMemory.Of(layer, backward).Select(m => Memory(m.Kind, m.Index))]);
            for (int state = 0; state < layer.States; state++)
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
        return backward ? $"{isLater} || tape.GivesStateGradients" : layer.IsEncoder ? isLater : $"{isLater} || !tape.StartsAtZero";
    }

    /// <summary>The rows before the first step that nobody gave a state; null where somebody always does.</summary>
    private string? ZeroRows() => layer.Initials.Any(i => i is not null) ? null : layer.IsEncoder ? "tape.Rows" : "tape.ZeroRows";

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

    private Address Initial(Site site, string history) =>
        site.Buffer(history).Plus(layer.IsReverse ? site.Count(layer.Time).Times(layer.Padded) : 0);

    private string ShapeOf(PanelGroup group) => $"Shapes.{KernelWriter.ShapeName(layer, group)}";

    private Address CopyOf(PanelGroup group) => Transposed(Model.TransposedOffsets.Of(layer, group));

    private string SlotShape(int columns) => $"new(0, {layer.Blocks}, {columns}, {layer.Plan.SlotCount * Layout.Lanes}, {layer.SlotRow})";

    private int BiasStride => layer.Plan.SumCount * Layout.Lanes;

    /// <summary>A column of the sums of all steps, or of this one.</summary>
    private Address Slots(Site site, int column) => site.VectorsOf(site.Buffer(layer.Slots), layer.SlotRow).Plus(column * Layout.Lanes);
}
