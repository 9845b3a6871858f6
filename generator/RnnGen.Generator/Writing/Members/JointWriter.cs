using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Members;

/// <summary>Writes how a source is encoded: <c>CreateMemory</c> and <c>Encode</c>.</summary>
internal sealed class JointWriter(CodeWriter writer, ModelLayout model)
{
    public void Write()
    {
        var source = model.Encoder!.Part.Source;
        string element = Api.Element(source, model.Real);
        writer.Summary("Makes room for an encoded source, to be used again for others. For one thread at a time.");
        writer.Line($"{Api.GeneratedCode}\npublic Memory CreateMemory() => new(this);\n");
        writer.Summary("Reads a source. Any number of threads may use a model at once, each with memories of its own; after the first "
            + "source of a length nothing is allocated.");
        writer.Parameter("source", source.IsInput
            ? "[step][<see cref=\"SourceSize\"/>]: 1 to <see cref=\"SourceSteps\"/> steps."
            : "1 to <see cref=\"SourceSteps\"/> symbols, each 0 to <see cref=\"SourceSize\"/> − 1.");
        writer.Parameter("memory", "Receives what the decoder needs of it, and from where to begin.");
        writer.Exception(
            "ArgumentException",
            "The source has the wrong length, or holds what is no valid input, or the memory is another model's. The memory is unchanged.");
        writer.Line(Api.GeneratedCode);
        using (writer.Block($"public void Encode({Api.System}ReadOnlySpan<{element}> source, Memory memory)"))
        {
            writer.Line($"{Api.System}ArgumentNullException.ThrowIfNull(memory);");
            writer.Line($"int count = {Api.Generated}Guard.Steps(source.Length, 1, "
                + $"{(source.IsInput ? "SourceSize" : "1")}, SourceSteps, nameof(source));");
            writer.Line($"{Api.Generated}Guard.Inputs(source, SourceSize, nameof(source));");
            writer.Line("memory.Begin(this, weights, count);");
            writer.Line($"ref {model.Real} scratch = ref "
                + $"{Api.Numerics}Scratch<{model.Real}>.Rent(checked((int)({new ScratchSite(model, ScratchKind.Source).Size})));");
            writer.Call(
                Api.Widest(model, ModelMethod.Encode), "ref memory.weights!.Start", "ref scratch", "source", "memory",
                "ref memory.start.Start");
        }

        writer.Blank();
    }
}
