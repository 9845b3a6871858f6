namespace RnnGen.Tests.Models;

/// <content>What works on the positions of a grid. A vector is [position][channel].</content>
internal sealed partial class RowOracle
{
    /// <summary>The inputs of each convolution over time, from the steps before the first on.</summary>
    private readonly Dictionary<int, List<int[]>> seen = [];

    /// <summary>The last states of layers along positions, at each step.</summary>
    private readonly Dictionary<int, int[][]> lastAlong = [];

    /// <summary>Positions of what an element gives; 1 for a plain vector.</summary>
    private int Length(int element) => graph.Elements[element] switch
    {
        TestSource source => source.Channels is null ? 1 : source.Size,
        TestNumbers numbers => numbers.Channels is null ? 1 : numbers.Size,
        TestSymbols symbols => symbols.Length,
        TestConv convolution => convolution.PositionsOf(LengthTaken(element)),
        TestRnn { IsInner: true } => LengthTaken(element),
        TestGridPool pool => pool.PositionsOf(LengthTaken(element)),
        TestMagnitude or TestActivation or TestDropout or TestCombine or TestUnits => LengthTaken(element),
        _ => 1,
    };

    /// <summary>The vectors of the symbols in a step's vector.</summary>
    private int[] Embed(TestSymbols symbols, string path, int[] x) =>
        [.. x[symbols.Column..][..symbols.Length].SelectMany(n => tensors[$"{path}.weight"][(int)interpreter.Value(n)])];

    /// <summary>Positions of what an element takes: those of all its inputs, if they have equally many.</summary>
    private int LengthTaken(int element)
    {
        int[] lengths = [.. graph.Uses(element).Select(u => u.IsPrevious ? 1 : Length(u.Element)).Distinct()];
        return lengths.Length == 1 ? lengths[0] : 1;
    }

    /// <summary>Several vectors side by side; grids of one length position by position.</summary>
    private int[] Join(int element, int[][] vectors)
    {
        // Operands of one operator stay whole.
        if (vectors.Length == 1 || graph.Elements[element] is TestCombine { Operator: not ',' })
            return [.. vectors.SelectMany(v => v)];
        int length = LengthTaken(element);
        return [.. Enumerable.Range(0, length).SelectMany(p => vectors.SelectMany(v => v.Chunk(v.Length / length).ElementAt(p)))];
    }

    /// <summary>The numbers that an element remembers.</summary>
    private int PastSize(int element) =>
        graph.Elements[element] is TestConv convolution ? convolution.Past * graph.From(element).Sum(Width) : Width(element);

    private int[] Remembered(int element) =>
        graph.Elements[element] is TestConv convolution
            ? [.. Seen(element).TakeLast(convolution.Past).SelectMany(v => v)]
            : values[element].Steps[^1];

    private List<int[]> Seen(int element)
    {
        if (!seen.TryGetValue(element, out var vectors))
        {
            var convolution = (TestConv)graph.Elements[element];
            int width = graph.From(element).Sum(Width);
            int offset = initialState.Length - Told - Carried.Where(i => i >= element).Sum(PastSize);
            int[] past = Carried.Contains(element)
                ? initialState[offset..][..PastSize(element)]
                : Zeros(convolution.Past * width);
            seen[element] = vectors = [.. past.Chunk(width)];
        }

        return vectors;
    }

    /// <summary>A convolution's outputs at a step.</summary>
    private int[] Convolve(TestConv convolution, int element, int[] x)
    {
        string path = graph.Path(element);
        int length = LengthTaken(element), channels = x.Length / length;
        if (convolution.Past > 0)
            Seen(element).Add(x);
        int inputs = channels / convolution.Groups, outputs = convolution.Channels / convolution.Groups;
        return [.. Enumerable.Range(0, convolution.PositionsOf(length)).SelectMany(position =>
            Enumerable.Range(0, convolution.Groups).SelectMany(part =>
                Dense(
                    path,
                    [.. from channel in Enumerable.Range(part * inputs, inputs)
                        from step in Enumerable.Range(0, convolution.Time.Count)
                        from tap in Enumerable.Range(0, convolution.Places.Count)
                        select At(position, step, tap, channel)],
                    convolution.Activation, (part * outputs)..((part + 1) * outputs))))];

        int At(int position, int step, int tap, int channel)
        {
            int[] then = convolution.Past == 0
                ? x
                : Seen(element)[^(1 + ((convolution.Time.Count - 1 - step) * convolution.Time.Dilation))];
            int place = (position * convolution.Stride) + (tap * convolution.Places.Dilation) - convolution.Padding;
            if (convolution.Reflects)
                place = place < 0 ? -place : place >= length ? (2 * (length - 1)) - place : place;
            return place >= 0 && place < length ? then[(place * channels) + channel] : interpreter.Leaf(0);
        }
    }

    /// <summary>What a layer along positions gives at each step, and behind the last position.</summary>
    private int[][] RecurAlong(TestRnn rnn, int element, int[][] x)
    {
        int length = LengthTaken(element);
        var all = x.Select(v => Recur(rnn, graph.Path(element), [.. v.Chunk(v.Length / length)])).ToList();
        lastAlong[element] = [.. all.Select(a => a.Last)];
        return [.. all.Select(a => a.Steps.SelectMany(s => s).ToArray())];
    }

    /// <summary>
    /// The last position of each step; of a layer along positions, perhaps behind dropout, the last state of each direction.
    /// </summary>
    private int[][] LastPositions(int element, int[][] x)
    {
        int[] from = [.. graph.From(element)];
        while (from is [var only] && graph.Elements[only] is TestDropout)
            from = [.. graph.From(only)];
        return from is [var layer] && lastAlong.TryGetValue(layer, out int[][]? last)
            ? last
            : [.. x.Select(v => v[^(v.Length / LengthTaken(element))..])];
    }

    private int[] PoolPositions(TestGridPool pool, int element, int[] x)
    {
        int length = LengthTaken(element), channels = x.Length / length, kernel = pool.KernelOf(length);
        return [.. Enumerable.Range(0, pool.PositionsOf(length)).SelectMany(position => Enumerable.Range(0, channels).Select(channel =>
        {
            int[] taken = [.. Enumerable.Range(position * pool.StrideOf(length), kernel).Select(p => x[(p * channels) + channel])];
            return pool.Kind == "Max"
                ? taken.MaxBy(interpreter.Value)
                : interpreter.Combine('/', interpreter.Sum(taken), interpreter.Leaf(kernel));
        }))];
    }

    private int[] Magnitudes(TestMagnitude magnitude, int element, int[] x)
    {
        int length = LengthTaken(element), channels = x.Length / length, size = channels / 2;
        return [.. x.Chunk(channels).SelectMany(part => Enumerable.Range(0, size).Select(i => magnitude.Parts == "Pairs"
            ? Of(part[2 * i], part[(2 * i) + 1])
            : Of(part[i], part[size + i])))];

        int Of(int re, int im) =>
            interpreter.Apply("Sqrt", interpreter.Combine('+', interpreter.Combine('*', re, re), interpreter.Combine('*', im, im)));
    }
}
