using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Members;

/// <summary>Writes the model's <c>Memory</c>: an encoded source, and the decoder's steps with it.</summary>
internal sealed class MemoryWriter(CodeWriter writer, ModelLayout model)
{
    private readonly string real = model.Real;

    private bool IsSymbolModel => model is { IsSymbolic: true, HasClassTargets: true, Heads.Count: 1 };

    public void Write()
    {
        var name = model.Declaration.Name;
        writer.Line("/// <summary>An encoded source: what the decoder reads of it. Its steps may be taken by one thread at a time.</summary>");
        using (writer.Block($"public sealed class Memory{(IsSymbolModel ? $" : global::RnnGen.ISymbolModel<{real}, State>" : "")}"))
        {
            writer.Line($"private readonly {name} model;");
            foreach (var value in model.Kept)
            {
                // A layer's outputs lie beside the state that it begins in.
                bool hasInitial = model.Operations.SelectMany(o => o.Buffers).First(b => b.Name == value.Buffer).Inference == Extent.StepsAndOne;
                string vectors = value.Time is { } time ? $"[{(hasInitial ? "1 + " : "")}{time.Steps} source steps]" : "";
                writer.Line($"internal readonly global::RnnGen.Numerics.AlignedBuffer<{real}> {value.Buffer} = new({((value.Time?.Steps ?? 1) + (hasInitial ? 1 : 0)) * value.Stride}); // {vectors}[{value.Stride}]");
            }

            writer.Line("// Those that encoded the source, for the decoder's steps.");
            writer.Line($"internal global::RnnGen.ParameterSet<{real}>? weights;");
            writer.Line("internal State start;");
            writer.Blank();
            writer.Line($"internal Memory({name} model) => this.model = model;");
            writer.Blank();
            writer.Line("""
                /// <summary>Steps of the source; 0 before the first.</summary>
                public int Length { get; private set; }

                /// <summary>What the decoder's stream begins with. A value: a copy is a snapshot.</summary>
                public State Start => start;

                """);
            if (IsSymbolModel)
                writer.Line("/// <inheritdoc/>\npublic int SymbolCount => OutputSize;\n");
            WriteSteps();
            writer.Line($$"""

                internal void Begin(object owner, global::RnnGen.ParameterSet<{{real}}> parameters, int length)
                {
                    if (owner != model)
                        throw new global::System.ArgumentException("The memory was made by another model.", "memory");
                    weights = parameters;
                    Length = length;
                    start = default;
                }
                """);
        }
    }

