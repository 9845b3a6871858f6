using RnnGen.Generated;

namespace RnnGen.Tests.Models;

/// <summary>
/// Runs a whole declared graph through the interpreter, and back: row by row, and within a row only the steps that it has. It shares
/// nothing with the generator but the reading of cells.
/// </summary>
internal sealed class Oracle
{
    private readonly Interpreter interpreter = new();
    private readonly TestGraph graph;
    private readonly TapedModel model;
    private readonly TestBatch batch;
    private readonly Dictionary<string, int[][]> tensors;
    private readonly int[] inputs;
    private readonly int[] sources;

    private Oracle(TestGraph graph, TapedModel model, TestBatch batch)
    {
        this.graph = graph;
        this.model = model;
        this.batch = batch;
        tensors = model.Parameters.ToDictionary(v => v.Name, Leaves);
        inputs = [.. batch.Inputs.Select(interpreter.Leaf)];
        sources = [.. batch.Sources.Select(interpreter.Leaf)];
    }

    private int Steps => batch.Steps ?? graph.Steps;

    public static TestPass Run(TestGraph graph, TapedModel model, TestBatch batch) => new Oracle(graph, model, batch).Run();

    private TestPass Run()
    {
        var shape = model.Shape;
        RowOracle?[] encoders = [.. Enumerable.Range(0, batch.Rows).Select(Encode)];
        int[][] initial = [.. encoders.Select((encoder, row) => graph.Joint is { HasBridge: true }
            ? encoder!.Start(graph, shape.StateSize)
            : (batch.States?[row] ?? new double[shape.StateSize]).Select(interpreter.Leaf).ToArray())];
        RowOracle[] rows = [.. encoders.Select((encoder, row) =>
            new RowOracle(
                interpreter, graph, tensors, batch.Lengths?[row] ?? Steps, Vectors(graph, Steps, batch.Inputs, inputs, row), initial[row],
                encoder, Targets(shape, row)))];
        int items = (shape.IsPooled ? 1 : Steps) * batch.Rows;
        var outputs = new double[items * shape.OutputSize];
        var seeds = new List<(int Number, double Seed)>();
        double total = 0;
        for (int item = 0; item < items; item++)
        {
            int step = item / batch.Rows, row = item % batch.Rows;
            // A model with one output per sequence has it of an empty one too.
            if (!shape.IsPooled && step >= (batch.Lengths?[row] ?? Steps))
                continue;
            int[] output = [.. rows[row].Heads.SelectMany(h => h[step])];
            output.Select(interpreter.Value).ToArray().CopyTo(outputs, item * shape.OutputSize);
            if (batch.Targets is null)
                seeds.AddRange(output.Zip(batch.OutputGradients!.Skip(item * shape.OutputSize)));
            double weight = batch.Weights?[item] ?? 1;
            total += weight;
            if (batch.Targets is not null && weight > 0)
                seeds.Add((
                    Loss([.. rows[row].Heads.Select(h => h[step])], batch.Targets.AsSpan(item * shape.TargetWidth, shape.TargetWidth)),
                    weight));
        }

        for (int row = 0; batch.Targets is not null && row < batch.Rows; row++)
            seeds.AddRange(LabelLosses(rows[row], row, batch.Lengths?[row] ?? Steps));
        if (batch.Targets is not null)
            seeds = [.. seeds.Select(s => (s.Number, s.Seed / total))];
        for (int row = 0; batch.FinalStateGradients is not null && row < batch.Rows; row++)
            seeds.AddRange(rows[row].FinalState.Zip(batch.FinalStateGradients[row]));
        double[] gradients = interpreter.Gradients(seeds);
        return new(
            seeds.Sum(s => interpreter.Value(s.Number) * s.Seed),
            outputs,
            [.. rows.Select(r => r.FinalState.Select(interpreter.Value).ToArray())],
            tensors.ToDictionary(t => t.Key, t => IsConstant(t.Key) ? new double[t.Value.Sum(r => r.Length)] : Of(t.Value.SelectMany(r => r))),
            graph.Source.Kind == "Input" ? Of(inputs) : [],
            graph.Joint is { HasBridge: true } ? [] : [.. initial.Select(Of)])
        {
            SourceGradients = graph.Joint?.Encoder.Source.Kind == "Input" ? Of(sources) : [],
            Attention = Attention(rows),
        };

        double[] Of(IEnumerable<int> numbers) => [.. numbers.Select(n => gradients[n])];
    }

