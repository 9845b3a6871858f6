namespace RnnGen.Tests.Models;

/// <summary>One sequence of a batch in the oracle: every element of the graph in turn, at the steps that the sequence has.</summary>
internal sealed partial class RowOracle
{
    private readonly Interpreter interpreter;
    private readonly TestGraph graph;
    private readonly IReadOnlyDictionary<string, int[][]> tensors;
    private readonly int length;
    private readonly int[] initialState;
    private readonly RowOracle? encoder;
    private readonly List<int> finalState = [];

    /// <summary>Each recurrent layer's states at the end, of both directions.</summary>
    private readonly List<(TestRnn Rnn, List<int[][]> Directions)> levels = [];

    /// <summary>What each element gives at each step; those of recurrent layers also where they end.</summary>
    private readonly (int[][] Steps, int[] Last)[] values;

    /// <param name="interpreter">Records everything.</param>
    /// <param name="graph">What is run.</param>
    /// <param name="tensors">The parameters, [row][column].</param>
    /// <param name="length">Steps.</param>
    /// <param name="inputs">[step][number].</param>
    /// <param name="initialState">Where it starts; null for zeros.</param>
    /// <param name="encoder">Of a decoder, its encoder's row.</param>
    /// <param name="targets">Of a graph that is told its outputs, what they should be: [step][number].</param>
    public RowOracle(
        Interpreter interpreter, TestGraph graph, IReadOnlyDictionary<string, int[][]> tensors, int length, int[][] inputs,
        int[]? initialState, RowOracle? encoder = null, double[][]? targets = null)
    {
        this.interpreter = interpreter;
        this.graph = graph;
        this.tensors = tensors;
        this.length = length;
        this.encoder = encoder;
        this.initialState = initialState ??= Zeros(StateSize);
        told = [initialState[^Told..], .. (targets ?? []).Select(t => t.Select(interpreter.Leaf).ToArray())];
        values = new (int[][], int[])[graph.Elements.Length];
        values[0] = (graph.Source.Once ? inputs : inputs[..length], []);
        var (firstStep, lastStep) = StepByStep();
        for (int i = 1; i < values.Length; i++)
        {
            if (i >= firstStep && i <= lastStep)
            {
                RunSteps(firstStep, lastStep);
                i = lastStep;
                continue;
            }

            var from = graph.From(i).Select(f => values[f]).ToList();
            // Several joined are side by side at every step; their last vectors are too.
            int[][] x = from.Count == 0 ? []
                : from.Count == 1 ? from[0].Steps
                : [.. Enumerable.Range(0, from[0].Steps.Length).Select(t => Join(i, [.. from.Select(f => f.Steps[t])]))];
            values[i] = graph.Elements[i] switch
            {
                TestRnn { IsInner: true } rnn => (RecurAlong(rnn, i, x), []),
                TestRnn rnn => Recur(rnn, graph.Path(i), x),
                TestNumbers numbers => ([.. x.Select(v => v[numbers.Column..][..numbers.Numbers])], []),
                TestSymbols symbols => ([.. x.Select(v => Embed(symbols, graph.Path(i), v))], []),
                TestDense dense => ([.. x.Select(v => Dense(graph.Path(i), v, dense.Activation))], []),
                TestConv convolution => ([.. x.Select(v => Convolve(convolution, i, v))], []),
                TestMagnitude magnitude => ([.. x.Select(v => Magnitudes(magnitude, i, v))], []),
                TestGridPool { Kind: "Last" } => (LastPositions(i, x), []),
                TestGridPool pool => ([.. x.Select(v => PoolPositions(pool, i, v))], []),
                TestRepeat => ([.. Enumerable.Repeat(x[0], length)], []),
                TestAttention attention => ([.. x.Select(v => Attend(attention, i, v))], []),
                TestContext => ([.. Enumerable.Repeat(encoder!.Context, length)], []),
                TestFeedback => ([.. x.Select((v, step) => v.Concat(told[step]).ToArray())], []),
                TestPool pool => ([Pool(pool, graph.Path(i), x, from.Count == 1 ? from[0].Last : [], Width(i))], []),
                TestDropout when from.Count == 1 => (x, from[0].Last),
                TestActivation { Function: var function } =>
                    ([.. x.Select(v => v.Select(n => interpreter.Apply(function, n)).ToArray())], []),
                TestSoftmax { IsOverTime: true } softmax => (OverTime(x, n => softmax.Of(interpreter, tensors, "", n)), []),
                TestTimeDense dense => (OverTime(x, n => Mix(graph.Path(i), n, dense.Activation)), []),
                TestUnits units => ([.. x.Select(v => units.Of(interpreter, tensors, graph.Path(i), v))], []),
                TestCombine combine => ([.. x.Select(v => combine.Of(interpreter, v, from.Count))], []),
                _ => (x, []),
            };
        }

        Heads = [.. graph.Elements.Select((e, i) => (e, i)).Where(e => e.e is TestHead).Select(e => values[e.i].Steps)];
        FinalState = length == 0
            ? Zeros(initialState.Length)
            : [.. finalState, .. Carried.SelectMany(Remembered), .. Told > 0 ? told[length] : []];
    }

