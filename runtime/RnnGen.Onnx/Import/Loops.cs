using RnnGen.Onnx.Protos;

namespace RnnGen.Onnx;

/// <summary>Loop and Scan over time: their body is a cell, and whatever it computes from the cell's output at each step.</summary>
internal static class Loops
{
    /// <summary>The time of a loop that is being read.</summary>
    private sealed class Body
    {
        public Axis? Time { get; set; }

        public bool IsReverse { get; set; }
    }

    public static void Scan(NodeContext node)
    {
        GraphProto body = node.Find("body")?.G ?? throw new NotTakenException("it has no body");
        if (node.Reader.OperatorSet < 9)
            throw new NotTakenException("it is the Scan of operator set 8, which has a batch of its own");
        int scanned = (int)Math.Clamp(node.Whole("num_scan_inputs", 0), 0, node.InputCount), states = node.InputCount - scanned;
        if (scanned < 1 || body.Input.Count != node.InputCount || body.Output.Count < states)
            throw new NotTakenException("its body has another number of inputs or outputs");
        if (node.Wholes("scan_input_axes").Concat(node.Wholes("scan_output_axes")).Any(a => a != 0))
            throw new NotTakenException("it runs along another axis than the first");
        var directions = node.Wholes("scan_input_directions").Concat(node.Wholes("scan_output_directions")).Distinct().ToList();
        if (directions.Count > 1)
            throw new NotTakenException("its inputs and outputs run in different directions");
        Body loop = new() { IsReverse = directions is [1] };
        Scope scope = new(node.Scope);
        for (int i = 0; i < scanned; i++)
        {
            Signal x = node.Signal(states + i);
            if (x.Dims is not { Count: > 0 } dims)
                throw new NotTakenException("it runs along axes that depend on a condition");
            Take(loop, dims[0]);
            scope.Set(body.Input[states + i].Name, x.With([.. dims.Skip(1)]));
        }

        List<(StateElement State, Value Initial)> begun = Begin(node, body, scope, 0, states);
        node.Reader.RunBody(body, scope);
        Finish(node, body, scope, loop, begun, 0);
    }

    public static void Loop(NodeContext node)
    {
        GraphProto body = node.Find("body")?.G ?? throw new NotTakenException("it has no body");
        int carried = node.InputCount - 2;
        if (carried < 0 || body.Input.Count != carried + 2 || body.Output.Count < carried + 1)
            throw new NotTakenException("its body has another number of inputs or outputs");
        if (node.Optional(1) is { } goes && Computing.Single(goes) is null or 0)
            throw new NotTakenException("whether it runs is known only when it does");
        Body loop = new();
        Scope scope = new(node.Scope);
        scope.Set(body.Input[0].Name, new StepNumber(loop, 0));
        scope.Set(body.Input[1].Name, new Uniform(1, false, []));
        var identities = body.Node.Where(n => n.OpType == "Identity" && n.Input.Count == 1 && n.Output.Count == 1)
            .GroupBy(n => n.Output[0]).ToDictionary(g => g.Key, g => g.First().Input[0]);
        List<(StateElement State, Value Initial)> begun = [];
        List<int> counters = [], places = [];
        for (int i = 0; i < carried; i++)
        {
            Value initial = node.Input(i + 2);
            string name = body.Input[i + 2].Name;
            if (Origin(body.Output[i + 1].Name) == name)
            {
                // What goes through unchanged is the same at every step.
                scope.Set(name, initial);
            }
            else if (initial is ConstantTensor { Wholes: [var number] })
            {
                scope.Set(name, new StepNumber(loop, number));
                counters.Add(i);
            }
            else
            {
                begun.AddRange(Begin(node, body, scope, i + 2, i + 3));
                places.Add(i);
            }
        }

        node.Reader.RunBody(body, scope);
        foreach (int i in counters)
        {
            long start = ((ConstantTensor)node.Input(i + 2)).Wholes![0];
            if (scope.Find(body.Output[i + 1].Name) is not StepNumber counter || counter.Loop != loop || counter.Offset != start + 1)
                throw new NotTakenException("a number that its body counts does not go up by 1");
        }

        if (loop.Time is null)
            throw new NotTakenException("its body takes no step of a sequence");
        CheckCount(node, scope.Find(body.Output[0].Name), loop);
        Finish(node, body, scope, loop, begun, 1, places);

        string Origin(string name)
        {
            for (int i = 0; i < 100 && identities.TryGetValue(name, out string? of); i++)
                name = of;
            return name;
        }
    }

    /// <summary>The vectors of the step that a loop is at.</summary>
    public static void TakeStep(NodeContext node, Signal x, StepNumber step, long axis)
    {
        if (step.Offset != 0)
            throw new NotTakenException("it takes the vectors of another step than the one that its loop is at");
        if (x.Dims is not { Count: > 0 } dims || axis is not 0)
            throw new NotTakenException("it takes steps along another axis than the first");
        Take((Body)step.Loop, dims[0]);
        node.Output(0, x.With([.. dims.Skip(1)]));
    }

    private static void Take(Body loop, Axis time)
    {
        Axes.Claim(time, AxisRole.Time, "the loop's");
        if (loop.Time is { } other && !other.Same(time))
            Axes.Unite(other, time);
        loop.Time ??= time;
    }

