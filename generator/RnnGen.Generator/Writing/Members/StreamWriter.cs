using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Members;

/// <summary>Writes how a model is used: <c>Step</c> and <c>Forward</c>.</summary>
internal sealed class StreamWriter(CodeWriter writer, ModelLayout model)
{
    public void Write()
    {
        string what = Summary.Outputs(model);
        if (!model.NeedsWholeSequence)
        {
            WriteStep(what);
            WriteRows(what);
        }

        writer.Line(model.NeedsWholeSequence
            ? "/// <summary>A whole sequence. Any number of threads may use a model at once; after the first sequence of a length nothing is allocated.</summary>"
            : "/// <summary>Steps of a stream, as many as there are inputs: the same numbers as single steps give, sooner.</summary>");
        WriteInputs();
        writer.Line("/// <param name=\"state\">What the stream remembers: read, and replaced.</param>");
        WriteOutputs(what);
        using (writer.Block($"public void Forward(global::System.ReadOnlySpan<{Api.Input(model)}> inputs, ref State state, global::System.Span<{model.Real}> outputs)"))
        {
            string outputs = "checked(inputs.Length" + (model.IsSymbolic ? "" : " / InputSize") + " * OutputSize)";
            writer.Line(model.InputsOnce ? "global::RnnGen.Generated.Guard.Length(inputs.Length, InputSize, nameof(inputs));"
                : model.OutputsOnce ? $"global::RnnGen.Generated.Guard.Rows(inputs.Length, {(model.IsSymbolic ? "1" : "InputSize")}, nameof(inputs));"
                : model.IsSymbolic ? ""
                : "global::RnnGen.Generated.Guard.Multiple(inputs.Length, InputSize, nameof(inputs));");
            writer.Line(model.IsSymbolic
                ? "global::RnnGen.Generated.Guard.Symbols(inputs, InputSize, nameof(inputs));"
                : "global::RnnGen.Generated.Guard.Finite(inputs, nameof(inputs));");
            writer.Line(model.InputsOnce
                ? "global::RnnGen.Generated.Guard.Multiple(outputs.Length, OutputSize, nameof(outputs));"
                : $"global::RnnGen.Generated.Guard.Length(outputs.Length, {(model.OutputsOnce ? "OutputSize" : outputs)}, nameof(outputs));");
            writer.Line($"global::RnnGen.Generated.StateGuard.Finite<{model.Real}, State>(ref state, StateSize, nameof(state));");
            if (model.NeedsWholeSequence)
                writer.Line($"int count = {(model.InputsOnce ? "outputs.Length / OutputSize" : $"inputs.Length{(model.IsSymbolic ? "" : " / InputSize")}")};");
            string size = new ScratchSite(model, ScratchKind.Steps).Size;
            writer.Line($"ref {model.Real} scratch = ref global::RnnGen.Numerics.Scratch<{model.Real}>.Rent({(model.NeedsWholeSequence ? $"checked((int)({size}))" : size)});");
            writer.Line("RunInfer(ref weights.Start, ref scratch, inputs, ref state.Start, outputs);");
            writer.Line($"global::RnnGen.Generated.Guard.Outputs<{model.Real}>(outputs, OutputSize);");
        }

        writer.Blank();
        writer.Line("/// <summary>The same from a state of zeros on.</summary>");
        WriteInputs();
        WriteOutputs(what, exception: false);
        writer.Line("/// <exception cref=\"global::System.ArgumentException\">A span has the wrong length, or an input is not valid.</exception>");
        writer.Line(Summary.NotFinite("Outputs are"));
        using (writer.Block($"public void Forward(global::System.ReadOnlySpan<{Api.Input(model)}> inputs, global::System.Span<{model.Real}> outputs)"))
            writer.Line("State state = default;\nForward(inputs, ref state, outputs);");
        writer.Blank();
    }

