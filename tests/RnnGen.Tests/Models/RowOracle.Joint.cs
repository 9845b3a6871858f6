using RnnGen.Generator.Equations;

namespace RnnGen.Tests.Models;

/// <content>An encoder's row and what a decoder's takes of it.</content>
internal sealed partial class RowOracle
{
    /// <summary>What the step before should have given, [step][number]: first what the state says.</summary>
    private readonly int[][] told;

    private readonly Dictionary<int, List<int[]>> shares = [];

    /// <summary>What the last element gives, step by step.</summary>
    public int[][] Memory => values[^1].Steps;

    /// <summary>The last states of the layer that the graph ends in, or else its last vector.</summary>
    public int[] Context => values[^1].Last is { Length: > 0 } last ? last : Memory[^1];

    /// <summary>What each attention looked at: [attention][step][source step].</summary>
    public List<int[]>[] Attentions => [.. shares.OrderBy(s => s.Key).Select(s => s.Value)];

    /// <summary>Numbers that a step is told about the one before.</summary>
    private int Told => graph.Elements.OfType<TestFeedback>().Sum(f => f.Size);

    private int StateSize =>
        graph.Elements.OfType<TestRnn>().Where(r => !r.IsInner)
            .Sum(r => r.Depth * r.Reversals.Count() * Enumerable.Range(0, StateNames(r).Count).Sum(r.Width))
            + Carried.Sum(PastSize) + Told;

    /// <summary>The state that a decoder begins in, all its numbers; the bridge leaves what it does not know at 0.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="stateSize">Numbers of its state.</param>
    public int[] Start(TestGraph decoder, int stateSize)
    {
        string bridge = decoder.Joint!.Bridge;
        TestRnn[] layers = [.. decoder.Elements.OfType<TestRnn>().SelectMany(r => Enumerable.Repeat(r, r.Depth))];
        var start = new List<int>();
        for (int layer = 0; layer < layers.Length; layer++)
        {
            string path = layers.Length == 1 ? "bridge" : $"bridge{layer + 1}";
            var names = StateNames(layers[layer]);
            for (int state = 0; state < names.Count; state++)
            {
                int[]? from = bridge == "Dense" ? (state == 0 ? Context : null) : LastState(layers.Length - layer, names[state]);
                start.AddRange(
                    from is null ? Zeros(layers[layer].Width(state))
                    : bridge == "Direct" ? from
                    : Dense(bridge == "Dense" ? path : $"{path}.{names[state]}", from, state == 0 ? "Tanh" : "Linear"));
            }
        }

        return [.. start, .. Zeros(stateSize - start.Count)];
    }

    /// <summary>The state of a layer, counted from the top, by its name: both directions side by side.</summary>
    private int[]? LastState(int height, string name)
    {
        var (rnn, directions) = levels[^height];
        int state = StateNames(rnn).IndexOf(name);
        return state < 0 ? null : [.. directions.SelectMany(d => d[state])];
    }

    private static List<string> StateNames(TestRnn rnn)
    {
        var cell = rnn.Cell.Declaration;
        return [.. cell.States.Select(s => s.Text), .. Interpreter.Earlier(cell, rnn).Select(e => $"{e.State.Text} {e.Steps} steps back")];
    }

    private int[] Attend(TestAttention attention, int element, int[] query)
    {
        var score = attention.Score.Declaration;
        string path = graph.Path(element);
        var parameters = score.Parameters.ToDictionary(
            p => p.Name.Text, p => tensors[p.Kind == ParameterKind.Map ? $"{path}.{p.Name.Text}.weight" : $"{path}.{p.Name.Text}"]);
        int[][] memory = encoder!.Memory;
        int[] weights = interpreter.Softmax([.. memory.Select(key => interpreter.Score(score, attention.Units, parameters, query, key))]);
        if (!shares.TryGetValue(element, out var steps))
            shares[element] = steps = [];
        steps.Add(weights);
        return [.. Enumerable.Range(0, memory[0].Length).Select(unit => interpreter.Dot(weights, [.. memory.Select(m => m[unit])]))];
    }
}
