using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Passes;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Members;

/// <summary>Writes how a model is used: <c>Step</c> and <c>Forward</c>.</summary>
internal sealed class StreamWriter(CodeWriter writer, ModelLayout model)
{
    private readonly string outputs = Summary.Outputs(model);

    private string Input => Api.Input(model);

    private string Real => model.Real;

    public void Write()
    {
        if (!model.NeedsWholeSequence)
            WriteStep();
        if (InferenceWriter.HasRows(model))
            WriteRows();
        WriteForward();
    }

    private void WriteStep()
    {
        writer.Summary("Takes one step of a stream. Threads may share a model, each with states of its own. Nothing is allocated.");
        string input = model.IsSymbolic ? "symbol" : "input";
        writer.Parameter(
            input, model.IsSymbolic ? "The input: 0 to <see cref=\"InputSize\"/> − 1." : "<see cref=\"InputSize\"/> numbers.");
        writer.Parameter("state", "What the stream remembers: read, and replaced.");
        writer.Parameter("output", $"Receives {outputs}: <see cref=\"OutputSize\"/> numbers.");
        WriteExceptions(Refused, "state and output");
        writer.Line(Api.GeneratedCode);
        writer.Line(model.IsSymbolic
            ? "public void Step(int symbol, ref State state, "
                + $"{Api.System}Span<{Real}> output) => Forward(new(in symbol), ref state, output);"
            : $"""
            public void Step({Api.System}ReadOnlySpan<{Real}> input, ref State state, {Api.System}Span<{Real}> output)
            """);
        if (!model.IsSymbolic)
        {
            using (writer.Block())
                writer.Line($"{Api.Generated}Guard.Length(input.Length, InputSize, nameof(input));\nForward(input, ref state, output);");
        }

        writer.Blank();
    }

    private void WriteRows()
    {
        string inputs = model.IsSymbolic ? "symbols" : "inputs";
        writer.Summary("Takes one step of many streams at once: faster than single steps, with the same numbers. Nothing is allocated.");
        writer.Parameter(
            inputs,
            model.IsSymbolic ? "An input per stream: 0 to <see cref=\"InputSize\"/> − 1." : "[stream][<see cref=\"InputSize\"/>].");
        writer.Parameter("states", "What each stream remembers: read, and replaced.");
        writer.Parameter("outputs", $"Receives {outputs}: [stream][<see cref=\"OutputSize\"/>].");
        WriteExceptions("A length, an input or a state is not valid; the states are unchanged.", "states and outputs");
        writer.Line(Api.GeneratedCode);
        using (writer.Block($"public void Step({Api.System}ReadOnlySpan<{Input}> {inputs}, {Api.System}Span<State> states, "
            + $"{Api.System}Span<{Real}> outputs)"))
        {
            writer.Line($"{Api.Generated}SpanGuard.Streams({inputs}, InputSize, states.Length, outputs.Length, OutputSize, "
                + $"nameof({inputs}));");
            WriteSymbolCheck(inputs);
            writer.Line($"{Api.Generated}StateGuard.Finite<{Real}, State>(states, StateSize, nameof(states));");
            writer.Line(Scratch(new ScratchSite(model, ScratchKind.Rows).Size));
            writer.Call(Api.Widest(model, ModelMethod.InferRows), "ref weights.Start", "ref scratch", inputs, "states", "outputs");
            writer.Line($"{Api.Generated}Guard.Outputs<{Real}>(outputs, OutputSize, \"stream\");");
        }

        writer.Blank();
    }

