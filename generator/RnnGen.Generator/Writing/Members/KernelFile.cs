using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Kernels;
using RnnGen.Generator.Writing.Operations;
using RnnGen.Generator.Writing.Passes;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Members;

/// <summary>
/// Writes the file of a model's kernels. They have a namespace of their own: its usings come before everything that a user may declare
/// elsewhere, so names in it need not be in full.
/// </summary>
internal sealed class KernelFile(CodeWriter writer, ModelLayout model)
{
    private static readonly int[] VectorBits = [512, 256, 128, 1];

    private string Real => model.Real;

    public void Write()
    {
        Summary.WriteHeader(writer, model, "disable");
        writer.Blank();
        using (writer.Block($"namespace {Api.KernelsOf(model)}"))
        {
            WriteUsings();
            writer.Blank();
            writer.Line("/// <summary>The offsets of parameters in their buffer, in elements; gradients lie alike.</summary>");
            WriteOffsets(writer, model.Offsets);
            if (!model.Format.IsCompressed && model.TransposedOffsets.All.Count > 0)
            {
                writer.Line("/// <summary>The offsets of the transposed copies of matrices, which the way back multiplies by.</summary>");
                WriteOffsets(writer, model.TransposedOffsets);
            }

            new TableWriter(writer, model).Write();
            new SummaryWriter(writer, model).WriteTable();
            writer.Line("/// <summary>The layout of matrices, for the runtime's products.</summary>");
            writer.Line("[ExcludeFromCodeCoverage]");
            using (writer.Block("internal static class Shapes"))
                WriteShapes();
            writer.Line("/// <summary>The arithmetic, once for every vector width.</summary>");
            writer.Line("[ExcludeFromCodeCoverage]");
            writer.List(
                "internal readonly struct Kernels<V> : ", Ladders().Select(l => $"I{l.Base}<{string.Join(", ", l.Types)}>"),
                $" where V : struct, ILanes<V, {Real}>");
            using (writer.Block())
                WriteKernels();
            WriteLadders();
            if (!model.Format.IsCompressed)
                foreach (var (equations, loss) in model.Losses)
                    new LossWriter(writer, LossPlan.Of(equations), loss).Write();
        }
    }

    /// <summary>A class of named constants.</summary>
    public static void WriteOffsets(CodeWriter writer, OffsetTable offsets)
    {
        using (writer.Block($"internal static class {offsets.Name}"))
        {
            foreach (var offset in offsets.All)
                writer.Remark($"public const int {offset.Name} = {offset.Value};", offset.Comment);
        }
    }

    /// <summary>The classes that pick the vectors, each for some of the kernels' methods, with their bases in the runtime.</summary>
    private IEnumerable<(ModelMethod Method, string Base, string[] Types)> Ladders()
    {
        if (model.Encoder is { } encoder)
            yield return (ModelMethod.Infer, "DecoderKernels", [Real, Api.Element(encoder.Part.Source, Real), Api.Input(model), "Memory"]);
        else
            yield return (ModelMethod.Infer, "StreamKernels", [Real, Api.Input(model)]);
        if (InferenceWriter.HasRows(model))
            yield return (ModelMethod.InferRows, "RowKernels", [Real, Api.Input(model), "State"]);
        if (!model.Format.IsCompressed)
            yield return (ModelMethod.Forward, "PassKernels", [Real, "State", "Tape"]);
    }

    private void WriteLadders()
    {
        foreach (var (method, type, types) in Ladders())
        {
            writer.Line(method switch
            {
                ModelMethod.InferRows => "/// <summary>Many streams, with the widest vectors that there are.</summary>",
                ModelMethod.Forward => "/// <summary>A batch's passes, with the widest vectors that there are.</summary>",
                _ when model.Encoder is not null =>
                    "/// <summary>The encoder and the decoder, with the widest vectors that there are.</summary>",
                _ => "/// <summary>One stream, with the widest vectors that there are.</summary>",
            });
            string lanes = model.Declaration.IsDouble ? "Double" : "Float";
            // A method that is not worth the widest vectors takes the next ones instead.
            int widest = model.Widths(method)[0];
            var kernels = VectorBits.Select(width => $"Kernels<{lanes}{Math.Min(width, widest)}>");
            writer.List($"internal abstract class {Api.Ladder(model, method)} : {type}<", [.. types, .. kernels], ">;");
            writer.Blank();
        }
    }

