using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Members;

/// <summary>Writes the model's <c>Inputs</c>: several inputs by name, and how they lie in the vectors of steps.</summary>
internal sealed class InputsWriter(CodeWriter writer, ModelLayout model)
{
    // A vector on the stack.
    private const int LongestStep = 4096;

    public void Write()
    {
        writer.Summary("The inputs of one step, or of many steps and rows: each by its name, with as many vectors as the others.");
        writer.Line(Api.GeneratedCode);
        using (writer.Block("public readonly ref struct Inputs"))
        {
            foreach (var input in model.Inputs)
            {
                writer.Summary(Meaning(input));
                writer.Line($"public {Api.System}ReadOnlySpan<{ElementOf(input)}> {input.Property} {{ get; init; }}\n");
            }

            writer.Summary("Lays them out as the model takes them.");
            writer.Parameter("inputs", "Receives [vector][<see cref=\"InputSize\"/>].");
            writer.Exception("ArgumentException", "A span has another number of vectors than there is room for.");
            using (writer.Block($"public void CopyTo({Api.System}Span<{model.Real}> inputs)"))
            {
                foreach (var input in model.Inputs)
                    writer.Line($"{Api.Generated}NamedInputs.Copy({input.Property}, {input.Width}, nameof({input.Property}), inputs, "
                        + $"InputSize, {input.Column});");
            }
        }

        writer.Blank();
        if (!model.NeedsWholeSequence && model.Source.Width <= LongestStep)
            WriteStep();
    }

    private void WriteStep()
    {
        writer.Summary("Takes one step of a stream, with each input by its name. Nothing is allocated.");
        writer.Parameter("inputs", "One vector of each input.");
        writer.Parameter("state", "What the stream remembers: read, and replaced.");
        writer.Parameter("output", $"Receives {Summary.Outputs(model)}: <see cref=\"OutputSize\"/> numbers.");
        writer.Exception("ArgumentException", "A length, an input or the state is not valid; the state is unchanged.");
        writer.Exception("NotFiniteNumberException", Summary.NotFinite("state and output"));
        writer.Line(Api.GeneratedCode);
        using (writer.Block($"public void Step(Inputs inputs, ref State state, {Api.System}Span<{model.Real}> output)"))
        {
            writer.Line($"{Api.System}Span<{model.Real}> input = stackalloc {model.Real}[InputSize];");
            writer.Line("inputs.CopyTo(input);\nStep(input, ref state, output);");
        }

        writer.Blank();
    }

    private static string Meaning(InputDeclaration input) => (input.Symbols, input.Width) switch
    {
        (0, 1) => "A number per vector.",
        (0, _) => $"[vector][{input.Width}].",
        (_, 1) => $"A symbol per vector: 0 to {Numeral.Count(input.Symbols - 1)}.",
        _ => $"[vector][{input.Width}] symbols: each 0 to {Numeral.Count(input.Symbols - 1)}.",
    };

    private string ElementOf(InputDeclaration input) => input.Symbols > 0 ? "int" : model.Real;
}