    /// <summary>A row's source; null where there is no encoder.</summary>
    private RowOracle? Encode(int row)
    {
        if (graph.Joint is not { Encoder: var encoder })
            return null;
        int steps = batch.SourceSteps ?? encoder.Steps;
        return new(
            interpreter, encoder, tensors, batch.SourceLengths?[row] ?? steps, Vectors(encoder, steps, batch.Sources, sources, row), null);
    }

    /// <summary>What the source of a graph gives a row, step by step.</summary>
    private int[][] Vectors(TestGraph part, int steps, double[] numbers, int[] leaves, int row)
    {
        var source = part.Source;
        var places = Enumerable.Range(0, source.Once ? 1 : steps).Select(step => (step * batch.Rows) + row);
        return source.Kind switch
        {
            "Input" => [.. places.Select(place => leaves[(place * source.Numbers)..][..source.Numbers])],
            "OneHot" =>
                [.. places.Select(place => Enumerable.Range(0, source.Size)
                    .Select(i => interpreter.Leaf(i == (int)numbers[place] ? 1 : 0))
                    .ToArray())],
            _ => [.. places.Select(place => tensors[$"{part.Prefix}embedding.weight"][(int)numbers[place]])],
        };
    }

    /// <summary>What a row is told, if its graph is told anything.</summary>
    private double[][]? Targets(ModelShape shape, int row) => graph.Elements.Any(e => e is TestFeedback)
        ? [.. Enumerable.Range(0, Steps)
            .Select(step => batch.Targets!.AsSpan(((step * batch.Rows) + row) * shape.TargetWidth, shape.TargetWidth).ToArray())]
        : null;

    /// <summary>[step][row][attention][source step].</summary>
    private double[] Attention(RowOracle[] rows)
    {
        int sourceSteps = batch.SourceSteps ?? graph.Joint?.Encoder.Steps ?? 0, attentions = graph.Elements.OfType<TestAttention>().Count();
        var weights = new double[Steps * batch.Rows * attentions * sourceSteps];
        for (int i = 0; i < Steps * batch.Rows * attentions; i++)
        {
            var (step, row, attention) = (i / attentions / batch.Rows, i / attentions % batch.Rows, i % attentions);
            if (step < (batch.Lengths?[row] ?? Steps))
                rows[row].Attentions[attention][step].Select(interpreter.Value).ToArray().CopyTo(weights, i * sourceSteps);
        }

        return weights;
    }

    /// <summary>Whether a parameter is a statistic, which nothing learns.</summary>
    private bool IsConstant(string parameter) =>
        Enumerable.Range(1, graph.Elements.Length - 1).Any(i => graph.Elements[i] is TestStandardize
            && (parameter == $"{graph.Path(i)}.mean" || parameter == $"{graph.Path(i)}.scale"));

    /// <summary>Labels without times have a loss for each row, with the weight of its first step.</summary>
    private IEnumerable<(int Loss, double Weight)> LabelLosses(RowOracle oracle, int row, int length)
    {
        int place = 0, width = model.Shape.TargetWidth;
        double weight = batch.Weights?[row] ?? 1;
        foreach (var (head, i) in graph.Heads.Select((h, i) => (h, i)))
        {
            if (head.Loss == "Ctc" && length > 0 && weight > 0)
                yield return (
                    CtcCase.Loss(
                        interpreter, [.. Enumerable.Range(0, length).Select(step => oracle.Heads[i][step])],
                        [.. Enumerable.Range(0, length).Select(step => (int)batch.Targets![(((step * batch.Rows) + row) * width) + place])
                            .TakeWhile(label => label >= 0)],
                        head.Blank),
                    weight * head.Weight);
            place += model.Shape.Heads[i].TargetWidth;
        }
    }

