using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Graphs;

namespace RnnGen.Generator.Writing.Members;

/// <summary>A hash of what a <c>State</c> is a state of. The class's name is no part of it, and neither are the weights.</summary>
internal static class StateFingerprint
{
    private const ulong Offset = 14695981039346656037, Prime = 1099511628211;

    /// <summary>FNV-1a of the model's layers, their equations, and the numbers of its State.</summary>
    public static ulong Of(ModelLayout model, IReadOnlyList<StateProperty> states)
    {
        ulong hash = Offset;
        Add(model.Real);
        Add(Summary.OfElements(model));
        foreach (var rnn in model.Declaration.Elements.OfType<RnnDeclaration>())
            Add(rnn.Cell.ToSource());
        foreach (var state in states)
            Add($"{state.Property} {state.Offset} {state.Width}");
        return hash;

        void Add(string text)
        {
            foreach (char character in text + "\n")
                hash = unchecked((hash ^ character) * Prime);
        }
    }
}