    /// <summary>[head][step][number].</summary>
    public int[][][] Heads { get; }

    public int[] FinalState { get; }

    /// <summary>Elements that remember what they gave or took, and are no recurrent layers.</summary>
    private IEnumerable<int> Carried => graph.Recurring.Where(i => graph.Elements[i] is not TestRnn)
        .Concat(Enumerable.Range(0, graph.Elements.Length).Where(i => graph.Elements[i] is TestConv { Past: > 0 }))
        .Order();

    /// <summary>The elements from the first that takes something from the step before to the last that does or is taken.</summary>
    private (int First, int Last) StepByStep()
    {
        int[] takers = [.. Enumerable.Range(1, values.Length - 1).Where(i => graph.Uses(i).Any(u => u.IsPrevious))];
        return takers.Length == 0 ? (values.Length, -1) : (takers[0], takers.Concat(graph.Recurring).Max());
    }

    private void RunSteps(int first, int last)
    {
        var states = new Dictionary<int, int[][][]>();
        var before = new Dictionary<int, int[]>();
        int offset = finalState.Count;
        foreach (int i in Enumerable.Range(first, last - first + 1).Where(i => graph.Elements[i] is TestRnn))
        {
            var rnn = (TestRnn)graph.Elements[i];
            states[i] = [.. Enumerable.Range(0, rnn.Depth)
                .Select(_ => Enumerable.Range(0, rnn.Cell.Declaration.States.Count).Select(s => Take(rnn.Width(s))).ToArray())];
            before[i] = states[i][^1][0];
        }

        offset = initialState.Length - Carried.Sum(PastSize) - Told;
        foreach (int i in Carried)
            before[i] = Take(PastSize(i));
        for (int i = first; i <= last; i++)
            values[i] = (new int[length][], []);
        for (int step = 0; step < length; step++)
        {
            for (int i = first; i <= last; i++)
            {
                int[] x = Join(
                    i,
                    [.. graph.Uses(i)
                        .Select(u => !u.IsPrevious ? values[u.Element].Steps[step]
                            : step == 0 ? before[u.Element]
                            : values[u.Element].Steps[step - 1])]);
                values[i].Steps[step] = graph.Elements[i] switch
                {
                    TestRnn rnn => Recur(rnn, i, x),
                    TestDense dense => Dense(graph.Path(i), x, dense.Activation),
                    TestConv convolution => Convolve(convolution, i, x),
                    TestMagnitude magnitude => Magnitudes(magnitude, i, x),
                    TestGridPool pool => PoolPositions(pool, i, x),
                    TestAttention attention => Attend(attention, i, x),
                    TestContext => encoder!.Context,
                    TestFeedback => [.. x, .. told[step]],
                    TestActivation { Function: var function } => [.. x.Select(n => interpreter.Apply(function, n))],
                    TestUnits units => units.Of(interpreter, tensors, graph.Path(i), x),
                    TestCombine combine => combine.Of(interpreter, x, graph.Uses(i).Count()),
                    _ => x,
                };
            }
        }

        foreach (var (i, layers) in states.OrderBy(s => s.Key))
        {
            foreach (int[][] state in layers)
            {
                levels.Add(((TestRnn)graph.Elements[i], [state]));
                finalState.AddRange(state.SelectMany(s => s));
            }
        }

        int[] Recur(TestRnn rnn, int i, int[] x)
        {
            for (int level = 0; level < rnn.Depth; level++)
                x = (states[i][level] =
                    interpreter.Step(rnn.Cell.Declaration, Fields(rnn, graph.Path(i), $"_l{level}"), x, states[i][level], rnn))[0];
            return x;
        }

        int[] Take(int count)
        {
            offset += count;
            return initialState[(offset - count)..offset];
        }
    }