    /// <summary>The weighted sum of all heads' losses of one output.</summary>
    private int Loss(int[][] heads, ReadOnlySpan<double> targets)
    {
        int sum = interpreter.Leaf(0);
        foreach (var (head, output) in graph.Heads.Zip(heads))
        {
            if (head.Loss == "Ctc")
            {
                targets = targets[1..];
                continue;
            }

            int width = head is { Loss: "SoftmaxCrossEntropy", IsSoft: false } ? 1 : output.Length / (head.Equations?.Outputs ?? 1);
            int loss = head.Loss == "SoftmaxCrossEntropy"
                ? CrossEntropy(output, head.IsSoft ? targets[..width].ToArray() : Shares(output.Length, (int)targets[0], head.Smoothing))
                : head.Equations is { } equations ? Mean(equations, output, targets[..width].ToArray())
                : Mean(head.Loss, output, targets[..width].ToArray());
            sum = interpreter.Combine('+', sum, interpreter.Combine('*', loss, interpreter.Leaf(head.Weight)));
            targets = targets[width..];
        }

        return sum;
    }

    /// <summary>A class as shares of all of them: smoothing takes a part of it and gives that to all.</summary>
    private static double[] Shares(int classes, int target, double smoothing) =>
        [.. Enumerable.Range(0, classes).Select(c => (c == target ? 1 - smoothing : 0) + (smoothing / classes))];

    private int CrossEntropy(int[] scores, double[] shares)
    {
        int all = interpreter.Apply("Log", interpreter.Sum(scores.Select(s => interpreter.Apply("Exp", s))));
        return interpreter.Sum(scores.Zip(shares).Where(s => s.Second != 0)
            .Select(s => interpreter.Combine('*', interpreter.Leaf(s.Second), interpreter.Combine('-', all, s.First))));
    }

    /// <summary>Of n targets, the first n outputs are the first of each.</summary>
    private int Mean(TestLoss loss, int[] outputs, double[] targets) => interpreter.Combine(
        '/',
        interpreter.Sum(targets.Select((t, i) =>
            loss.Of(interpreter, [.. Enumerable.Range(0, loss.Outputs).Select(k => outputs[(k * targets.Length) + i])], t))),
        interpreter.Leaf(targets.Length));

    private int Mean(string loss, int[] outputs, double[] targets)
    {
        var losses = outputs.Zip(targets, (y, t) =>
        {
            if (loss is "SquaredError" or "AbsoluteError")
            {
                int difference = interpreter.Combine('-', y, interpreter.Leaf(t));
                return loss == "AbsoluteError" ? interpreter.Apply("Abs", difference) : interpreter.Combine('*', difference, difference);
            }

            int yes = interpreter.Apply("Log", interpreter.Apply("Sigmoid", y));
            int no = interpreter.Apply("Log", interpreter.Apply("Sigmoid", interpreter.Combine('*', interpreter.Leaf(-1), y)));
            return interpreter.Combine(
                '+', interpreter.Combine('*', yes, interpreter.Leaf(-t)), interpreter.Combine('*', no, interpreter.Leaf(t - 1)));
        });
        return interpreter.Combine('/', interpreter.Sum(losses), interpreter.Leaf(outputs.Length));
    }

    /// <summary>A leaf for each number of a tensor, as [row][column].</summary>
    private int[][] Leaves(ParameterView<double> view) =>
        [.. ParameterValues.Values(view).Chunk(Math.Max(view.Columns, 1)).Select(row => row.Select(interpreter.Leaf).ToArray())];
}
