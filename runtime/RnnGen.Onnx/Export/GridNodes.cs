namespace RnnGen.Onnx;

/// <summary>
/// What works on grids as nodes. A vector is [position][channel]; ONNX wants channels before positions, so values are turned, and turned
/// back.
/// </summary>
/// <param name="graph">Receives the nodes.</param>
/// <param name="weights">The model's weights.</param>
/// <param name="isStream">True if what a convolution looks back on is an input and an output of the graph.</param>
internal sealed class GridNodes(GraphWriter graph, SafetensorsFile weights, bool isStream)
{
    private const string Rows = "rows";

    /// <summary>A value's shape.</summary>
    /// <param name="Length">Positions.</param>
    /// <param name="Channels">Numbers of a position.</param>
    /// <param name="IsOnce">True if there is one vector per sequence.</param>
    public readonly record struct Grid(int Length, int Channels, bool IsOnce);

    /// <summary>A convolution along the positions of each step, of each position along the steps, or along both.</summary>
    /// <param name="declared">The attribute.</param>
    /// <param name="path">The beginning of its parameters' names.</param>
    /// <param name="x">[step][row][position · channel], or [row][position · channel].</param>
    /// <param name="grid">The shape of a vector.</param>
    /// <returns>The output, and its positions.</returns>
    public (string Value, int Length) AddConvolution(DeclaredAttribute declared, string path, string x, Grid grid)
    {
        bool isOverTime = declared.Kind == "Conv1d" && (RnnGen.Axis)declared.Whole("Over") == RnnGen.Axis.Time;
        int kernel = declared.Whole("Kernel", 3), dilation = declared.Whole("Dilation", 1);
        var (steps, stepDilation) = isOverTime ? (kernel, dilation)
            : declared.Kind == "Conv2d" ? (declared.Whole("KernelSteps", 3), declared.Whole("StepDilation", 1)) : (1, 1);
        if (isOverTime)
            (kernel, dilation) = (1, 1);
        int stride = declared.Whole("Stride", 1), start = declared.Whole("Padding"), end = declared.Whole("PaddingEnd", start);
        int length = ((grid.Length + start + end - ((kernel - 1) * dilation) - 1) / stride) + 1, past = (steps - 1) * stepDilation;
        if (past > 0 && isStream)
            x = AddPast(declared.Name.Length > 0 ? declared.Name : path, x, past, grid);
        // Over time [row][channel][step][position], within a step [step][channel][row][position], once [row][channel][1][position].
        string turned = graph.Add(
            "Transpose", [Split(x, grid, grid.Length, grid.Channels)],
            GraphWriter.Wholes("perm", past > 0 ? [1, 3, 0, 2] : [0, 3, 1, 2]));
        long[] pads = [isStream ? 0 : past, start, 0, end];
        if ((PaddingMode)declared.Whole("PaddingMode") == PaddingMode.Reflect)
        {
            turned = graph.Add("Pad", [turned, graph.Integers(0, 0, 0, start, 0, 0, 0, end)], GraphWriter.Text("mode", "reflect"));
            pads = [pads[0], 0, 0, 0];
        }

        string sums = graph.Add(
            "Conv", [turned, .. Parameters(declared, path, grid.Channels, steps, kernel)],
            GraphWriter.Wholes("kernel_shape", steps, kernel), GraphWriter.Wholes("dilations", stepDilation, dilation),
            GraphWriter.Wholes("strides", 1, stride), GraphWriter.Wholes("pads", pads),
            GraphWriter.Whole("group", declared.Whole("Groups", 1)));
        string back = graph.Add("Transpose", [sums], GraphWriter.Wholes("perm", past > 0 ? [2, 0, 3, 1] : [0, 2, 3, 1]));
        return (Join(back, new(length, declared.Size(0), grid.IsOnce)), length);
    }

    /// <summary>Several positions made one.</summary>
    /// <returns>The output, and its positions.</returns>
    public (string Value, int Length) AddPool(DeclaredAttribute declared, string x, Grid grid)
    {
        int kernel = declared.Whole("Kernel", grid.Length), stride = declared.Whole("Stride", kernel);
        int length = ((grid.Length - kernel) / stride) + 1;
        string turned = graph.Add(
            "Transpose", [Split(x, grid, grid.Length, grid.Channels)],
            GraphWriter.Wholes("perm", 0, 3, 1, 2));
        string pooled = graph.Add(
            (Pooling)declared.Size(0) == Pooling.Max ? "MaxPool" : "AveragePool", [turned],
            GraphWriter.Wholes("kernel_shape", 1, kernel), GraphWriter.Wholes("strides", 1, stride));
        string back = graph.Add("Transpose", [pooled], GraphWriter.Wholes("perm", 0, 2, 3, 1));
        return (Join(back, grid with { Length = length }), length);
    }

