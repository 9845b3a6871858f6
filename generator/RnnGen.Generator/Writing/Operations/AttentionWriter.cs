using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Kernels;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes an attention's way through the decoder's steps; its kernels are <see cref="AttentionKernelWriter"/>'s.</summary>
internal sealed class AttentionWriter(
    CodeWriter writer, ModelLayout model, AttentionOperation operation) : OperationWriter(writer, model, operation)
{
    private readonly AttentionLayout layout = operation.Layout;

    public override void Forward(Site site)
    {
        if (site is TapeSite)
        {
            EachStep(site, operation.Output.Time!, step => $"{operation.Name}Forward(tape, ref weights, {step});", descending: false);
            return;
        }

        bool isLoop = !site.IsStep && site is not ScratchSite { IsOne: true };
        var step = isLoop ? site.EachStep : site;
        using (Writer.Under(isLoop ? "for (nint step = 0; step < count; step++)" : null))
            WriteCall(
                step, "Forward",
                [.. operation.Operands.Select(step.Of), step.Of(operation.Memory), Shares(step), step.Of(operation.Output)]);
    }

    public override void BeginBackward(TapeSite site)
    {
        if (layout.VectorOffsets.Count > 0)
            WriteZeros(Gradients(Model.Offsets.Of(operation)), layout.VectorOffsets.Count * layout.Padded);
        foreach (var write in operation.GradientWrites.Where((_, i) => !Adds(i)))
            Writer.Line(site.ClearGradient(write.Value));
    }

    public override void Backward(TapeSite site) =>
        EachStep(site, operation.Output.Time!, step => $"{operation.Name}Backward(tape, {Memory("")}{step});", descending: true);

    public override void EndBackward(TapeSite site)
    {
        foreach (int vector in layout.VectorOffsets.Keys.Where(v => !operation.IsFrozen && layout.Plan.Score.Parameters[v].IsFrozen))
            WriteNoGradient(Model.Offsets.Vector(operation, vector), layout.Padded);
    }

    public override IEnumerable<string> BackwardMemory => layout.VectorOffsets.Count == 0 ? [] : ["weights", "gradients"];

    public override void WriteMethods()
    {
        var site = (TapeSite)new TapeSite(Model).EachStep;
        Writer.Blank();
        using (Writer.Block($"private static void {operation.Name}Forward(Tape tape, ref {Real} weights, nint step)"))
            WriteCall(
                site, "Forward",
                [.. operation.Operands.Select(site.Of), site.Of(operation.Memory), Shares(site), site.Of(operation.Output)]);
        Writer.Blank();
        using (Writer.Block($"private static void {operation.Name}Backward(Tape tape, {Memory($"{Real} ")}nint step)"))
        {
            Address[] gradients = layout.VectorOffsets.Count == 0 ? [] : [Gradients(Model.Offsets.Of(operation))];
            Address[] memory =
            [
                .. gradients, .. operation.Operands.Select(site.Of), .. operation.Operands.Select(site.GradientOf),
                site.Of(operation.Memory), site.GradientOf(operation.Memory), Shares(site), site.Of(operation.Output),
                site.GradientOf(operation.Output),
            ];
            WriteCall(site, "Backward", memory);
        }
    }

    private void WriteCall(Site site, string what, IEnumerable<Address> memory)
    {
        var time = operation.Memory.Time!;
        var sources = site is TapeSite ? site.Steps(time) : "memory.Length";
        Address[] weights = layout.VectorOffsets.Count == 0 ? [] : [Weights(Model.Offsets.Of(operation))];
        Writer.Call($"{layout.Name}{what}", [site.Rows, sources, site.Lengths(time), .. weights, .. memory]);
    }

    private Address Shares(Site site) => site.VectorsOf(site.Buffer(operation.Weights), layout.SourceSteps);
}
