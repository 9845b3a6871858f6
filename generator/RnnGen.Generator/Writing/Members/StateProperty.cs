using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Writing.Members;

/// <summary>A property of a model's <c>State</c>: the numbers of one layer's state.</summary>
/// <param name="Property">The property's name.</param>
/// <param name="Summary">The property's documentation.</param>
/// <param name="Offset">The offset of its first number in the State.</param>
/// <param name="Width">How many numbers it has.</param>
internal sealed record StateProperty(string Property, string Summary, int Offset, int Width)
{
    // What a State has besides.
    private static readonly string[] Taken =
    [
        "State", "IsFinite", "CopyTo", "CopyFrom", "Padded", "Ranges", "Start", "Numbers", "Size", "Fingerprint", "Feedback", "Equals",
        "GetHashCode", "GetType", "ToString", "MemberwiseClone", "Finalize", "ReferenceEquals"
    ];

    /// <summary>The properties of a model's State, in the order of its numbers.</summary>
    public static IReadOnlyList<StateProperty> Of(ModelLayout model)
    {
        var names = new HashSet<string>(Taken);
        var states = new List<StateProperty>();
        foreach (var layer in model.StatefulLayers)
        {
            for (int state = 0; state < layer.States; state++)
            {
                string name = layer.StateName(state);
                string property = Free(NameOf(layer) + Capital(name));
                states.Add(new(
                    property, $"The {name} of {Title(layer)}: {layer.StateWidth(state)} numbers.", layer.StateOffset(state),
                    layer.StateWidth(state)));
            }
        }

        foreach (var carried in model.Carried)
        {
            if (carried.IsPast)
            {
                string past = carried.Value.Initial == 1 ? "step" : $"{carried.Value.Initial} steps, the oldest first";
                states.Add(new(
                    Free($"{Capital(carried.Name)}Past"),
                    $"The inputs of {carried.Name} at the last {past}: {carried.Size} numbers.", carried.FirstState, carried.Size));
                continue;
            }

            // As it is declared if another's would otherwise be called the same.
            bool isAlone = model.Carried.All(c => c.Name == carried.Name || Capital(c.Name) != Capital(carried.Name));
            string name = isAlone ? $"Previous{Capital(carried.Name)}" : $"Previous_{carried.Name}";
            string when = carried.Steps == 1 ? "at the step before" : $"{carried.Steps} steps before";
            states.Add(new(
                Free(carried.Steps == 1 ? name : $"{name}{carried.Steps}"),
                $"The output of {carried.Name} {when}: {carried.Value.Width} numbers.", carried.FirstState, carried.Value.Width));
        }

        if (model.Feedback is { } feedback)
            states.Add(new("Feedback", $"The outputs of the step before: {feedback.Width} numbers.", model.FeedbackState, feedback.Width));
        return states;

        string Free(string wanted)
        {
            string name = wanted;
            for (int i = 2; !names.Add(name); i++)
                name = $"{wanted}_{i}";
            return name;
        }
    }

    /// <summary>
    /// The declared name, with a number if the declaration makes several layers; without a name, Layer and the layer's number.
    /// </summary>
    private static string NameOf(LayerLayout layer)
    {
        string declared = layer.Declaration.Name;
        if (declared.Length == 0)
            return layer.Name;
        return $"{Capital(declared)}{(layer.Declaration.Depth > 1 ? $"{layer.Path.Level + 1}" : "")}{(layer.IsSecond ? "Reverse" : "")}";
    }

    private static string Title(LayerLayout layer)
    {
        string declared = layer.Declaration.Name;
        string title = declared.Length == 0 ? $"layer {layer.Number}"
            : layer.Declaration.Depth > 1 ? $"{declared}'s layer {layer.Path.Level + 1}"
            : declared;
        return layer.IsSecond ? $"{title} in reverse" : title;
    }

    private static string Capital(string name) => char.ToUpperInvariant(name[0]) + name.Substring(1);
}
