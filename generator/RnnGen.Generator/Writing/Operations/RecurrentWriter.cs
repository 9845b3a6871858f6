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
internal sealed partial class RecurrentWriter(
    CodeWriter writer, ModelLayout model, RecurrentOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly LayerLayout layer = operation.Layer;
    private readonly Value x = operation.Layer.Input;

    public override IEnumerable<string> Shapes => layer.Plan.InputGroups.Select(g => KernelWriter.Shape(layer, g));

    public override void Begin(Site site)
    {
        if (IsOneKernel(site))
            return;
        for (int state = 0; state < layer.States; state++)
        {
            var initial = Initial(site, layer.History(state));
            if (layer.Initials[state] is { } value && (site is TapeSite || !layer.IsBridged))
            {
                if (value.Stride == layer.Padded)
                    Writer.Call("Copy", site.Of(value), initial, site.Rows.Times(layer.Padded));
                else
                    Writer.Call($"Merging.Concat<{Real}>", site.Rows, value.Width, site.Of(value), value.Stride, initial, layer.Padded, 0);
            }
            else if (layer.Time.IsInner || (site is ScratchSite && layer.IsStateless))
            {
                // Of a tape's positions, a batch of another number of steps may have left states here.
                Writer.Line($"MemoryMarshal.CreateSpan(ref {initial}, {site.RowsOf(layer.Time).Times(layer.Padded)}).Clear();");
            }
            else if (site is ScratchSite scratch)
            {
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
        for (int state = 0; !layer.IsStateless && !IsOneKernel(site) && state < layer.States; state++)
        {
            var history = site.Buffer(layer.History(state));
            site.StoreState(Writer, layer.IsReverse ? history : site.Last(history, layer.Padded), layer.StateOffset(state), layer.Padded);
        }
    }

    public override void BeginBackward(TapeSite site)
    {
        if (layer.VectorOffsets.Count > 0)
            WriteZeros(Gradients(Model.Offsets.Of(layer)), layer.VectorOffsets.Count * layer.Padded);
        WriteTransposes(layer.Plan.Groups.Where(layer.IsTransposed)
            .Select(g => (ShapeOf(g), Weights(Model.Offsets.Of(layer, g)), CopyOf(g))));
        if (layer.Time.IsInner)
            WriteNoStateGradients(site);
        if (!layer.IsStateless)
        {
            string slice = layer.IsReverse ? "" : $".Slice({new Amount(layer.Padded, layer.Time.Vectors)})";
            string rows = $"tape.d{layer.History(0)}.Span{slice}";
            Writer.Call("tape.AddState", "finalStateGradients", rows, layer.FirstState, layer.Padded);
        }
    }

    /// <summary>
    /// Along positions nothing comes from behind the last one, which a tape sees to for other layers: the gradients of the output before
    /// the first position, and of inner states behind the last, begin with zeros.
    /// </summary>
    private void WriteNoStateGradients(TapeSite site)
    {
        var vectors = site.RowsOf(layer.Time).Times(layer.Padded);
        for (int state = 0; state < layer.States; state++)
        {
            int step = layer.IsReverse == (state > 0) ? 0 : layer.Time.Steps;
            Amount before = (state == 0 ? step : step & 1) is > 0 and var steps ? vectors.Times(steps) : 0;
            Writer.Line($"MemoryMarshal.CreateSpan(ref {site.Buffer("d" + layer.History(state)).Plus(before)}, {vectors}).Clear();");
        }
    }

    public override void Backward(TapeSite site)
    {
        EachStep(site, layer.Time, step => $"{layer.Name}Backward(tape, {Memory("")}{step});", descending: !layer.IsReverse);
        foreach (var (group, i) in layer.Plan.InputGroups.Where(layer.IsTransposed).Select((g, i) => (g, i)))
        {
            WriteGradient(
                x,
                () => Writer.Call(
                    $"Panels.Transposed<V, {Real}>", ShapeOf(group), site.Count(layer.Time), Slots(site, group.FirstColumn), CopyOf(group),
                    site.GradientOf(x), x.GradientStride, Accumulate(Adds(i))));
        }

        int write = layer.Plan.InputGroups.Count(layer.IsTransposed);
        foreach (int column in layer.InputColumns)
        {
            string accumulate = Accumulate(Adds(write++));
            WriteGradient(
                x,
                () => Writer.Call(
                    $"Elementwise.InputGradient<V, {Real}>", SlotShape(1), site.Count(layer.Time), x.Width, Slots(site, column),
                    site.GradientOf(x), x.GradientStride, accumulate));
        }
    }

    public override void EndBackward(TapeSite site)
    {
        if (!operation.IsFrozen)
        {
            WriteGradients(site);
            foreach (int vector in layer.VectorOffsets.Keys.Where(v => layer.Cell.Parameters[v].IsFrozen))
                WriteNoGradient(Model.Offsets.Vector(layer, vector), layer.Padded);
        }

        int write = layer.Plan.InputGroups.Count(layer.IsTransposed) + layer.InputColumns.Count();
        for (int state = 0; state < layer.States; state++)
        {
            if (layer.Initials[state] is not { } value)
                continue;
            var gradient = Initial(site, "d" + layer.History(state));
            string accumulate = Accumulate(Adds(write++));
            WriteGradient(value, () =>
            {
                if (value.Stride == layer.Padded)
                    Writer.Call(
                        $"Merging.Scale<V, {Real}>", gradient, site.GradientOf(value), site.Rows.Times(layer.Padded), 1, accumulate);
                else
                    Writer.Call(
                        $"Merging.ConcatGradient<V, {Real}>", site.Rows, value.Width, gradient, layer.Padded, 0, site.GradientOf(value),
                        value.Stride, accumulate);
            });
        }
    }

    /// <summary>True if this is a single step that one kernel takes.</summary>
    private bool IsOneKernel(Site site) => site is ScratchSite scratch && scratch.IsOneKernel(layer);

    /// <summary>Writes the noise that lasts for a sequence; during inference, all noise.</summary>
    private void WriteNoise(Site site)
    {
        EachNoise(NoiseKind.Dropout, (noise, stream, p) =>
        {
            if (site is TapeSite)
                Writer.Call("tape.KeepThroughout", site.Buffer(noise), $"stream: {stream}", layer.Hidden, layer.Padded, p);
            else
                Writer.Call("Noise.Fill", site.Buffer(noise), site.Rows.Times(layer.Padded), 1);
        });
        if (site is ScratchSite)
            EachNoise(NoiseKind.Zoneout, (noise, _, p) => Writer.Call("Noise.Fill", site.Buffer(noise), site.Rows.Times(layer.Padded), p));
    }

    private void EachNoise(NoiseKind kind, Action<string, int, string> action)
    {
        for (int noise = 0; noise < layer.Cell.Noises.Count; noise++)
        {
            if (layer.Cell.Noises[noise].Kind == kind)
                action(layer.Noise(noise), layer.FirstStream + noise, Numeral.Literal(layer.Cell.Noises[noise].Probability));
        }
    }

    private Address Initial(Site site, string history) =>
        site.Buffer(history).Plus(layer.IsReverse ? site.Count(layer.Time).Times(layer.Padded) : 0);
}