    private void WriteForward()
    {
        writer.Summary(model.NeedsWholeSequence
            ? "Runs a whole sequence. Threads may share a model. After the first sequence of a length nothing is allocated."
            : "Takes some steps of a stream, as many as there are inputs: faster than single steps, with the same numbers.");
        WriteInputs();
        writer.Parameter("state", "What the stream remembers: read, and replaced.");
        WriteOutputs();
        WriteExceptions(Refused, "state and outputs");
        writer.Line(Api.GeneratedCode);
        using (writer.Block($"public void Forward({Api.System}ReadOnlySpan<{Input}> inputs, ref State state, "
            + $"{Api.System}Span<{Real}> outputs)"))
        {
            string kind = model.InputsOnce ? "OneInput" : model.OutputsOnce ? "OneOutput" : "Steps";
            writer.Line($"{Api.Generated}SpanGuard.{kind}(inputs, InputSize, outputs.Length, OutputSize);");
            if (model.InputsOnce && model.OutputsOnce)
                writer.Line($"{Api.Generated}SpanGuard.OneOutput(inputs, InputSize, outputs.Length, OutputSize);");
            WriteSymbolCheck("inputs");
            writer.Line($"{Api.Generated}StateGuard.Finite<{Real}, State>(ref state, StateSize, nameof(state));");
            string size = new ScratchSite(model, ScratchKind.Steps).Size;
            if (model.NeedsWholeSequence)
            {
                string count = model.InputsOnce ? "outputs.Length / OutputSize"
                    : model.IsSymbolic ? "inputs.Length"
                    : "inputs.Length / InputSize";
                writer.Line($"int count = {count};");
                if (model.HasMostSteps)
                    writer.Line($"{Api.Generated}SpanGuard.MostSteps(count, {model.Time.Steps});");
            }

            writer.Line(Scratch(model.NeedsWholeSequence ? $"checked((int)({size}))" : size));
            writer.Call(Api.Widest(model, ModelMethod.Infer), "ref weights.Start", "ref scratch", "inputs", "ref state.Start", "outputs");
            writer.Line($"{Api.Generated}Guard.Outputs<{Real}>(outputs, OutputSize);");
        }

        writer.Blank();
        writer.Summary("Runs a sequence from the zero state.");
        writer.Line($"/// <inheritdoc cref=\"Forward({Api.System}ReadOnlySpan{{{Input}}}, ref State, {Api.System}Span{{{Real}}})\"/>");
        writer.Line(Api.GeneratedCode);
        using (writer.Block($"public void Forward({Api.System}ReadOnlySpan<{Input}> inputs, {Api.System}Span<{Real}> outputs)"))
            writer.Line("State state = default;\nForward(inputs, ref state, outputs);");
        writer.Blank();
    }

    private void WriteSymbolCheck(string inputs)
    {
        if (model.HasInputSymbols)
            writer.Line($"Shape.CheckSymbols({inputs}, nameof({inputs}));");
    }

    private const string Refused = "A length, an input or the state is not valid; the state is unchanged.";

    private string Scratch(string size) => $"ref {Real} scratch = ref {Api.Numerics}Scratch<{Real}>.Rent({size});";

    private void WriteInputs() =>
        writer.Parameter("inputs", model.InputsOnce ? "The sequence's one input: <see cref=\"InputSize\"/> numbers."
        : model.IsSymbolic ? "A symbol per step, each 0 to <see cref=\"InputSize\"/> − 1."
        : "[step][<see cref=\"InputSize\"/>].");

    private void WriteOutputs() =>
        writer.Parameter("outputs", model.OutputsOnce ? $"Receives {outputs}: <see cref=\"OutputSize\"/> numbers."
        : model.InputsOnce ? $"Receives {outputs}, [step][<see cref=\"OutputSize\"/>], for as many steps as it holds."
        : $"Receives {outputs}, [step][<see cref=\"OutputSize\"/>].");

    /// <param name="refused">The words for a refusal, and for what is then unchanged.</param>
    /// <param name="written">The words for what has been written when outputs are found not to be finite.</param>
    private void WriteExceptions(string refused, string written)
    {
        writer.Exception("ArgumentException", refused);
        writer.Exception("NotFiniteNumberException", Summary.NotFinite(written));
    }
}
