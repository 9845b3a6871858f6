namespace RnnGen.Onnx;

/// <summary>Convolutions, pools and padding: along the positions of a step, or over time.</summary>
internal static class GridOperators
{
    /// <summary>What helps where a size is not known.</summary>
    public const string ShapeHint = "say the input's shape (--input \"NAME=[1, 576]\")";

    public static void Conv(NodeContext node)
    {
        ConstantTensor w = node.Constant(1, "W");
        if (w.Reals is not { } reals || w.Dims.Length < 3)
            throw new NotTakenException($"its W is {w.What}");
        // Two axes of which one has the size 1 throughout are one.
        Signal x = node.Signal(0);
        if (x.Dims is not { } dims || dims.Count != w.Dims.Length)
            throw new NotTakenException("its X has another number of axes than its W");
        List<int> along = [.. Enumerable.Range(2, dims.Count - 2).Where(i => w.Dims[i] != 1 || !dims[i].IsOne)];
        if (along.Count > 1)
            throw new NotTakenException("it runs along two axes; RnnGen has convolutions along one");
        int axis = along.Count == 0 ? 2 : along[0];
        WindowOptions options = WindowOptions.Of(node, dims.Count - 2, axis - 2);
        long groups = node.Whole("group", 1);
        if (groups < 1 || groups > w.Dims[0] || w.Dims[0] % groups != 0 || groups * w.Dims[1] > 65_536)
            throw new NotTakenException($"it has {groups} groups of channels, and its W is {w.What}");
        int channels = (int)w.Dims[0], inputs = (int)(w.Dims[1] * groups), kernel = (int)w.Dims[axis];
        ConvWeights weights = new((int)groups, channels, kernel, reals, null);
        if (channels < 1 || inputs < 1 || kernel < 1 || w.Dims.Skip(2).Where((d, i) => i + 2 != axis && d != 1).Any())
            throw new NotTakenException($"its W is {w.What}");
        if (!Array.TrueForAll(reals, float.IsFinite))
            throw new NotTakenException("its W has numbers that are not finite");
        node.Reader.Reserve(reals.Length);
        float[]? bias = node.Optional(2) is null ? null : DenseOperators.Broadcast(node, node.Constant(2, "B"), channels, "B");
        if (kernel == 1 && groups == 1 && options is { Stride: 1, Before: 0, After: 0 } && x.Pad is null)
        {
            node.Output(0, DenseOperators.Add(node, x, 1, inputs, channels, reals, bias));
            return;
        }

        Atom? place = dims[axis].Atoms is [var only] ? only : null;
        if (x.Pad is { } pad && place is not null && pad.Atom.Root == place.Root)
        {
            if (options.Before != 0 || options.After != 0)
                throw new NotTakenException("it pads what is padded");
            options = options with { Before = pad.Before, After = pad.After, IsReflected = pad.IsReflected };
            place = pad.Inner;
        }
        else if (x.Pad is not null)
        {
            throw new NotTakenException("it takes numbers with padding along another axis");
        }

        if (place is null && !dims[axis].IsOne)
            throw new NotTakenException("it runs along an axis that is joined of others");
        // An axis of the size 1 has no atom: of a grid it is that of its one position.
        place ??= x.Grid is { } one && one[0].Size == 1 ? one[0] : new Atom(AxisRole.Unknown, 1);
        if (place.Role == AxisRole.Time || (place.Role == AxisRole.Unknown && node.Reader.ConvolvesOverTime))
            OverTime(node, x, place, axis, inputs, options, weights with { Bias = bias });
        else
            WithinStep(node, x, place, axis, inputs, options, weights with { Bias = bias });
    }

