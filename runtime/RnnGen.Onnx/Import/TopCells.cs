using System.Text.RegularExpressions;

namespace RnnGen.Onnx;

/// <summary>
/// Cells that stand in the graph itself: a graph of one step, whose states are inputs and outputs of the same shape. A caller gives a
/// step's outputs to the next one, so that the numbers of an output are those of the input at the same places.
/// </summary>
internal static partial class TopCells
{
    private const int MostInputs = 6;
    private const int MostOutputs = 64;

    /// <summary>Finds the cells, and puts layers in place of their states.</summary>
    public static void Find(GraphReader reader)
    {
        List<SourceElement> all = [.. reader.Elements.OfType<SourceElement>()
            .Where(s => s is { Node: null, Use: SourceUse.Open, IsInteger: false, Dims: not null })];
        HashSet<Element> used = [.. ModelAssembler.Below(reader.Outputs.SelectMany(o => Elements(o.Value)))];
        if (all.Count is 0 or > MostInputs * 4 || reader.Outputs.Count > MostOutputs)
            return;
        List<Packed?> packs = [.. reader.Outputs.Select(o => Slices.TryPack(reader, o.Value))];
        List<(SourceElement Source, (Packed Numbers, int Place) Output)> candidates = [];
        HashSet<int> taken = [];
        foreach (SourceElement source in all.Where(used.Contains))
        {
            if (source.Dims!.Count(d => d.Size is null) > 1)
                continue;
            for (int i = 0; i < reader.Outputs.Count; i++)
            {
                if (taken.Contains(i) || packs[i] is not { } packed || !Fits(source, packed))
                    continue;
                taken.Add(i);
                candidates.Add((source, (packed, i)));
                break;
            }
        }

        if (candidates.Count is 0 or > MostInputs)
            return;
        // As many of them as possible are states; what is none is an input.
        foreach (int set in Enumerable.Range(1, (1 << candidates.Count) - 1).OrderByDescending(s => int.PopCount(s)))
        {
            var chosen = candidates.Where((_, i) => (set & (1 << i)) != 0).ToList();
            if (chosen.Count == all.Count(used.Contains) || !TryFind(reader, chosen, used))
                continue;
            return;
        }
    }

    private static bool Fits(SourceElement source, Packed packed)
    {
        long[] dims = [.. source.Dims!.Select(d => d.Size ?? 1)];
        return packed.Source is null && dims.Length == packed.Dims.Length && dims.AsSpan().SequenceEqual(packed.Dims);
    }

    private static bool TryFind(
        GraphReader reader, List<(SourceElement Source, (Packed Numbers, int Place) Output)> chosen, HashSet<Element> used)
    {
        List<(Element State, Element End)> states = [];
        List<(SourceElement Source, int[] Places)> begins = [];
        try
        {
            foreach (var (source, (numbers, _)) in chosen)
            {
                List<(Element, int[])> parts = [.. used.OfType<SliceElement>().Where(s => s.Inputs[0] == source)
                    .Select(s => ((Element)s, s.Places))];
                if (used.Any(u => u is not SliceElement && u.Inputs.Contains(source)))
                    parts.Add((source, [.. Enumerable.Range(0, source.Width)]));
                foreach (var (part, places) in parts)
                {
                    if (Slices.Grouped(reader, [.. places.Select(p => numbers.Numbers[p])]) is not [var end])
                        return false;
                    states.Add((part, end));
                    begins.Add((source, places));
                }
            }

            HashSet<int> outputs = [.. chosen.Select(c => c.Output.Place)];
            List<Element> uses = [.. reader.Outputs.Where((_, i) => !outputs.Contains(i)).SelectMany(o => Elements(o.Value))];
            var found = new CellFinder(reader, $"the step of '{chosen[0].Source.Tensor}'", isReverse: false).Find(states, uses);
            if (!states.TrueForAll(s => found.States.ContainsKey(s.State)))
                return false;
            // Two states that could be each other's, or one that is only as long as an output, may be another thing.
            bool isNamed = chosen.TrueForAll(c => StateName().IsMatch(c.Source.Tensor));
            foreach (var (layer, _) in found.States.Values)
            {
                bool isGated = layer.Text is null && layer.Cell != nameof(SimpleRnn);
                if (!isGated && (!isNamed || (layer.Text is not null && chosen.Count > 1)))
                    return false;
            }

            Replace(reader, chosen, states, begins, found);
            return true;
        }
        catch (NotTakenException)
        {
            return false;
        }
    }

    private static void Replace(
        GraphReader reader, List<(SourceElement Source, (Packed Numbers, int Place) Output)> chosen,
        List<(Element State, Element End)> states,
        List<(SourceElement Source, int[] Places)> begins, CellFinder.Result found)
    {
        List<(Value, string)> outputs = [];
        for (int i = 0; i < reader.Outputs.Count; i++)
        {
            var (value, tensor) = reader.Outputs[i];
            int own = chosen.FindIndex(c => c.Output.Place == i);
            if (own >= 0)
            {
                var numbers = chosen[own].Output.Numbers.Numbers.ToArray();
                for (int k = 0; k < states.Count; k++)
                {
                    if (begins[k].Source != chosen[own].Source)
                        continue;
                    var (layer, state) = found.States[states[k].State];
                    for (int unit = 0; unit < begins[k].Places.Length; unit++)
                        numbers[begins[k].Places[unit]] = (Pools.Last(reader, layer, state), unit);
                }

                value = new Packed(chosen[own].Output.Numbers.Dims, numbers);
            }
            else if (value is Signal signal)
            {
                value = new Signal([.. signal.Pieces.Select(found.Of)], signal.Dims, signal.IsState) { Grid = signal.Grid };
            }
            else if (value is Packed packed)
            {
                value = new Packed(packed.Dims, Array.ConvertAll(packed.Numbers, n => (found.Of(n.Of), n.Unit)));
            }

            outputs.Add((value, tensor));
        }

        for (int k = 0; k < states.Count; k++)
        {
            var (layer, state) = found.States[states[k].State];
            begins[k].Source.UseAs(SourceUse.State);
            layer.Begin(state, begins[k]);
        }

        List<(Signal, string)> ends = [.. reader.Ends.Select(e =>
            (new Signal([.. e.Signal.Pieces.Select(found.Of)], e.Signal.Dims, e.Signal.IsState) { Grid = e.Signal.Grid }, e.Tensor))];
        reader.Outputs.Clear();
        reader.Outputs.AddRange(outputs);
        reader.Ends.Clear();
        reader.Ends.AddRange(ends);
    }

    private static IEnumerable<Element> Elements(Value value) => value switch
    {
        Signal signal => signal.Pieces,
        Packed packed => packed.Numbers.Select(n => n.Of).Distinct(),
        _ => [],
    };

    [GeneratedRegex("state|hid|prev|past|cache|mem|init|recurrent|(^|_)[hc]([0-9_]|$)", RegexOptions.IgnoreCase)]
    private static partial Regex StateName();
}
