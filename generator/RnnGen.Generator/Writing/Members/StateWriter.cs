using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Members;

/// <summary>Writes the model's <c>State</c>: a value that holds what a stream remembers between steps.</summary>
internal sealed class StateWriter(CodeWriter writer, ModelLayout model)
{
    public void Write()
    {
        string real = model.Real;
        string start = model.Encoder is null ? "<c>default</c> is the start of a sequence" : "a target begins with <see cref=\"Memory.Start\"/>";
        writer.Line($"/// <summary>What one stream remembers between steps. A value: a copy is a snapshot, {start}.</summary>");
        writer.Line("""
            /// <remarks>The gradient with respect to a state has the same shape, and is a State too.</remarks>
            """);
        using (writer.Block($"public struct State : global::RnnGen.IRnnState<{real}>"))
        {
            writer.Line("private Numbers numbers;");
            foreach (var layer in model.StatefulLayers)
            {
                for (int state = 0; state < layer.States; state++)
                {
                    string name = layer.StateName(state);
                    writer.Blank();
                    writer.Line($"/// <summary>Layer {layer.Number}'s {name}{(layer.IsSecond ? " in reverse" : "")}: {layer.StateWidth(state)} numbers.</summary>");
                    writer.Line("[global::System.Diagnostics.CodeAnalysis.UnscopedRef]");
                    writer.Line($"public global::System.Span<{real}> {PropertyName(layer, state)} => {Api.Span}(ref {Api.Unsafe}.Add(ref Start, {layer.StateOffset(state)}), {layer.StateWidth(state)});");
                }
            }

            foreach (var carried in model.Carried)
            {
                writer.Blank();
                writer.Line($"/// <summary>What {carried.Name} was at the step before: {carried.Value.Width} numbers.</summary>");
                writer.Line("[global::System.Diagnostics.CodeAnalysis.UnscopedRef]");
                writer.Line($"public global::System.Span<{real}> {PropertyName(carried)} => {Api.Span}(ref {Api.Unsafe}.Add(ref Start, {carried.FirstState}), {carried.Value.Width});");
            }

            if (model.Feedback is { } feedback)
            {
                writer.Blank();
                writer.Line($"/// <summary>The outputs of the step before: {feedback.Width} numbers.</summary>");
                writer.Line("[global::System.Diagnostics.CodeAnalysis.UnscopedRef]");
                writer.Line($"public global::System.Span<{real}> Feedback => {Api.Span}(ref {Api.Unsafe}.Add(ref Start, {model.FeedbackState}), {feedback.Width});");
            }

            writer.Blank();
            writer.Line($"/// <summary>All numbers, layer after layer, each with its lanes padded to {Layout.Lanes}.</summary>");
            writer.Line("[global::System.Diagnostics.CodeAnalysis.UnscopedRef]");
            writer.Line($"internal global::System.Span<{real}> Padded => {Api.Span}(ref Start, {model.StatePadded});");
            writer.Blank();
            writer.Line("[global::System.Diagnostics.CodeAnalysis.UnscopedRef]");
            writer.Line($"internal ref {real} Start => ref {Api.Unsafe}.As<Numbers, {real}>(ref numbers);");
            WriteIsFinite();
            WriteCopies(real);
            writer.Blank();
            writer.Line($"[global::System.Runtime.CompilerServices.InlineArray({model.StatePadded})]");
            using (writer.Block("private struct Numbers"))
                writer.Line($"private {real} first;");
        }
    }

    /// <summary>Padding may hold anything: where it is not finite, each part is looked at alone.</summary>
    private void WriteIsFinite()
    {
        var parts = model.StatefulLayers.SelectMany(layer => Enumerable.Range(0, layer.States).Select(state => PropertyName(layer, state)))
            .Concat(model.Carried.Select(PropertyName))
            .Concat(model.Feedback is null ? [] : ["Feedback"]);
        writer.Blank();
        writer.Line("/// <inheritdoc/>");
        writer.Line($"public bool IsFinite => {string.Join(" || ", new[] { Check("Padded") }.Append($"({string.Join(" && ", parts.Select(Check))})"))};");

        string Check(string numbers) => $"global::RnnGen.Generated.Guard.AreFinite<{model.Real}>({numbers})";
    }

    private void WriteCopies(string real)
    {
        Copy("CopyTo", "Span", (mine, theirs) => $"{mine}.CopyTo({theirs});");
        Copy("CopyFrom", "ReadOnlySpan", (mine, theirs) => $"{theirs}.CopyTo({mine});");

        void Copy(string name, string span, Func<string, string, string> copy)
        {
            writer.Blank();
            writer.Line("/// <inheritdoc/>");
            using (writer.Block($"public void {name}(global::System.{span}<{real}> values)"))
            {
                writer.Line("global::RnnGen.Generated.Guard.Length(values.Length, StateSize, nameof(values));");
                if (name == "CopyFrom")
                    writer.Line("global::RnnGen.Generated.Guard.Finite(values, nameof(values));");
                int offset = 0;
                foreach (var layer in model.StatefulLayers)
                {
                    for (int state = 0; state < layer.States; state++)
                    {
                        writer.Line(copy(PropertyName(layer, state), $"values.Slice({offset}, {layer.StateWidth(state)})"));
                        offset += layer.StateWidth(state);
                    }
                }

                foreach (var carried in model.Carried)
                {
                    writer.Line(copy(PropertyName(carried), $"values.Slice({offset}, {carried.Value.Width})"));
                    offset += carried.Value.Width;
                }

                if (model.Feedback is { } feedback)
                    writer.Line(copy("Feedback", $"values.Slice({offset}, {feedback.Width})"));
            }
        }
    }

    /// <summary>The element with its first letter in upper case: PreviousContext; as it is if another's would then be the same.</summary>
    private string PropertyName(CarriedValue carried) =>
        model.Carried.Count(c => Capital(c) == Capital(carried)) == 1 ? $"Previous{Capital(carried)}" : $"Previous_{carried.Name}";

    private static string Capital(CarriedValue carried) => char.ToUpperInvariant(carried.Name[0]) + carried.Name.Substring(1);

    private static string PropertyName(LayerLayout layer, int state)
    {
        string name = layer.StateName(state);
        return $"{layer.Name}{char.ToUpperInvariant(name[0])}{name.Substring(1)}";
    }
}