    /// <summary>Puts numbers around an axis, for the convolution that follows.</summary>
    public static void Pad(NodeContext node)
    {
        if (node.Text("mode", "constant") is not ("constant" or "reflect") and var mode)
            throw new NotTakenException($"it pads by '{mode}'");
        Signal x = node.Signal(0);
        IReadOnlyList<long> pads = node.Has("pads") || node.Has("paddings") ? node.Wholes(node.Has("pads") ? "pads" : "paddings")
            : node.Integers(1, "list of pads");
        int rank = x.Dims?.Count ?? throw new NotTakenException("its axes depend on a condition");
        List<int> axes = node.Optional(3) is null ? [.. Enumerable.Range(0, rank)]
            : [.. node.Integers(3, "list of axes").Select(a => NodeContext.Place(a, rank))];
        if (pads.Count != 2 * axes.Count)
            throw new NotTakenException($"it has {pads.Count} pads");
        bool isReflected = node.Text("mode", "constant") == "reflect";
        if (!isReflected && (node.Real("value", 0) != 0 || (node.Optional(2) is { } value && Computing.Single(value) != 0)))
            throw new NotTakenException("it pads by other numbers than 0");
        List<int> padded = [.. Enumerable.Range(0, axes.Count).Where(i => pads[i] != 0 || pads[i + axes.Count] != 0)];
        if (padded.Count == 0)
        {
            node.Output(0, x);
            return;
        }

        if (padded.Count > 1 || x.Pad is not null)
            throw new NotTakenException("it pads several axes");
        int axis = axes[padded[0]];
        long before = pads[padded[0]], after = pads[padded[0] + axes.Count];
        if (before is < 0 or > 65_536 || after is < 0 or > 65_536 || x.Dims[axis].Atoms is not [var inner])
            throw new NotTakenException("it pads by impossible numbers, or an axis that is joined of others");
        Atom atom = new(inner.Role, inner.Size + before + after);
        node.Output(0, new Signal(x.Pieces, Axes.Replace(x.Dims, axis, new Axis(atom)))
        {
            Grid = x.Grid,
            Pad = new(atom, inner, (int)before, (int)after, isReflected),
        });
    }

    public static void Pool(NodeContext node)
    {
        Signal x = node.Signal(0);
        bool isMean = node.Operator is "AveragePool" or "GlobalAveragePool";
        if (x is not { Grid: { } grid, Pad: null, Dims: { } dims } || dims.Count != 3 || !dims[2].Is(AxisRole.Inner))
            throw new NotTakenException("it pools along time or another axis than that of positions");
        int kernel, stride;
        if (node.Operator.StartsWith("Global", StringComparison.Ordinal))
        {
            kernel = x.Pieces[0].Positions;
            stride = 1;
        }
        else
        {
            WindowOptions options = WindowOptions.Of(node, 1, 0);
            if (options.Before != 0 || options.After != 0 || options.Dilation != 1 || node.Whole("ceil_mode", 0) != 0
                || node.Wholes("kernel_shape") is not [> 0 and <= 65_536 and var size])
                throw new NotTakenException("it has padding, a dilation, or windows that are not whole");
            (kernel, stride) = ((int)size, options.Stride);
        }

        if (kernel > x.Pieces[0].Positions)
            throw new NotTakenException("its windows are larger than the grid");
        GridPoolElement pool = node.Reader.Add(new GridPoolElement(node.Reader.NextIndex, x.Pieces[0], isMean, kernel, stride));
        Atom positions = new(AxisRole.Inner, pool.Positions);
        node.Output(0, new Signal([pool], Axes.Replace(dims, 2, new Axis(positions))) { Grid = [positions, grid[1]] });
    }

    public static Element PoolAll(NodeContext node, Signal x, bool isMean)
    {
        int positions = x.Pieces[0].Positions;
        return node.Reader.Add(new GridPoolElement(node.Reader.NextIndex, x.Pieces[0], isMean, positions, 1));
    }

    /// <summary>√(a² + b²) of both halves of the channels, or of every other one.</summary>
    public static Signal? Magnitude(NodeContext node, Signal x)
    {
        if (x.Pieces is not [CombinedElement { Operation: '+' } sum]
            || sum.Operands is not [[CombinedElement { Operation: '*' } a], [CombinedElement { Operation: '*' } b]]
            || a.Operands is not [[SliceElement re], [SliceElement again]] || re != again
            || b.Operands is not [[SliceElement im], [SliceElement twice]] || im != twice
            || re.Inputs[0] != im.Inputs[0])
            return null;
        Element whole = re.Inputs[0];
        int positions = whole.Positions, channels = whole.Width / positions, half = channels / 2;
        for (int i = 0; i < re.Width; i++)
        {
            if (re.Width != positions * half
                || re.Places[i] != (i / half * channels) + (i % half)
                || im.Places[i] != re.Places[i] + half)
                return null;
        }

        return DenseOperators.Result(x, node.Reader.Add(new MagnitudeElement(node.Reader.NextIndex, whole)));
    }