    private void WriteStep(string what)
    {
        writer.Line($"/// <summary>One step of a stream. Any number of threads may step a model at once, each with states of its own; nothing is allocated.</summary>");
        writer.Line(model.IsSymbolic ? "/// <param name=\"symbol\">The input: 0 to <see cref=\"InputSize\"/> − 1.</param>" : $"/// <param name=\"input\"><see cref=\"InputSize\"/> numbers.</param>");
        writer.Line("/// <param name=\"state\">What the stream remembers: read, and replaced.</param>");
        writer.Line($"/// <param name=\"output\">Receives {what}: <see cref=\"OutputSize\"/> numbers.</param>");
        writer.Line("/// <exception cref=\"global::System.ArgumentException\">A span has the wrong length, or the input or the state is not valid. The state is unchanged.</exception>");
        writer.Line(Summary.NotFinite("State and output are"));
        using (writer.Block($"public void Step({(model.IsSymbolic ? "int symbol" : $"global::System.ReadOnlySpan<{model.Real}> input")}, ref State state, global::System.Span<{model.Real}> output)"))
        {
            if (!model.IsSymbolic)
                writer.Line("global::RnnGen.Generated.Guard.Length(input.Length, InputSize, nameof(input));");
            writer.Line($"Forward({(model.IsSymbolic ? "new global::System.ReadOnlySpan<int>(in symbol)" : "input")}, ref state, output);");
        }

        writer.Blank();
    }

    private void WriteRows(string what)
    {
        writer.Line($"/// <summary>One step of many streams, whose products are taken together: the same numbers as a step of each gives, sooner. Nothing is allocated.</summary>");
        writer.Line(model.IsSymbolic ? "/// <param name=\"symbols\">An input per stream: 0 to <see cref=\"InputSize\"/> − 1.</param>" : "/// <param name=\"inputs\">[stream][<see cref=\"InputSize\"/>].</param>");
        writer.Line("/// <param name=\"states\">What each stream remembers: read, and replaced.</param>");
        writer.Line($"/// <param name=\"outputs\">Receives {what}: [stream][<see cref=\"OutputSize\"/>].</param>");
        writer.Line("/// <exception cref=\"global::System.ArgumentException\">A span has the wrong length, or an input or a state is not valid. The states are unchanged.</exception>");
        writer.Line(Summary.NotFinite("States and outputs are"));
        string inputs = model.IsSymbolic ? "symbols" : "inputs";
        using (writer.Block($"public void Step(global::System.ReadOnlySpan<{Api.Input(model)}> {inputs}, global::System.Span<State> states, global::System.Span<{model.Real}> outputs)"))
        {
            writer.Line($"global::RnnGen.Generated.Guard.Length({inputs}.Length, {(model.IsSymbolic ? "states.Length" : "checked(states.Length * InputSize)")}, nameof({inputs}){(model.IsSymbolic ? ", \"symbols\"" : "")});");
            writer.Line(model.IsSymbolic ? "global::RnnGen.Generated.Guard.Symbols(symbols, InputSize, nameof(symbols));" : "global::RnnGen.Generated.Guard.Finite(inputs, nameof(inputs));");
            writer.Line("global::RnnGen.Generated.Guard.Length(outputs.Length, checked(states.Length * OutputSize), nameof(outputs));");
            writer.Line($"global::RnnGen.Generated.StateGuard.Finite<{model.Real}, State>(states, StateSize, nameof(states));");
            writer.Line($"ref {model.Real} scratch = ref global::RnnGen.Numerics.Scratch<{model.Real}>.Rent({new ScratchSite(model, ScratchKind.Rows).Size});");
            writer.Line($"RunInferRows(ref weights.Start, ref scratch, {inputs}, states, outputs);");
            writer.Line($"global::RnnGen.Generated.Guard.Outputs<{model.Real}>(outputs, OutputSize, \"stream\");");
        }

        writer.Blank();
    }

    private void WriteInputs() =>
        writer.Line(model.InputsOnce ? "/// <param name=\"inputs\">The sequence's one input: <see cref=\"InputSize\"/> numbers.</param>"
            : model.IsSymbolic ? "/// <param name=\"inputs\">A symbol per step, each 0 to <see cref=\"InputSize\"/> − 1.</param>"
            : "/// <param name=\"inputs\">[step][<see cref=\"InputSize\"/>].</param>");

    private void WriteOutputs(string what, bool exception = true)
    {
        writer.Line(model.OutputsOnce ? $"/// <param name=\"outputs\">Receives {what}: <see cref=\"OutputSize\"/> numbers.</param>"
            : model.InputsOnce ? $"/// <param name=\"outputs\">Receives {what}, [step][<see cref=\"OutputSize\"/>], for as many steps as it holds.</param>"
            : $"/// <param name=\"outputs\">Receives {what}, [step][<see cref=\"OutputSize\"/>].</param>");
        if (!exception)
            return;
        writer.Line("/// <exception cref=\"global::System.ArgumentException\">A span has the wrong length, or an input or the state is not valid. The state is unchanged.</exception>");
        writer.Line(Summary.NotFinite("State and outputs are"));
    }
}