    private void WriteUsings()
    {
        string name = $"global::{model.Declaration.FullName}";
        writer.Line("using global::System;");
        writer.Line("using global::System.Diagnostics.CodeAnalysis;");
        writer.Line("using global::System.Runtime.CompilerServices;");
        writer.Line("using global::System.Runtime.InteropServices;");
        writer.Line("using global::RnnGen.Generated;");
        writer.Line("using global::RnnGen.Numerics;");
        if (model.Encoder is not null)
            writer.Line($"using Memory = {name}.Memory;");
        if (model.Format.IsCompressed)
            writer.Line($"using Panels = global::RnnGen.Numerics.PackedPanels<global::RnnGen.Numerics.{model.Format.Name}Format>;");
        writer.Line($"using State = {name}.State;");
        if (!model.Format.IsCompressed)
            writer.Line($"using Tape = {name}.Tape;");
    }

    private void WriteShapes()
    {
        var recurrent =
            model.Kernels.SelectMany(l => l.Plan.Groups.Where(g => g.Operand is not null).Select(g => KernelWriter.Shape(l, g)));
        foreach (string shape in recurrent.Concat(model.Operations.SelectMany(o => OperationWriter.Of(writer, model, o).Shapes)).Distinct())
            writer.Line(shape);
    }

    private void WriteKernels()
    {
        foreach (var layer in model.Kernels)
        {
            new KernelWriter(writer, model, layer).Write();
            writer.Blank();
        }

        foreach (var attention in model.Attentions.GroupBy(a => a.Layout.Name).Select(g => g.First()))
        {
            new AttentionKernelWriter(writer, Real, attention.Layout, model.Offsets).Write();
            writer.Blank();
        }

        new InferenceWriter(writer, model).Write();
        writer.Blank();
        if (!model.Format.IsCompressed)
            new PassWriter(writer, model).Write();
        WriteHelpers();
    }

    private void WriteHelpers()
    {
        writer.Blank();
        writer.Line($"private static ref {Real} At(ref {Real} start, nint offset) => ref Unsafe.Add(ref start, offset);");
        writer.Blank();
        writer.Line($"private static void Copy(ref {Real} from, ref {Real} to, int length) =>\n    MemoryMarshal.CreateSpan(ref from, "
            + "length).CopyTo(MemoryMarshal.CreateSpan(ref to, length));");
        foreach (var (function, graph) in model.Activations)
        {
            var activation = new ActivationWriter(writer, Real, graph);
            activation.WriteForward(ActivationWriter.MethodOf(model, function));
            if (!model.Format.IsCompressed)
                activation.WriteGradient(ActivationWriter.MethodOf(model, function));
        }

        var nodes = model.Layers.SelectMany(l => l.Plan.Cell.Graph.Nodes.Concat(l.Plan.Derivative.Graph.Nodes));
        var operators = new HashSet<Operator>(
            nodes.Select(n => n.Operator)
                .OfType<Operator>()
                .Concat(model.Activations.SelectMany(a => a.Graph.Operators))
                .Concat(model.Attentions.SelectMany(a => a.Layout.Plan.Operators)));
        foreach (var function in Operators.All.Where(o => o.IsFunction && operators.Contains(o)))
        {
            writer.Blank();
            writer.Line($"{Api.Inlined}\nprivate static V {function}(V x) => Functions.{function}<V, {Real}>(x);");
        }
    }
}