    private void WriteSteps()
    {
        string what = Summary.Outputs(model);
        string input = model.IsSymbolic ? "int symbol" : $"global::System.ReadOnlySpan<{real}> input", one = model.IsSymbolic ? "new global::System.ReadOnlySpan<int>(in symbol)" : "input";
        bool looks = model.Attentions.Any();
        string guard = model.IsSymbolic ? "" : "    global::RnnGen.Generated.Guard.Length(input.Length, InputSize, nameof(input));\n";
        string inputText = model.IsSymbolic ? "/// <param name=\"symbol\">What came before: 0 to <see cref=\"InputSize\"/> − 1.</param>" : "/// <param name=\"input\"><see cref=\"InputSize\"/> numbers.</param>";
        writer.Line($$"""
            /// <summary>One step of the decoder. Nothing is allocated.</summary>
            {{inputText}}
            /// <param name="state">What the stream remembers: read, and replaced.</param>
            /// <param name="probabilities">Receives {{what}}: <see cref="OutputSize"/> numbers.</param>
            /// <exception cref="global::System.ArgumentException">A span has the wrong length, or the input or the state is not valid. The state is unchanged.</exception>
            {{Summary.NotFinite("State and probabilities are")}}
            /// <exception cref="global::System.InvalidOperationException">No source has been encoded.</exception>
            public void Step({{input}}, ref State state, global::System.Span<{{real}}> probabilities)
            {
            {{guard}}    Forward({{one}}, ref state, probabilities);
            }

            """);
        if (looks)
        {
            writer.Line($$"""
                /// <summary>The same, and where the attention looked.</summary>
                {{inputText}}
                /// <param name="state">What the stream remembers: read, and replaced.</param>
                /// <param name="probabilities">Receives {{what}}: <see cref="OutputSize"/> numbers.</param>
                /// <param name="attention">Receives the weight of each of the source's <see cref="Length"/> steps, which sum to 1; of several attentions side by side.</param>
                /// <exception cref="global::System.ArgumentException">A span has the wrong length, or the input or the state is not valid. The state is unchanged.</exception>
                {{Summary.NotFinite("State and probabilities are")}}
                /// <exception cref="global::System.InvalidOperationException">No source has been encoded.</exception>
                public void Step({{input}}, ref State state, global::System.Span<{{real}}> probabilities, global::System.Span<{{real}}> attention)
                {
                {{guard}}    Forward({{one}}, ref state, probabilities, attention);
                }

                """);
        }

        string parameter = looks ? $", global::System.Span<{real}> attention = default" : "";
        writer.Line($"""
            /// <summary>Steps of the decoder, as many as there are inputs: the same numbers as single steps give, sooner.</summary>
            /// <param name="inputs">{(model.IsSymbolic ? "A symbol per step" : "[step][<see cref=\"InputSize\"/>]")}: what came before each.</param>
            /// <param name="state">What the stream remembers: read, and replaced.</param>
            /// <param name="outputs">Receives {what}, [step][<see cref="OutputSize"/>].</param>{(looks ? $"\n/// <param name=\"attention\">Receives the attention's weights, [step]{(model.Attentions.Count() > 1 ? $"[{model.Attentions.Count()}]" : "")}[<see cref=\"Length\"/>]; empty for nothing.</param>" : "")}
            /// <exception cref="global::System.ArgumentException">A span has the wrong length, or an input or the state is not valid. The state is unchanged.</exception>
            {Summary.NotFinite("State and outputs are")}
            /// <exception cref="global::System.InvalidOperationException">No source has been encoded.</exception>
            """);
        using (writer.Block($"public void Forward(global::System.ReadOnlySpan<{Api.Input(model)}> inputs, ref State state, global::System.Span<{real}> outputs{parameter})"))
        {
            writer.Line("if (Length == 0)\n    throw new global::System.InvalidOperationException(\"Encode must come first: there is no source to decode.\");");
            writer.Line(model.IsSymbolic
                ? "global::RnnGen.Generated.Guard.Symbols(inputs, InputSize, nameof(inputs));"
                : "global::RnnGen.Generated.Guard.Multiple(inputs.Length, InputSize, nameof(inputs));\nglobal::RnnGen.Generated.Guard.Finite(inputs, nameof(inputs));");
            writer.Line($"global::RnnGen.Generated.StateGuard.Finite<{real}, State>(ref state, StateSize, nameof(state));");
            string steps = model.IsSymbolic ? "inputs.Length" : "inputs.Length / InputSize";
            writer.Line($"global::RnnGen.Generated.Guard.Length(outputs.Length, checked({steps} * OutputSize), nameof(outputs));");
            if (looks)
                writer.Line($"if (!attention.IsEmpty)\n    global::RnnGen.Generated.Guard.Length(attention.Length, checked({steps} * {(model.Attentions.Count() == 1 ? "" : $"{model.Attentions.Count()} * ")}Length), nameof(attention));");
            writer.Line($"ref {real} scratch = ref global::RnnGen.Numerics.Scratch<{real}>.Rent({new ScratchSite(model, ScratchKind.Steps).Size});");
            writer.Line($"RunInfer(ref weights!.Start, ref scratch, inputs, this, ref state.Start, outputs, {(looks ? "attention" : "default")});");
            writer.Line($"global::RnnGen.Generated.Guard.Outputs<{real}>(outputs, OutputSize);");
        }
    }
}