    private static void CheckCount(NodeContext node, Value? condition, Body loop)
    {
        List<Size> counts = condition switch
        {
            StepCondition { Counts: { } limits } ends when ends.Loop == loop => [.. limits],
            not null when Computing.Single(condition) == 1 => [],
            _ => throw new NotTakenException("how long it goes on depends on what it computes"),
        };
        if (node.Optional(0) is { } most && Computing.Sizes(most) is [var limit])
            counts.Add(limit);
        Size steps = Size.Of(loop.Time!);
        if (steps.Value is null && counts.Select(c => c.Value).OfType<long>().DefaultIfEmpty(-1).Min() is > 0 and var number
            && !counts.Exists(c => c.Same(steps)))
            loop.Time!.Atoms[0].Size = number;
        if (!counts.Exists(c => c.Same(steps)) || !counts.TrueForAll(c => c.Same(steps) || (c - steps).Value >= 0))
            throw new NotTakenException("it does not go on for as many steps as the sequence has");
    }

    private static List<(StateElement State, Value Initial)> Begin(NodeContext node, GraphProto body, Scope scope, int from, int to)
    {
        List<(StateElement, Value)> begun = [];
        for (int i = from; i < to; i++)
        {
            Value initial = node.Input(i);
            ValueInfoProto declared = body.Input[i];
            IReadOnlyList<Size>? sizes = initial switch
            {
                Signal { Dims: { } known } => [.. known.Select(Size.Of)],
                Packed packed => [.. packed.Dims.Select(d => (Size)d)],
                Uniform { Dims: { } known } => known,
                ConstantTensor { IsZero: true } zeros => [.. zeros.Dims.Select(d => (Size)d)],
                _ => declared.Type?.TensorType?.Shape?.Dim.Select(d => d.DimValue > 0 ? (Size)d.DimValue : Size.Unknown).ToList(),
            };
            if (sizes is not { Count: > 0 and < 8 })
                throw new NotTakenException($"its state '{declared.Name}' begins as {initial.What}, whose axes are not known");
            StateElement state = node.Reader.Add(new StateElement(node.Reader.NextIndex, declared.Name));
            Axis[] dims = [.. sizes.Select((s, k) => k == sizes.Count - 1 ? s.Value is { } width ? Axes.Features(width) : new Axis(
                new Atom(AxisRole.Feature, null)) : s.Value == 1 ? new Axis() : new Axis(new Atom(AxisRole.Batch, s.Value)))];
            if (sizes[^1].Value is { } size)
                state.Decide(size);
            scope.Set(declared.Name, new Signal([state], dims));
            begun.Add((state, initial));
        }

        return begun;
    }

    private static void Finish(
        NodeContext node, GraphProto body, Scope scope, Body loop, List<(StateElement State, Value Initial)> begun, int firstOutput,
        List<int>? places = null)
    {
        int states = places is null ? begun.Count : node.InputCount - 2;
        List<Element> ends = [];
        for (int i = 0; i < begun.Count; i++)
        {
            string name = body.Output[firstOutput + (places?[i] ?? i)].Name;
            ends.Add(scope.Find(name) switch
            {
                Signal { Pieces: [var piece] } signal when signal.Width == begun[i].State.Width => piece,
                Packed packed when Slices.Signal(node.Reader, packed) is { Pieces: [var piece] } => piece,
                null or Unknown => throw new NotTakenException($"its body's '{name}' is not taken"),
                var other =>
                    throw new NotTakenException($"its body's '{name}' is {other.What}, no vector of {begun[i].State.Width} numbers"),
            });
        }

        List<Element> uses = [.. Enumerable.Range(states,
            Math.Max(Math.Min(node.Node.Output.Count, body.Output.Count - firstOutput) - states, 0))
            .SelectMany(i => scope.Find(body.Output[firstOutput + i].Name) is Signal signal ? signal.Pieces : [])];
        CellFinder finder = new(node.Reader, node.Name, loop.IsReverse);
        var found = finder.Find([.. begun.Select((b, i) => ((Element)b.State, ends[i]))], uses);
        for (int i = 0; i < begun.Count; i++)
        {
            // A state that nothing takes is another output.
            if (!found.States.TryGetValue(begun[i].State, out var place))
                continue;
            place.Layer.Begin(place.State, RecurrentOperators.InitialOf(begun[i].Initial, "its first state"));
        }

        Axis time = loop.Time!;
        for (int i = 0; i < node.Node.Output.Count; i++)
        {
            if (i < states)
            {
                int own = places is null ? i : places.IndexOf(i);
                if (own < 0)
                {
                    node.Output(i, node.Input(i + 2) is ConstantTensor { Wholes: not null } ? Unmeasured.Instance : node.Input(i + 2));
                    continue;
                }

                IReadOnlyList<Axis>? dims = (scope.Find(body.Input[places is null ? i : i + 2].Name) as Signal)?.Dims;
                Element last = found.States.TryGetValue(begun[own].State, out var place)
                    ? Pools.Last(node.Reader, place.Layer, place.State)
                    : loop.IsReverse ? throw new NotTakenException("it gives what it computes at the first step of a sequence")
                    : Pools.Pool(node.Reader, [found.Of(ends[own])], Pooling.Last);
                node.Output(i, new Signal([last], dims, isState: true));
            }
            else
            {
                string name = firstOutput + i < body.Output.Count ? body.Output[firstOutput + i].Name : "";
                if (scope.Find(name) is not Signal { Dims: { } dims } signal)
                    throw new NotTakenException($"its body's '{name}' is no vector");
                node.Output(i, new Signal([.. signal.Pieces.Select(found.Of)], [time, .. dims]) { Grid = signal.Grid });
            }
        }
    }
}
