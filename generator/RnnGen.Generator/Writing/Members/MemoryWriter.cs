using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Members;

/// <summary>Writes the model's <c>Memory</c>: an encoded source, and the decoder's steps with it.</summary>
internal sealed class MemoryWriter(CodeWriter writer, ModelLayout model)
{
    private readonly string real = model.Real;
    private readonly string outputs = Summary.Outputs(model);
    private readonly int attentions = model.Attentions.Count();

    private bool IsSymbolModel => model is { IsSymbolic: true, HasClassTargets: true, Heads.Count: 1 };

    public void Write()
    {
        var name = model.Declaration.Name;
        writer.Summary("Holds an encoded source: all that the decoder reads of it. Its steps may be taken by one thread at a time.");
        writer.Line(Api.GeneratedCode);
        using (writer.Block($"public sealed class Memory{(IsSymbolModel ? $" : {Api.Runtime}ISymbolModel<{real}, State>" : "")}"))
        {
            writer.Line($"private readonly {name} model;");
            foreach (var value in model.Kept)
                WriteBuffer(value);
            writer.Line($$"""

                // The parameters that encoded the source, for the decoder's steps.
                internal {{Api.Runtime}}ParameterSet<{{real}}>? weights;
                internal State start;

                internal Memory({{name}} model) => this.model = model;

                /// <summary>Steps of the source; 0 before the first.</summary>
                public int Length { get; private set; }

                /// <summary>The state that the decoder's stream begins with. A value: a copy is a snapshot.</summary>
                public State Start => start;

                """);
            if (IsSymbolModel)
                writer.Line("/// <inheritdoc/>\npublic int SymbolCount => OutputSize;\n");
            WriteStep(looks: false);
            if (attentions > 0)
                WriteStep(looks: true);
            WriteForward();
            writer.Line($$"""

                internal void Begin(object owner, {{Api.Runtime}}ParameterSet<{{real}}> parameters, int length)
                {
                    if (owner != model)
                        throw new {{Api.System}}ArgumentException("The memory was made by another model.", "memory");
                    weights = parameters;
                    Length = length;
                    start = default;
                }
                """);
        }
    }

    /// <summary>A layer's outputs lie beside the state that it begins in.</summary>
    private void WriteBuffer(Value value)
    {
        var buffer = model.Operations.SelectMany(o => o.Buffers).First(b => b.Name == value.Buffer);
        bool hasInitial = buffer.Inference == Extent.StepsAndInitial;
        string vectors = value.Time is { } time ? $"[{(hasInitial ? "1 + " : "")}{time.Steps} source steps]" : "";
        int length = ((value.Time?.Steps ?? 1) + (hasInitial ? 1 : 0)) * value.Stride;
        writer.Remark(
            $"internal readonly {Api.Numerics}AlignedBuffer<{real}> {value.Buffer} = new({length});", $"{vectors}[{value.Stride}]");
    }

    private void WriteStep(bool looks)
    {
        writer.Summary(looks
            ? "Takes one step of the decoder and gives the weights of its attention. Nothing is allocated."
            : "Takes one step of the decoder. Nothing is allocated.");
        if (model.IsSymbolic)
            writer.Parameter("symbol", "The symbol before: 0 to <see cref=\"InputSize\"/> − 1.");
        else
            writer.Parameter("input", "<see cref=\"InputSize\"/> numbers.");
        writer.Parameter("state", "What the stream remembers: read, and replaced.");
        writer.Parameter("probabilities", $"Receives {outputs}: <see cref=\"OutputSize\"/> numbers.");
        if (looks)
            writer.Parameter(
                "attention",
                "Receives the weight of each of the source's <see cref=\"Length\"/> steps, which sum to 1; "
                + "of several attentions side by side.");
        WriteExceptions("state and probabilities");
        string input = model.IsSymbolic ? "int symbol" : $"{Api.System}ReadOnlySpan<{real}> input";
        string[] attention = looks ? [$"{Api.System}Span<{real}> attention"] : [];
        string[] parameters = [input, "ref State state", $"{Api.System}Span<{real}> probabilities", .. attention];
        string argument = looks ? ", attention" : "";
        if (model.IsSymbolic)
        {
            writer.Arrow("public void Step", parameters, $"Forward(new(in symbol), ref state, probabilities{argument})");
        }
        else
        {
            writer.List("public void Step(", parameters, ")");
            using (writer.Block())
                writer.Line($"{Api.Generated}Guard.Length(input.Length, InputSize, nameof(input));\nForward(input, ref state, "
                    + $"probabilities{argument});");
        }

        writer.Blank();
    }

    private void WriteForward()
    {
        writer.Summary("Takes some steps of the decoder, as many as there are inputs: faster than single steps, with the same numbers.");
        writer.Parameter(
            "inputs", $"{(model.IsSymbolic ? "A symbol per step" : "[step][<see cref=\"InputSize\"/>]")}: what came before each.");
        writer.Parameter("state", "What the stream remembers: read, and replaced.");
        writer.Parameter("outputs", $"Receives {outputs}, [step][<see cref=\"OutputSize\"/>].");
        if (attentions > 0)
            writer.Parameter(
                "attention",
                "Receives the attention's weights, "
                + $"[step]{(attentions > 1 ? $"[{attentions}]" : "")}[<see cref=\"Length\"/>]; empty for nothing.");
        WriteExceptions("state and outputs");
        string[] attention = attentions > 0 ? [$"{Api.System}Span<{real}> attention = default"] : [];
        writer.List(
            "public void Forward(",
            [$"{Api.System}ReadOnlySpan<{Api.Input(model)}> inputs", "ref State state", $"{Api.System}Span<{real}> outputs", .. attention],
            ")");
        using (writer.Block())
        {
            writer.Line($"if (Length == 0)\n    throw new {Api.System}InvalidOperationException(\"Encode must come first: there is no "
                + "source to decode.\");");
            writer.Line($"{Api.Generated}SpanGuard.Steps(inputs, InputSize, outputs.Length, OutputSize);");
            writer.Line($"{Api.Generated}StateGuard.Finite<{real}, State>(ref state, StateSize, nameof(state));");
            if (attentions > 0)
            {
                string steps = model.IsSymbolic ? "inputs.Length" : "inputs.Length / InputSize";
                string several = attentions == 1 ? "" : $"{attentions} * ";
                writer.Line($"if (!attention.IsEmpty)\n    {Api.Generated}Guard.Length(attention.Length, checked({steps} * "
                    + $"{several}Length), nameof(attention));");
            }

            writer.Line($"ref {real} scratch = ref {Api.Numerics}Scratch<{real}>.Rent({new ScratchSite(model, ScratchKind.Steps).Size});");
            string[] arguments = [
                "ref weights!.Start", "ref scratch", "inputs", "this", "ref state.Start", "outputs",
                attentions > 0 ? "attention" : "default"
            ];
            writer.Call(Api.Widest(model, ModelMethod.Infer), arguments);
            writer.Line($"{Api.Generated}Guard.Outputs<{real}>(outputs, OutputSize);");
        }
    }

    private void WriteExceptions(string written)
    {
        writer.Exception("ArgumentException", "A length, an input or the state is not valid; the state is unchanged.");
        writer.Exception("NotFiniteNumberException", Summary.NotFinite(written));
        writer.Exception("InvalidOperationException", "No source has been encoded.");
    }
}