    private (int[][] Steps, int[] Last) Recur(TestRnn rnn, string path, int[][] x)
    {
        int[] last = [];
        for (int level = 0; level < rnn.Depth; level++)
        {
            int[]? first = rnn.FirstState && level == 0 ? x[0] : null;
            int[][] below = x;
            if (!rnn.IsInner)
                levels.Add((rnn, []));
            var directions = rnn.Reversals.Select((isReverse, i) =>
                RunThrough(rnn, path, $"_l{level}{(i > 0 ? "_reverse" : "")}", isReverse, first, below)).ToList();
            string merge = $"{path}.merge_l{level}";
            x = directions.Count == 1
                ? directions[0].Steps
                : [.. directions[0].Steps.Zip(directions[1].Steps, (f, r) => Merge(rnn.Merge, merge, f, r))];
            last = directions.Count == 1 ? directions[0].Last : Merge(rnn.Merge, merge, directions[0].Last, directions[1].Last);
        }

        return (x, last);
    }

    /// <summary>One layer in one direction: its outputs in the order of time, and its last one.</summary>
    private (int[][] Steps, int[] Last) RunThrough(TestRnn rnn, string path, string suffix, bool isReverse, int[]? first, int[][] x)
    {
        var cell = rnn.Cell.Declaration;
        var fields = Fields(rnn, path, suffix);
        int offset = finalState.Count, steps = rnn.IsInner ? x.Length : length;
        var state = new int[Interpreter.StatesOf(cell, rnn)][];
        for (int i = 0; i < state.Length; i++)
        {
            // Along positions it begins with zeros, and nobody sees where it ends.
            state[i] = rnn.IsInner ? Zeros(rnn.Width(i)) : initialState[offset..][..rnn.Width(i)];
            offset += rnn.Width(i);
        }

        if (first is not null)
            state[0] = first;
        var outputs = new int[steps][];
        foreach (int step in isReverse ? Enumerable.Range(0, steps).Reverse() : Enumerable.Range(0, steps))
        {
            state = interpreter.Step(cell, fields, first is null ? x[step] : [], state, rnn);
            outputs[step] = state[0];
        }

        if (!rnn.IsInner)
        {
            levels[^1].Directions.Add(state);
            finalState.AddRange(state.SelectMany(s => s));
        }

        return (outputs, steps == 0 ? Zeros(state[0].Length) : state[0]);
    }

    private Dictionary<string, int[][]> Fields(TestRnn rnn, string path, string suffix)
    {
        var fields = new Dictionary<string, int[][]>();
        foreach (var (tensor, gates) in rnn.Cell.Fields)
        {
            if (!tensors.TryGetValue($"{path}.{tensor}{suffix}", out var rows))
                continue;
            // Rows that no field has are no parameters: their gradients are 0.
            for (int gate = 0; gate < gates.Length; gate++)
            {
                if (gates[gate].Length > 0)
                    fields[gates[gate]] = gates.Length == 1 ? rows : rows[(gate * rnn.Hidden)..][..rnn.Hidden];
            }
        }

        return fields;
    }

    private int[] Merge(string kind, string path, int[] forward, int[] reverse) => kind switch
    {
        "Concat" => [.. forward, .. reverse],
        "Linear" => Dense(path, [.. forward, .. reverse], "Linear"),
        "Multiply" => [.. forward.Zip(reverse, (f, r) => interpreter.Combine('*', f, r))],
        _ =>
            [.. forward.Zip(
                reverse, (f, r) => interpreter.Combine('*', interpreter.Leaf(kind == "Mean" ? 0.5 : 1), interpreter.Combine('+', f, r)))],
    };

