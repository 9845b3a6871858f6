using RnnGen.Generator.Scheduling;

namespace RnnGen.Generator.Writing;

/// <summary>Writes training's passes: all declared steps of all rows forward onto a tape, and back.</summary>
internal sealed class PassWriter(CodeWriter writer, ModelLayout model)
{
    public void Write()
    {
        var operations = model.Operations.Select(o => (Operation: o, Writer: OperationWriter.Of(writer, model, o))).Where(o => o.Writer.IsTaped).ToList();
        var site = new TapeSite(model);
        writer.Line("/// <summary>All steps of all rows forward, onto the tape.</summary>");
        using (writer.Block($"public static void Forward(Tape tape, ref {model.Real} weights)"))
        {
            writer.Line($"int rows = {model.Declaration.Steps} * tape.Rows;");
            foreach (var (operation, part) in operations)
            {
                writer.Blank();
                writer.Line($"// {operation.Title}");
                part.Forward(site);
            }
        }

        writer.Blank();
        writer.Line("/// <summary>All steps of all rows back: the gradients of everything from those of the outputs.</summary>");
        using (writer.Block($"public static void Backward(Tape tape, ref {model.Real} weights, ref {model.Real} gradients, global::System.ReadOnlySpan<State> finalStateGradients)"))
        {
            writer.Line($"int rows = {model.Declaration.Steps} * tape.Rows;");
            // The loss has left the gradients of the outputs.
            site.Accumulate(model.Outputs);
            foreach (var (operation, part) in operations.AsEnumerable().Reverse())
            {
                writer.Blank();
                writer.Line($"// {operation.Title}");
                part.Backward(site);
            }
        }

        foreach (var (_, part) in operations)
            part.WriteMethods();
    }
}
