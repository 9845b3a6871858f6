using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Members;

/// <summary>Writes the model's <c>State</c>: a value that holds what a stream remembers between steps.</summary>
internal sealed class StateWriter(CodeWriter writer, ModelLayout model)
{
    private readonly IReadOnlyList<StateProperty> states = StateProperty.Of(model);

    private string Real => model.Real;

    public void Write()
    {
        string start =
            model.Encoder is null ? "<c>default</c> the start of a sequence" : "a target begins with <see cref=\"Memory.Start\"/>";
        writer.Summary($"The memory of one stream between steps. A value: a copy is a snapshot, {start}.");
        writer.Documentation("remarks", "", "The gradient with respect to a state has the same shape, and is a State too.");
        writer.Line(Api.GeneratedCode);
        writer.Line($"[{Api.System}Text.Json.Serialization.JsonConverter(typeof({Api.Generated}StateConverter<State, {Real}>))]");
        using (writer.Block($"public struct State : {Api.Runtime}IRnnState<{Real}>, {Api.System}IEquatable<State>"))
        {
            writer.Line("private Numbers numbers;");
            writer.Blank();
            foreach (var state in states)
            {
                writer.Summary(state.Summary);
                writer.Attributed(
                    Api.UnscopedRef, $"public {Api.System}Span<{Real}> {state.Property} => Padded.Slice({state.Offset}, {state.Width});");
            }

            writer.Line($"""

                /// <summary>All numbers, layer after layer, each with its lanes padded to {Panel.Lanes}.</summary>
                {Api.UnscopedRef} internal {Api.System}Span<{Real}> Padded => numbers;
                {Api.UnscopedRef} internal ref {Real} Start => ref numbers[0];
                """);
            writer.List(
                $"private static {Api.System}ReadOnlySpan<int> Ranges => [", states.Select(p => $"{p.Offset}, {p.Width}"),
                "]; // where each begins, its length");
            string numbers = $"{Api.Generated}StateNumbers";
            // An inline array has at least one element, if only as padding.
            int length = Math.Max(model.StatePadded, 1);
            writer.Line($$"""

                /// <inheritdoc/>
                public static int Size => {{model.StateSize}};
                /// <inheritdoc/>
                public static ulong Fingerprint => 0x{{StateFingerprint.Of(model, states):x16}};
                /// <inheritdoc/>
                public bool IsFinite => {{numbers}}.AreFinite<{{Real}}>(Padded, Ranges);
                /// <inheritdoc/>
                public void CopyTo({{Api.System}}Span<{{Real}}> values) => {{numbers}}.CopyTo<{{Real}}>(Padded, Ranges, values);
                /// <inheritdoc/>
                public void CopyFrom({{Api.System}}ReadOnlySpan<{{Real}}> values) => {{numbers}}.CopyFrom(Padded, Ranges, values);

                /// <summary>True if all numbers have the same bits.</summary>
                public bool Equals(State other) => {{numbers}}.AreEqual<{{Real}}>(Padded, other.Padded, Ranges);
                /// <inheritdoc/>
                public override bool Equals(object? obj) => obj is State other && Equals(other);
                /// <inheritdoc/>
                public override int GetHashCode() => {{numbers}}.HashOf<{{Real}}>(Padded, Ranges);
                /// <inheritdoc cref="Equals(State)"/>
                public static bool operator ==(State left, State right) => left.Equals(right);
                /// <summary>True if a number has other bits.</summary>
                public static bool operator !=(State left, State right) => !left.Equals(right);

                [{{Api.System}}Runtime.CompilerServices.InlineArray({{length}})]
                private struct Numbers { private {{Real}} first; }
                """);
        }
    }
}