    /// <summary>The last position of each step.</summary>
    public string AddLast(string x, Grid grid) => Join(
        graph.Add("Gather", [Split(x, grid, grid.Length, grid.Channels), graph.Scalar(-1)], GraphWriter.Whole("axis", 2)),
        grid with { Length = 1 });

    /// <summary>The positions as the steps of a recurrent operator: [position][step and row][channel].</summary>
    public string ToSteps(string x, Grid grid) => graph.Add(
        "Transpose", [graph.Add("Reshape", [x, graph.Integers(-1, grid.Length, grid.Channels)])], GraphWriter.Wholes("perm", 1, 0, 2));

    /// <summary>The outputs of an operator that ran along positions, as a grid again.</summary>
    /// <param name="y">[position][step and row][channel].</param>
    /// <param name="like">A value with the same steps and rows.</param>
    /// <param name="grid">The shape of the result.</param>
    public string ToGrid(string y, string like, Grid grid) =>
        Unfold(graph.Add("Transpose", [y], GraphWriter.Wholes("perm", 1, 0, 2)), like, grid);

    /// <summary>Steps and rows apart again, each with all numbers of its grid.</summary>
    /// <inheritdoc cref="ToGrid"/>
    public string Unfold(string y, string like, Grid grid)
    {
        string lead = graph.Add(
            "Slice", [graph.Add("Shape", [like]), graph.Integers(0), graph.Integers(grid.IsOnce ? 1 : 2), graph.Integers(0)]);
        return graph.Add(
            "Reshape", [y, graph.Add("Concat", [lead, graph.Integers(grid.Length * grid.Channels)], GraphWriter.Whole("axis", 0))]);
    }

    /// <summary>√(re² + im²) of halves or pairs of each position.</summary>
    public string AddMagnitude(DeclaredAttribute declared, string x, Grid grid)
    {
        int size = grid.Channels / 2;
        bool isPairs = (ComplexParts)declared.Size(0) == ComplexParts.Pairs;
        long[] parts = isPairs ? [grid.Length, size, 2] : [grid.Length, 2, size];
        string length = graph.Add(
            "ReduceL2", [Split(x, grid, parts)], GraphWriter.Wholes("axes", isPairs ? -1 : -2), GraphWriter.Whole("keepdims", 0));
        return Join(length, grid with { Channels = size });
    }

    /// <summary>Grids of one length, joined position by position.</summary>
    public string AddJoin(IReadOnlyList<(string Value, Grid Grid)> parts)
    {
        Grid all = parts[0].Grid with { Channels = parts.Sum(p => p.Grid.Channels) };
        string[] split = [.. parts.Select(p => Split(p.Value, p.Grid, p.Grid.Length, p.Grid.Channels))];
        return Join(graph.Add("Concat", split, GraphWriter.Whole("axis", -1)), all);
    }

    /// <summary>Puts the steps before, which are an input, in front; those that the next call needs are an output.</summary>
    private string AddPast(string name, string x, int past, Grid grid)
    {
        int width = grid.Length * grid.Channels;
        string all = graph.Add("Concat", [graph.Input($"past_{name}", false, past, Rows, width), x], GraphWriter.Whole("axis", 0));
        string last = $"new_past_{name}";
        graph.Add("Slice", [all, graph.Integers(-past), graph.Integers(int.MaxValue), graph.Integers(0)], [last]);
        graph.Output(last, past, Rows, width);
        return all;
    }

    private string[] Parameters(DeclaredAttribute declared, string path, int channels, int steps, int kernel)
    {
        int size = declared.Size(0);
        string weight = graph.Matrix(
            $"{path}.weight", [size, channels / declared.Whole("Groups", 1), steps, kernel], Tensors.Read(weights, $"{path}.weight"),
            axis: 0);
        return declared.Flag("Bias", true)
            ? [weight, graph.Constant($"{path}.bias", [size], Tensors.Read(weights, $"{path}.bias"))]
            : [weight];
    }

    /// <summary>A value with two axes in front, steps and rows or rows and 1, and the given ones behind them.</summary>
    private string Split(string x, Grid grid, params long[] dims) =>
        graph.Add("Reshape", [x, graph.Integers([0, grid.IsOnce ? 1 : 0, .. dims])]);

    /// <summary>The positions of a vector side by side again.</summary>
    private string Join(string x, Grid grid) =>
        graph.Add("Reshape", [x, graph.Integers(grid.IsOnce ? [0, grid.Length * grid.Channels] : [0, 0, grid.Length * grid.Channels])]);
}