    private int[] Dense(string path, int[] x, Function activation) => Dense(path, x, activation, ..);

    /// <param name="path">What the names of its parameters begin with.</param>
    /// <param name="x">A vector.</param>
    /// <param name="activation">The function of the sums.</param>
    /// <param name="outputs">Which outputs.</param>
    private int[] Dense(string path, int[] x, Function activation, Range outputs)
    {
        tensors.TryGetValue($"{path}.bias", out var bias);
        int[][] weights = tensors[$"{path}.weight"];
        return [.. Enumerable.Range(0, weights.Length).Take(outputs).Select(i =>
        {
            int sum = interpreter.Dot(weights[i], x);
            return interpreter.Apply(activation, bias is null ? sum : interpreter.Combine('+', sum, bias[i][0]));
        })];
    }

    /// <summary>A function of the steps of each number.</summary>
    private static int[][] OverTime(int[][] x, Func<int[], int[]> function)
    {
        if (x.Length == 0)
            return [];
        int[][] numbers = [.. Enumerable.Range(0, x[0].Length).Select(unit => function([.. x.Select(v => v[unit])]))];
        return [.. Enumerable.Range(0, x.Length).Select(step => numbers.Select(n => n[step]).ToArray())];
    }

    /// <summary>A matrix over time: steps that a sequence does not have count as 0.</summary>
    private int[] Mix(string path, int[] steps, Function activation)
    {
        tensors.TryGetValue($"{path}.bias", out var bias);
        int[][] weights = tensors[$"{path}.weight"];
        return [.. Enumerable.Range(0, steps.Length).Select(t =>
        {
            int sum = interpreter.Dot(weights[t][..steps.Length], steps);
            return interpreter.Apply(activation, bias is null ? sum : interpreter.Combine('+', sum, bias[t][0]));
        })];
    }

    private int[] Pool(TestPool pool, string path, int[][] x, int[] last, int width)
    {
        // The last states of a layer are merged even if they are zeros.
        if (pool.Kind == "Last" && last.Length > 0)
            return last;
        if (length == 0)
            return Zeros(width);
        if (pool.Kind == "Last")
            return x[^1];
        if (pool.Kind == "Max")
            return [.. Enumerable.Range(0, x[0].Length).Select(unit => x.Select(v => v[unit]).MaxBy(interpreter.Value))];
        int[] shares = [.. x.Select(_ => interpreter.Leaf(pool.Kind == "Sum" ? 1 : 1.0 / x.Length))];
        if (pool.Kind == "Attention")
        {
            var scores = x.Select(v => Dense($"{path}.score", pool.Units > 0 ? Dense($"{path}.key", v, "Tanh") : v, "Linear")[0]);
            shares = interpreter.Softmax(scores);
        }

        return [.. Enumerable.Range(0, x[0].Length).Select(unit => interpreter.Dot(shares, [.. x.Select(v => v[unit])]))];
    }

    private int[] Zeros(int count) => [.. Enumerable.Range(0, count).Select(_ => interpreter.Leaf(0))];

    /// <summary>The width of what an element gives.</summary>
    private int Width(int element) => graph.Elements[element] switch
    {
        TestSource source => source.Width > 0 ? source.Width : source.Numbers,
        TestNumbers numbers => numbers.Numbers,
        TestSymbols symbols => symbols.Width * symbols.Length,
        TestRnn rnn => (rnn is { Direction: "Bidirectional", Merge: "Concat" } ? 2 : 1) * rnn.Width(0) * Length(element),
        TestDense dense => dense.Size,
        TestConv convolution => convolution.Channels * Length(element),
        TestMagnitude => Width(graph.From(element).First()) / 2,
        TestGridPool => Width(graph.From(element).First()) / LengthTaken(element) * Length(element),
        TestAttention => encoder!.Memory[0].Length,
        TestContext => encoder!.Context.Length,
        TestFeedback feedback => graph.From(element).Sum(Width) + feedback.Size,
        TestCombine { Operator: not ',' } => graph.From(element).Max(Width),
        _ => graph.From(element).Sum(Width),
    };
}
