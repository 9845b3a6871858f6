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
        writer.Line("""
            /// <summary>Room for an encoded source, to be used again for others. For one thread at a time.</summary>
            public Memory CreateMemory() => new(this);

            /// <summary>Reads a source. Any number of threads may use a model at once, each with memories of its own; after the first source of a length nothing is allocated.</summary>
            """);
        writer.Line(source.IsInput
            ? "/// <param name=\"source\">[step][<see cref=\"SourceSize\"/>]: 1 to <see cref=\"SourceSteps\"/> steps.</param>"
            : "/// <param name=\"source\">1 to <see cref=\"SourceSteps\"/> symbols, each 0 to <see cref=\"SourceSize\"/> − 1.</param>");
        writer.Line("/// <param name=\"memory\">Receives what the decoder needs of it, and from where to begin.</param>");
        writer.Line("/// <exception cref=\"global::System.ArgumentException\">The source has the wrong length, or holds what is no valid input, or the memory is another model's. The memory is unchanged.</exception>");
        using (writer.Block($"public void Encode(global::System.ReadOnlySpan<{element}> source, Memory memory)"))
        {
            writer.Line("global::System.ArgumentNullException.ThrowIfNull(memory);");
            writer.Line($"int count = global::RnnGen.Generated.Guard.Steps(source.Length, 1, {(source.IsInput ? "SourceSize" : "1")}, SourceSteps, nameof(source));");
            writer.Line("global::RnnGen.Generated.Guard.Inputs(source, SourceSize, nameof(source));");
            writer.Line("memory.Begin(this, weights, count);");
            writer.Line($"ref {model.Real} scratch = ref global::RnnGen.Numerics.Scratch<{model.Real}>.Rent(checked((int)({new ScratchSite(model, ScratchKind.Source).Size})));");
            writer.Line("RunEncode(ref memory.weights!.Start, ref scratch, source, memory, ref memory.start.Start);");
        }

        writer.Blank();
    }
}
