namespace RnnGen.Onnx;

/// <summary>
/// Finds the cells in the equations of one step: new states as elements of old ones and of inputs. What a gate does is read off the states
/// as polynomials in the gates, so that it does not matter how an exporter wrote them: an LSTM's memory is f c' + i g, a GRU's state
/// z h' + n − z n. Anything else becomes a cell of its own, of these very equations.
/// </summary>
/// <param name="reader">Receives the elements.</param>
/// <param name="node">The node, for messages.</param>
/// <param name="isReverse">True if the steps run from the last to the first.</param>
internal sealed class CellFinder(GraphReader reader, string node, bool isReverse)
{
    private const int MostStates = 64;

    private readonly Dictionary<Element, Element> replaced = [];
    private readonly Dictionary<Element, RnnElement> layers = [];
    private readonly Dictionary<Element, (RnnElement Layer, int State)> found = [];

    /// <summary>What became of the states and of what takes them.</summary>
    public sealed class Result(CellFinder finder)
    {
        /// <summary>The layer of each state, and which of its states it is; states that nothing takes have none.</summary>
        public IReadOnlyDictionary<Element, (RnnElement Layer, int State)> States => finder.found;

        /// <summary>An element with the layers in place of the states.</summary>
        public Element Of(Element element)
        {
            Element result = finder.Rewrite(element);
            return ModelAssembler.Below([result]).OfType<StateElement>().FirstOrDefault() is { } left
                ? throw new NotTakenException($"it takes {left.What} of every step, which RnnGen has within its layer only")
                : result;
        }
    }

    /// <param name="states">Each state before a step, and the element that it is after it.</param>
    /// <param name="uses">The elements that other nodes take of each step.</param>
    /// <exception cref="NotTakenException">No cell has these equations.</exception>
    public Result Find(IReadOnlyList<(Element State, Element End)> states, IReadOnlyList<Element> uses)
    {
        if (states.Count > MostStates)
            throw new NotTakenException($"it has {states.Count} states; {MostStates} are read");
        List<(Element State, Element End)> left = [.. states];
        while (left.Count > 0)
        {
            HashSet<Element> open = [.. left.Select(l => l.State)];
            // The states that depend on each other and on no others come first: a layer's before those of the layer above it.
            var (state, group) = left.Select(l => (l.State, Group: Closure(l, left, open))).MinBy(c => c.Group.Count);
            if (group.Count == 0 || !group.Contains(state))
            {
                left.RemoveAll(l => l.State == state);
                continue;
            }

            Resolve([.. left.Where(l => group.Contains(l.State)).Select(l => (l.State, Rewrite(l.End)))], uses);
            left.RemoveAll(l => group.Contains(l.State));
        }

        return new(this);
    }

    private HashSet<Element> Closure(
        (Element State, Element End) of, List<(Element State, Element End)> left, HashSet<Element> open)
    {
        HashSet<Element> reached = [];
        Queue<Element> ends = new([of.End]);
        while (ends.TryDequeue(out Element? end))
        {
            foreach (Element state in ModelAssembler.Below([Rewrite(end)]).Where(open.Contains))
            {
                if (reached.Add(state))
                    ends.Enqueue(left.First(l => l.State == state).End);
            }
        }

        return reached;
    }

    private Element Rewrite(Element element)
    {
        if (replaced.TryGetValue(element, out Element? known))
            return known;
        // In the order in which they were found, so that inputs come first.
        foreach (Element below in ModelAssembler.Below([element]).Where(b => !replaced.ContainsKey(b)))
        {
            IReadOnlyList<Element> inputs = [.. below.Inputs.Select(i => replaced[i])];
            Element result = below;
            if (!inputs.SequenceEqual(below.Inputs))
            {
                result = below.Of(reader.NextIndex, inputs) ?? throw new NotTakenException($"it takes {below.What} of a state");
                reader.Add(result);
            }

            replaced[below] = result;
        }

        return replaced[element];
    }

    private void Resolve(List<(Element State, Element End)> group, IReadOnlyList<Element> uses)
    {
        int width = group[0].State.Width;
        if (width < 1 || group.Exists(g => g.State.Width != width || g.End.Width != width))
            throw new NotTakenException("its states have different widths");
        CellEquations equations = new(reader, node, [.. group.Select(g => g.State)], [.. group.Select(g => g.End)]);
        var cell = equations.Find() ?? CellWriter.Write(reader, equations, Output(group, uses));
        RnnElement layer = reader.AddOrFind(new RnnElement(reader.NextIndex, cell.Inputs)
        {
            Node = node,
            Cell = cell.Cell,
            Text = cell.Text,
            Hidden = width,
            IsReverse = isReverse,
            Pair = reader.NextPair(),
            Candidate = cell.Candidate,
            Gate = cell.Gate,
            Output = cell.Output,
            Clip = 0,
            Tensors = cell.Tensors,
            States = group.Count,
        });
        for (int i = 0; i < cell.Order.Length; i++)
            found[group[cell.Order[i]].State] = (layer, i);
        // What was computed from the old equations is computed from the layer now.
        Element output = group[cell.Order[0]].End;
        foreach (var (before, after) in replaced.Where(r => r.Value == output).ToList())
            layers[before] = layer;
        layers[output] = layer;
        replaced.Clear();
        foreach (var (before, after) in layers)
            replaced[before] = after;
    }

    /// <summary>The state that others take: the first one of the layer.</summary>
    private static int Output(List<(Element State, Element End)> group, IReadOnlyList<Element> uses)
    {
        HashSet<Element> ends = [.. group.Select(g => g.End)], seen = [];
        HashSet<Element> taken = [];
        Stack<Element> open = new(uses);
        while (open.TryPop(out Element? element))
        {
            if (!seen.Add(element))
                continue;
            if (ends.Contains(element))
            {
                taken.Add(element);
                continue;
            }

            foreach (Element input in element.Inputs)
                open.Push(input);
        }

        return taken.Count > 1
            ? throw new NotTakenException("it takes several states of each step; RnnGen's layers give the first")
            : Math.Max(group.FindIndex(g => taken.Contains(g.End)), 0);
    }
}

/// <summary>A layer's cell, and what it takes.</summary>
/// <param name="Cell">Its type.</param>
/// <param name="Inputs">The elements that are its input, side by side.</param>
/// <param name="Order">The index of each of its states among those that it was found of.</param>
/// <param name="Tensors">Its weights under RnnGen's names.</param>
internal sealed record FoundCell(
    string Cell, IReadOnlyList<Element> Inputs, int[] Order, IReadOnlyList<(string Name, int[] Shape, float[] Values)> Tensors)
{
    public string? Text { get; init; }

    public Function? Candidate { get; init; }

    public Function? Gate { get; init; }

    public Function? Output { get; init; }
}
