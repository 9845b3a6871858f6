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
internal sealed class RecurrentWriter(CodeWriter writer, ModelLayout model, RecurrentOperation operation) : OperationWriter(writer, model, operation)
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
                Writer.Line(value.Stride == layer.Padded
                    ? $"Copy(ref {site.Of(value)}, ref {initial}, {site.RowsOf(layer.Padded)});"
                    : $"{Api.Merging}.Concat<{Real}>({site.Rows}, {value.Width}, ref {site.Of(value)}, {value.Stride}, ref {initial}, {layer.Padded}, 0);");
            }
            else if (site is ScratchSite scratch)
            {
                Writer.Line(layer.IsEncoder
                    ? $"{Api.Span}(ref {initial}, {layer.Padded}).Clear();"
                    : scratch.LoadState(layer.StateOffset(state), initial, layer.Padded));
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
            Writer.Line(site.StoreState(layer.IsReverse ? site.Buffer(layer.History(state)) : site.Last(site.Buffer(layer.History(state)), layer.Padded), layer.StateOffset(state), layer.Padded));
    }

    public override void StartBackward(TapeSite site)
    {
        WriteZeros(layer.FirstParameter, layer.VectorOffsets.Count * layer.Padded);
        WriteTransposes(layer.Plan.Groups.Where(layer.IsTransposed).Select(g => (KernelWriter.ShapeName(layer, g), Weights(layer.GroupOffsets[g.Index]), Transposed(layer.TransposedOffsets[g.Index]))));
        if (!layer.IsEncoder)
            Writer.Line($"tape.AddState(finalStateGradients, tape.d{layer.History(0)}.Span{(layer.IsReverse ? "" : $".Slice({layer.Time.Rows} * {layer.Padded})")}, {layer.FirstState}, {layer.Padded});");
    }

    public override void Backward(TapeSite site)
    {
        EachStep(site, layer.Time, step => $"{layer.Name}Backward(tape, ref weights, ref gradients, {step});", descending: !layer.IsReverse);
        foreach (var (group, i) in layer.Plan.InputGroups.Where(layer.IsTransposed).Select((g, i) => (g, i)))
            Writer.Line($"{TapeSite.OnRequest(x)}{Api.Panels}.Transposed<V, {Real}>({KernelWriter.ShapeName(layer, group)}, {site.Count(layer.Time)}, ref {Slots(site).Plus(group.FirstColumn * Layout.Lanes)}, ref {Transposed(layer.TransposedOffsets[group.Index])}, ref {site.GradientOf(x)}, {x.GradientStride}, accumulate: {Literal(Adds(i))});");
    }

    public override void EndBackward(TapeSite site)
    {
        WriteGradients(site);
        int write = layer.Plan.InputGroups.Count(layer.IsTransposed);
        for (int state = 0; state < layer.States; state++)
        {
            if (layer.Initials[state] is not { } value)
                continue;
            var gradient = Initial(site, "d" + layer.History(state));
            string accumulate = Literal(Adds(write++));
            Writer.Line(TapeSite.OnRequest(value) + (value.Stride == layer.Padded
                ? $"{Api.Merging}.Pass<V, {Real}>(ref {gradient}, ref {site.GradientOf(value)}, tape.Rows * {layer.Padded}, 1, accumulate: {accumulate});"
                : $"{Api.Merging}.ConcatGradient<V, {Real}>(tape.Rows, {value.Width}, ref {gradient}, {layer.Padded}, 0, ref {site.GradientOf(value)}, {value.Stride}, accumulate: {accumulate});"));
        }
    }

    public override void WriteMethods()
    {
        WriteStep(backward: false);
        WriteStep(backward: true);
    }

    /// <summary>Whether this is a single step that one kernel takes.</summary>
    private bool IsOneKernel(Site site) => site is ScratchSite scratch && scratch.IsOneKernel(layer);

    /// <summary>The part of the sums that no recurrence touches: biases, and the product with the inputs.</summary>
    private void WriteProjection(Site site)
    {
        bool hasBias = layer.BiasOffsets.Length > 0;
        var slots = Slots(site);
        var rows = site.Count(layer.Time);
        foreach (var group in layer.Plan.InputGroups)
        {
            bool first = layer.Plan.StartsSums(group);
            string inputs = x.IsSymbols ? site.Symbols(x) : $"{rows}, ref {site.Of(x)}, {x.Stride}";
            string method = (x.IsSymbols ? "Gather" : "Project") + (first ? "" : "More");
            string bias = first ? $"{Bias(group.FirstColumn)}, " : "";
            Writer.Line($"{Api.Panels}.{method}<V, {Real}>({KernelWriter.ShapeName(layer, group)}, {inputs}, ref {Weights(layer.GroupOffsets[group.Index])}, {bias}ref {slots.Plus(group.FirstColumn * Layout.Lanes)});");
        }

        foreach (var (first, count) in layer.ColumnsWithoutInput())
            Writer.Line($"{Api.Panels}.Fill<V, {Real}>({SlotShape(count)}, {rows}, {Bias(first)}, ref {slots.Plus(first * Layout.Lanes)});");
        for (int rank = 1; rank < layer.BiasOffsets.Length; rank++)
        {
            foreach (var run in layer.BiasRuns(rank))
                Writer.Line($"{Api.Panels}.AddBias<V, {Real}>({SlotShape(run.Parameters.Count)}, {rows}, ref {Weights(layer.BiasOffsets[rank] + (run.FirstColumn * Layout.Lanes))}, {BiasStride}, ref {slots.Plus(run.FirstColumn * Layout.Lanes)});");
        }

        string Bias(int column) => hasBias ? $"ref {Weights(layer.BiasOffsets[0] + (column * Layout.Lanes))}, {BiasStride}" : $"ref {Api.Panels}.Zero<{Real}>(), 0";
    }

    /// <summary>The same for this step and those behind it, as many as make a product of good size: their slots are still in a cache when the kernel comes to them.</summary>
    private void WriteStretch()
    {
        string steps = layer.Time.Count;
        Writer.Line("// What inputs and biases give the sums, for this step and those behind it.");
        using (Writer.Block($"if (({(layer.IsReverse ? $"{steps} - 1 - step" : "step")} & (tape.StepsAtOnce - 1)) == 0)"))
        {
            Writer.Line($"nint first = {(layer.IsReverse ? "global::System.Math.Max(0, step + 1 - tape.StepsAtOnce)" : "step")};");
            Writer.Line($"int count = (int){(layer.IsReverse ? "(step + 1 - first)" : $"global::System.Math.Min(tape.StepsAtOnce, {steps} - step)")} * tape.Rows;");
            WriteProjection(TapeSite.Stretch(Model, layer.Time));
        }
    }

    private void WriteInference(ScratchSite site)
    {
        var memory = KernelMemory.Of(layer, backward: false).ToList();
        string call = site.Rows.IsOne && layer.FitsRegisters
            ? new StepKernelWriter(Writer, Model, layer).Call(Slots(), Enumerable.Range(0, layer.States).Select(s => (State(MemoryKind.PreviousState, s), State(MemoryKind.NextState, s))), site.IsOne ? "0" : "step")
            : $"{layer.Kernel}Forward({site.Rows}, {(KernelWriter.TakesPast(Model, layer) ? "hasPast: true, " : "")}{string.Join(", ", memory.Select(m => "ref " + Memory(m)))});";
        bool isLoop = !site.IsStep && !site.IsOne;
        if (isLoop)
            Writer.Line(layer.IsReverse ? "for (nint step = count - 1; step >= 0; step--)" : "for (nint step = 0; step < count; step++)");
        Writer.Line((isLoop ? "    " : "") + call);

        Address Slots() => Memory(memory.Single(m => m.Kind == MemoryKind.Slots));
        Address State(MemoryKind kind, int state) => Memory(memory.Single(m => m.Kind == kind && m.Index == state));

        Address Memory(KernelMemory memory) => memory.Kind switch
        {
            MemoryKind.Weights => Weights(layer.FirstParameter),
            MemoryKind.Slots => At(site.Buffer(layer.Slots), layer.SlotRow, later: false),
            MemoryKind.PreviousState or MemoryKind.NextState => At(site.Buffer(layer.History(memory.Index)), layer.Padded, IsLater(memory.Kind)),
            MemoryKind.Noise => site.Buffer(layer.Noise(memory.Index)),
            _ => site.Buffer(layer.Operand(memory.Index)),
        };

        Address At(Address buffer, int stride, bool later) => site.IsOne ? (later ? site.Last(buffer, stride) : buffer) : buffer.Plus(new Amount(stride, later ? "(step + 1)" : "step"));
    }

    private void WriteGradients(TapeSite site)
    {
        var slots = site.Buffer(layer.Slots);
        var factors = new List<string>();
        foreach (var group in layer.Plan.Groups)
        {
            var gradient = Gradients(layer.GroupOffsets[group.Index]);
            string shape = KernelWriter.ShapeName(layer, group);
            if (group.Operand is null && x.IsSymbols)
            {
                WriteScatter(shape, site.Symbols(x), slots.Plus(group.FirstColumn * Layout.Lanes), layer.GroupOffsets[group.Index], accumulate: false);
                continue;
            }

            string operand = group.Operand switch
            {
                null => $"ref {site.Of(x)}, {x.Stride}",
                // What a step multiplied is the state before it: in time, or going backward, after it.
                { Op: Op.State } state => $"ref {site.Buffer(layer.History(state.Index)).Plus(layer.IsReverse ? new Amount(layer.Padded, "(nint)tape.Rows") : 0)}, {layer.Padded}",
                _ => $"ref {site.Buffer(layer.Operand(layer.Plan.Derivative.Operands.IndexOf(group.Operand)))}, {layer.Padded}",
            };
            string rows = group.Operand is { Op: Op.State } && ZeroRows() is { } zeros ? layer.IsReverse ? $", ..^{zeros}" : $", {zeros}.." : "";
            factors.Add($"{Api.Panels}.Factor({shape}, {group.FirstColumn}, {operand}, ref {gradient}{rows})");
        }

        for (int rank = 0; rank < layer.BiasOffsets.Length; rank++)
        {
            foreach (var run in layer.BiasRuns(rank))
            {
                int end = run.FirstColumn + run.Parameters.Count;
                for (int column = run.FirstColumn; column < end; column += PanelGrouping.TileColumns)
                    factors.Add($"{Api.Panels}.Bias({SlotShape(Math.Min(PanelGrouping.TileColumns, end - column))}, {column}, ref {Gradients(layer.BiasOffsets[rank] + (column * Layout.Lanes))}, {BiasStride})");
            }
        }

        WriteGradients(site.Count(layer.Time), slots, factors, accumulate: false);
        foreach (int offset in layer.VectorOffsets.Values.Where(_ => layer.IsPadded))
            Writer.Line($"{Api.Panels}.ClearPadding<{Real}>(new(0, {layer.Blocks}, 1, {Layout.Lanes}, {layer.Padded}), 1, {layer.Hidden}, ref {Gradients(offset)});");
    }

    /// <summary>What lasts for a sequence; and in use, all of it.</summary>
    private void WriteNoise(Site site)
    {
        EachNoise(NoiseKind.Dropout, (noise, stream, p) => Writer.Line(site is TapeSite
            ? $"tape.KeepThroughout(ref tape.{noise}.Start, stream: {stream}, {layer.Hidden}, {layer.Padded}, {p});"
            : $"{Api.Numerics}.Noise.Fill(ref {site.Buffer(noise)}, {site.RowsOf(layer.Padded)}, 1);"));
        if (site is ScratchSite)
            EachNoise(NoiseKind.Zoneout, (noise, _, p) => Writer.Line($"{Api.Numerics}.Noise.Fill(ref {site.Buffer(noise)}, {site.RowsOf(layer.Padded)}, {p});"));
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
        using (Writer.Block($"private static void {layer.Name}{(backward ? "Backward" : "Forward")}(Tape tape, ref {Real} weights{(backward ? $", ref {Real} gradients" : "")}, nint step)"))
        {
            Writer.Line("nint rows = tape.Rows;");
            if (!backward && !operation.IsInLoop)
                WriteStretch();
            for (int state = 0; backward && state < layer.States; state++)
                Writer.Line($"{Api.Numerics}.Lengths.Pause(tape.{layer.Time.Lengths}, (int)step, ref {Memory(new(MemoryKind.NextStateGradient, state, ""))}, ref {Held(state)}, {layer.Padded});");
            EachNoise(NoiseKind.Zoneout, (noise, stream, p) => Writer.Line($"tape.Hold(ref tape.{noise}.Start, stream: {stream}, (int)step, {layer.Hidden}, {layer.Padded}, {p});"));
            var arguments = KernelMemory.Of(layer, backward).Select(m => "ref " + Memory(m));
            Writer.Line($"{layer.Kernel}{(backward ? "Backward" : "Forward")}(\n    tape.Rows,\n    {(KernelWriter.TakesPast(Model, layer) ? $"hasPast: {HasPast(backward)},\n    " : "")}{string.Join(",\n    ", arguments)});");
            for (int state = 0; state < layer.States; state++)
            {
                Writer.Line(backward
                    ? $"{Api.Numerics}.Lengths.Resume(tape.{layer.Time.Lengths}, (int)step, ref {Held(state)}, ref {Memory(new(MemoryKind.PreviousStateGradient, state, ""))}, {layer.Padded});"
                    : $"{Api.Numerics}.Lengths.Carry(tape.{layer.Time.Lengths}, (int)step, ref {Memory(new(MemoryKind.PreviousState, state, ""))}, ref {Memory(new(MemoryKind.NextState, state, ""))}, {layer.Padded});");
            }
        }

        Address Held(int state) => Address.Of("tape.held.Start").Plus(new Amount(state * layer.Padded, "rows"));
    }

    /// <summary>Whether there is something before a step: other states than zeros, or going back, somebody who wants the gradients of the initial ones.</summary>
    private string HasPast(bool backward)
    {
        if (layer.Initials.Any(i => i is not null))
            return "true";
        string isLater = $"step != {(layer.IsReverse ? $"{layer.Time.Count} - 1" : "0")}";
        return backward ? $"{isLater} || tape.GivesStateGradients" : layer.IsEncoder ? isLater : $"{isLater} || !tape.StartsAtZero";
    }

    /// <summary>The rows before the first step that nobody gave a state; null where somebody always does.</summary>
    private string? ZeroRows() => layer.Initials.Any(i => i is not null) ? null : layer.IsEncoder ? "tape.Rows" : "tape.ZeroRows";

    private Address Memory(KernelMemory memory)
    {
        string step = IsLater(memory.Kind) ? "(step + 1)" : "step";
        return memory.Kind switch
        {
            MemoryKind.Weights => Weights(layer.FirstParameter),
            MemoryKind.Transposed => Transposed(layer.FirstTransposed),
            MemoryKind.Gradients => Gradients(layer.FirstParameter),
            MemoryKind.Slots => Rows(layer.Slots, step, layer.SlotRow),
            MemoryKind.PreviousState or MemoryKind.NextState => Rows(layer.History(memory.Index), step, layer.Padded),
            MemoryKind.Operand => Rows(layer.Operand(memory.Index), step, layer.Padded),
            MemoryKind.Noise => Tape(layer.Noise(memory.Index)),
            MemoryKind.OperandGradient => Tape(layer.OperandGradient(memory.Index)),
            _ when memory.Index == 0 => Rows("d" + layer.History(memory.Index), step, layer.Padded),
            // Only the newest gradient of an inner state matters: two of them take turns.
            _ => Rows("d" + layer.History(memory.Index), $"({step} & 1)", layer.Padded),
        };

        static Address Tape(string buffer) => Address.Of($"tape.{buffer}.Start");
        static Address Rows(string buffer, string step, int stride) => Tape(buffer).Plus(new Amount(stride, $"{step} * rows"));
    }

    /// <summary>Of the states at both ends of a step, in the order of time, whether this is the second.</summary>
    private bool IsLater(MemoryKind kind) => kind switch
    {
        MemoryKind.NextState or MemoryKind.NextStateGradient => !layer.IsReverse,
        MemoryKind.PreviousState or MemoryKind.PreviousStateGradient => layer.IsReverse,
        _ => false,
    };

    private Address Initial(Site site, string history) =>
        site.Buffer(history).Plus(layer.IsReverse ? site.Count(layer.Time).Times(layer.Padded) : 0);

    private string SlotShape(int columns) => $"new(0, {layer.Blocks}, {columns}, {layer.Plan.SlotCount * Layout.Lanes}, {layer.SlotRow})";

    private int BiasStride => layer.Plan.SumCount * Layout.Lanes;

    /// <summary>The sums of all steps, or of this one.</summary>
    private Address Slots(Site site) => site.VectorsOf(site.Buffer(layer.Slots), layer.SlotRow);
}