    /// <summary>Some channels of every position, or some positions.</summary>
    public static Signal PickChannels(NodeContext node, Signal x, IReadOnlyList<Atom> grid, int place, List<int> taken)
    {
        if (x.Dims![place].Atoms is not [var atom] || x.Pieces is not [var whole])
            throw new NotTakenException("it takes a part of a grid along an axis that is joined of others");
        int positions = whole.Positions, channels = whole.Width / positions;
        bool isChannel = atom.Root == grid[1].Root;
        if (!isChannel && atom.Root != grid[0].Root)
            throw new NotTakenException("it takes a part of a grid along another axis than its own");
        // Sizes that the graph states need not be those that its operators give.
        if (taken.Exists(t => (uint)t >= (uint)(isChannel ? channels : positions)))
            throw new NotTakenException("it takes a part of a grid that is beyond its end");
        Axis one = new();
        // The last position of a layer along positions is its last state.
        if (!isChannel && whole is RnnElement { IsAlongPositions: true } rnn && taken is [var only]
            && only == (rnn.IsReverse ? 0 : positions - 1))
            return new([Pools.Last(node.Reader, rnn)], Axes.Replace(x.Dims, place, one));
        int[] places = isChannel
            ? [.. Enumerable.Range(0, positions).SelectMany(p => taken.Select(c => (p * channels) + c))]
            : [.. taken.SelectMany(p => Enumerable.Range(p * channels, channels))];
        Atom left = new(atom.Role, taken.Count);
        return new(
            [Slices.Of(node.Reader, whole, places)], Axes.Replace(x.Dims, place, taken.Count == 1 ? one : new Axis(left)))
        {
            Grid = isChannel ? [grid[0], left] : [left, grid[1]],
        };
    }

    /// <summary>A matrix for each position of a grid: a convolution that sees one.</summary>
    public static Signal Pointwise(
        NodeContext node, Signal x, IReadOnlyList<Atom> grid, int axis, int inputs, int size, float[] matrix, float[]? bias)
    {
        Axes.CheckVectors(x);
        if (x.Dims![axis].Atoms is not [var atom] || atom.Root != grid[1].Root || x.Pieces[0].Width / x.Pieces[0].Positions != inputs)
            throw new NotTakenException("it takes vectors along the positions of a grid");
        Atom channels = new(AxisRole.Feature, size);
        ConvElement conv = node.Reader.Add(new ConvElement(node.Reader.NextIndex, x.Pieces)
        {
            Node = node.Name,
            IsOverTime = false,
            Dilation = 1,
            Length = x.Pieces[0].Positions,
            Weights = new(1, size, 1, matrix, bias),
        });
        return new([conv], Axes.Replace(x.Dims, axis, new Axis(channels))) { Grid = [grid[0], channels] };
    }

    private static void OverTime(
        NodeContext node, Signal x, Atom time, int axis, int inputs, WindowOptions options, ConvWeights weights)
    {
        if (options.Stride != 1)
            throw new NotTakenException(
                $"it goes on by {options.Stride} steps over time; RnnGen's convolutions over time have an output at "
                + "every step");
        int past = (weights.Kernel - 1) * options.Dilation;
        if (options.IsReflected || options.Before != past || options.After != 0)
            throw new NotTakenException($"over time it is not causal: it has {options.Before} steps of padding before and {options.After} "
                + $"after; RnnGen has {past} before and none after");
        Axes.Claim(new Axis(time), AxisRole.Time, "X's time");
        if (x.Grid is not null)
            throw new NotTakenException("it runs over time on a grid");
        IReadOnlyList<Axis>? dims = Axes.Replace(x.Dims, axis, new Axis(time));
        Axes.TakeFeatures(new(x.Pieces, dims) { IsSymbols = x.IsSymbols }, 1, inputs);
        ConvElement conv = node.Reader.Add(new ConvElement(node.Reader.NextIndex, x.Pieces)
        {
            Node = node.Name,
            IsOverTime = true,
            Dilation = options.Dilation,
            Length = 1,
            Weights = weights,
        });
        node.Output(0, new Signal([conv], Axes.Replace(dims, 1, Axes.Features(weights.Channels))));
    }

