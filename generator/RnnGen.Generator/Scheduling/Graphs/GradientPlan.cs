using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>
/// Decides whether gradients are set or added to. Operations run back in the reverse of their order; the first to write the gradient of a
/// value or of parameters sets it, the others add to it.
/// </summary>
internal sealed class GradientPlan
{
    private readonly HashSet<string> written = [];
    private readonly HashSet<(Operation, int)> first = [];
    private readonly HashSet<object> trained = [];
    private readonly HashSet<Operation> firstOfParameters = [];

    private readonly HashSet<string> needed = [];

    private GradientPlan(ModelLayout model)
    {
        FindNeeded(model);
        // The loss has left the gradients of the outputs.
        written.Add(model.Outputs.Buffer);
        Cleared = [.. model.Recurring.Concat(model.Loop.Select(o => o.Output).Where(v => v.IsBehindInitial))
            .Distinct()
            .Where(v => written.Add(v.Buffer))];
        foreach (var run in model.BackwardRuns)
        {
            foreach (var phase in new[] { BackwardPhase.Start, BackwardPhase.Steps, BackwardPhase.End })
            {
                foreach (var operation in run)
                    Add(operation, phase);
            }

            foreach (var operation in run)
            {
                if (operation.Parameters is { } parameters && trained.Add(parameters))
                    firstOfParameters.Add(operation);
            }
        }
    }

    public static GradientPlan Of(ModelLayout model) => new(model);

    /// <summary>The values that a step takes from the one before: they get gradients from both, so these begin with zeros.</summary>
    public IReadOnlyList<Value> Cleared { get; }

    /// <summary>True if something learns from the gradient of a value: a layer that is not frozen, or a state, stands below.</summary>
    public bool IsNeeded(Value value) => needed.Contains(value.Buffer);

    /// <summary>True if something learns from an operation's way back.</summary>
    public bool IsNeeded(Operation operation) =>
        operation.IsTrained || Dependencies(operation).Any(IsNeeded);

    /// <summary>True if an operation adds to a gradient that is there already.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="write">The place among its <see cref="Operation.GradientWrites"/>.</param>
    public bool Adds(Operation operation, int write) => !first.Contains((operation, write));

    /// <summary>True if another operation with the same parameters has left gradients of these.</summary>
    public bool AddsToParameters(Operation operation) => !firstOfParameters.Contains(operation);

    /// <summary>From what learns upward; more than once, because values of the step before lead back.</summary>
    private void FindNeeded(ModelLayout model)
    {
        needed.UnionWith(model.Operations.Where(o => Learns(o, model)).Select(o => o.Output.Buffer));
        for (int before = -1; before != needed.Count;)
        {
            before = needed.Count;
            needed.UnionWith(model.Operations.Where(o => Dependencies(o).Any(IsNeeded)).Select(o => o.Output.Buffer));
        }
    }

    /// <summary>True if it has parameters that learn, or a state, whose gradient a segment takes from the next.</summary>
    private static bool Learns(Operation operation, ModelLayout model) =>
        operation.IsTrained
        || (!operation.IsFrozen && (operation is FeedbackOperation || model.Carried.Any(c => c.Value == operation.Output)));

    private static IEnumerable<Value> Dependencies(Operation operation) =>
        operation.Inputs.Concat(operation.GradientWrites.Select(w => w.Value));

    private void Add(Operation operation, BackwardPhase phase)
    {
        for (int i = 0; i < operation.GradientWrites.Count; i++)
        {
            var write = operation.GradientWrites[i];
            if (write.Phase == phase && written.Add(write.Value.Buffer))
                first.Add((operation, i));
        }
    }
}