    private static void WithinStep(
        NodeContext node, Signal x, Atom place, int axis, int inputs, WindowOptions options, ConvWeights weights)
    {
        var (_, channels, kernel, _, _) = weights;
        if (place.Size is not { } size)
            throw new NotTakenException($"how many positions {x.What} has is known only when it runs"
                + (x.Source is { Node: null, Symbols: 0 } ? $"; {ShapeHint}" : ""));
        if (place.Role is AxisRole.Batch or AxisRole.Time)
            throw new NotTakenException("it runs along the batch");
        Atom channel = x.Dims![1].Atoms is [var own] ? own : new Atom(AxisRole.Feature, 1);
        if (x.Dims[1].Atoms.Count > 1 || (x.Dims[1].Size is { } known && known != inputs))
            throw new NotTakenException($"it takes {inputs} channels, but {x.What} has others");
        if (x.Grid is { } grid && (grid[0].Root != place.Root || (grid[1].Root != channel.Root && inputs != 1)))
            throw new NotTakenException("it runs along other positions than the nodes before it");
        if (x.Grid is null)
        {
            if (x.Source is { } source)
            {
                if (place.Role == AxisRole.Unknown)
                    place.Role = AxisRole.Inner;
                if (channel.Role == AxisRole.Unknown)
                    channel.Role = AxisRole.Feature;
                source.MakeGrid([place, channel], size * inputs);
            }
            else if (inputs != 1 || x.Width != size)
            {
                throw new NotTakenException($"it takes {x.What} as positions of {inputs} channels");
            }
        }

        Signal plain = new(x.Pieces, null);
        Axes.CheckVectors(plain);
        long length = Floor(size + options.Before + options.After - (options.Dilation * (kernel - 1L)) - 1, options.Stride) + 1;
        if (length is < 1 or > 65_536 || length * channels > 65_536
            || (options.IsReflected && (options.Before >= size || options.After >= size)))
            throw new NotTakenException($"it has {length} positions of {channels} channels");
        if (options.Before != options.After && options.Before != 0)
            throw new NotTakenException("it pads both ends by different numbers");
        ConvElement conv = node.Reader.Add(new ConvElement(node.Reader.NextIndex, x.Pieces)
        {
            Node = node.Name,
            IsOverTime = false,
            Dilation = options.Dilation,
            Stride = options.Stride,
            Padding = options.Before,
            PaddingEnd = options.After,
            IsReflected = options.IsReflected,
            Length = (int)length,
            Weights = weights,
        });
        Atom positions = new(AxisRole.Inner, length), outputs = new(AxisRole.Feature, channels);
        node.Output(0, new Signal(
            [conv],
            Axes.Replace(Axes.Replace(x.Dims, axis, length == 1 ? new Axis() : new Axis(positions)), 1, new Axis(outputs)))
        {
            Grid = [positions, outputs],
        });
    }

    private static long Floor(long a, long b) => (a / b) - (a % b < 0 ? 1 : 0);
}

/// <summary>Numbers of a convolution or a pool along the axis that it runs on.</summary>
internal readonly record struct WindowOptions(int Stride, int Dilation, int Before, int After, bool IsReflected = false)
{
    public static WindowOptions Of(NodeContext node, int axes, int place)
    {
        long stride = Of("strides", 1), dilation = Of("dilations", 1), before = Of("pads", 0);
        var pads = node.Wholes("pads");
        long after = pads.Count == 0 ? 0 : pads.Count == 2 * axes ? pads[place + axes]
            : throw new NotTakenException("it has another number of pads than axes");
        for (int i = 0; i < axes; i++)
        {
            if (i != place && ((pads.Count > 0 && (pads[i] != 0 || pads[i + axes] != 0))
                || (node.Wholes("strides") is { Count: > 0 } strides && i < strides.Count && strides[i] != 1)))
                throw new NotTakenException("it runs along two axes; RnnGen has convolutions along one");
        }

        if (node.Text("auto_pad", "NOTSET") is not ("NOTSET" or "VALID" or "") and var auto)
        {
            long kernel = node.Wholes("kernel_shape") is { Count: > 0 } shape && place < shape.Count ? shape[place]
                : throw new NotTakenException($"its auto_pad is {auto}, without its kernel's shape");
            if (stride != 1 || auto is not ("SAME_UPPER" or "SAME_LOWER"))
                throw new NotTakenException($"its auto_pad is {auto}");
            long all = (kernel - 1) * dilation;
            (before, after) = auto == "SAME_UPPER" ? (all / 2, all - (all / 2)) : (all - (all / 2), all / 2);
        }

        if (stride is < 1 or > 65_536 || dilation is < 1 or > 65_536 || before is < 0 or > 65_536 || after is < 0 or > 65_536)
            throw new NotTakenException("its strides, dilations or pads are impossible");
        return new((int)stride, (int)dilation, (int)before, (int)after);

        long Of(string name, long otherwise)
        {
            var numbers = node.Wholes(name);
            return numbers.Count == 0 ? otherwise : place < numbers.Count ? numbers[place]
                : throw new NotTakenException($"it has {numbers.Count} {name} for {axes} axes");
        }
    }
}
