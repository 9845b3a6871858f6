using FsCheck;
using FsCheck.Fluent;
using RnnGen.Tests.Models;

namespace RnnGen.Tests.Properties;

/// <summary>Batches of any shape on models of any kind, against a slow reference.</summary>
public class ReferenceProperties
{
    [Repeatable(MaxTest = 100)]
    public Property AnyBatchGivesWhatTheInterpreterComputes() => Prop.ForAll(Arb.From(Batches(), Smaller), batch =>
    {
        var (graph, model) = (RandomGraphs.All[batch.Graph], RandomGraphs.Models.Value[batch.Graph]);
        lock (model)
        {
            model.Randomize((ulong)batch.Seed, 0.5);
            TestBatch given = batch.Give(graph, model);
            Numbers.AssertClose(Oracle.Run(graph, model, given), model.Run(given), 1e-10, graph.Declare("Chance"));
        }
    });

    [Repeatable(MaxTest = 100)]
    public Property ARowGivesTheSameBitsInAnyBatchAndWithoutATape() => Prop.ForAll(Arb.From(Batches(), Smaller), batch =>
    {
        var (graph, model) = (RandomGraphs.All[batch.Graph], RandomGraphs.Models.Value[batch.Graph]);
        lock (model)
        {
            model.Randomize((ulong)batch.Seed, 0.5);
            TestBatch given = batch.Give(graph, model);
            TestPass pass = model.Run(given);
            int row = batch.Seed % given.Rows, length = given.Lengths?[row] ?? graph.Steps;
            if (length == 0)
                return;
            double[] Of(double[] numbers, int steps, int width) =>
                [.. Enumerable.Range(0, steps).SelectMany(step => numbers.AsSpan(((step * given.Rows) + row) * width, width).ToArray())];
            var (outputs, state) = model.Infer(Of(given.Inputs, length, model.Shape.InputWidth), length, given.States?[row]);
            double[] scores = Of(pass.Outputs, model.Shape.OutputSteps == 1 ? 1 : length, model.Shape.OutputSize);
            Assert.Equal(GraphTests.Activate(graph, model.Shape, scores), outputs);
            Assert.Equal(pass.FinalStates[row], state);
        }
    });

    private static Gen<Sequences> Batches() =>
        from graph in Gen.Choose(0, RandomGraphs.All.Count - 1)
        from rows in Gen.Choose(1, 5)
        from seed in Gen.Choose(1, 1_000_000)
        from isRagged in Gen.Elements(true, false)
        from hasStates in Gen.Elements(true, false)
        from isWeighted in Gen.Elements(true, false)
        select new Sequences(graph, rows, seed, isRagged, hasStates, isWeighted);

    private static IEnumerable<Sequences> Smaller(Sequences batch) => new[]
    {
        batch with { Rows = 1 }, batch with { IsRagged = false }, batch with { HasStates = false },
        batch with { IsWeighted = false }, batch with { Seed = 1 },
    }.Where(smaller => smaller != batch);

    /// <summary>A batch for one of <see cref="RandomGraphs"/>, whose numbers follow from a seed.</summary>
    private sealed record Sequences(int Graph, int Rows, int Seed, bool IsRagged, bool HasStates, bool IsWeighted)
    {
        public TestBatch Give(TestGraph graph, TestModel model)
        {
            var shape = model.Shape;
            Random random = new(Seed);
            int items = (shape.IsPooled ? 1 : graph.Steps) * Rows;
            TestSource source = graph.Source;
            int inputs = graph.Steps * Rows * shape.InputWidth;
            double[] numbers = source.Kind == "Input"
                ? Numbers.Random((ulong)Seed, inputs)
                : [.. Enumerable.Range(0, inputs).Select(_ => (double)random.Next(source.Size))];
            return new(Rows, numbers)
            {
                States = HasStates ? Numbers.Random((ulong)Seed + 1, Rows, shape.StateSize, 0.5) : null,
                // Something of row 0 counts, or there would be no loss.
                Lengths = IsRagged ? [.. Enumerable.Range(0, Rows).Select(row => random.Next(row == 0 ? 1 : 0, graph.Steps + 1))] : null,
                Targets = [.. Enumerable.Range(0, items).SelectMany(_ => Target(graph.Heads.Single().Loss, shape.Heads[0].Size, random))],
                Weights = IsWeighted ? [.. Enumerable.Range(0, items).Select(item => item == 0 ? 1 : random.Next(3) / 2.0)] : null,
                FinalStateGradients = HasStates ? Numbers.Random((ulong)Seed + 2, Rows, shape.StateSize, 0.3) : null,
            };
        }

        private static double[] Target(string loss, int size, Random random) => loss switch
        {
            "SoftmaxCrossEntropy" => [random.Next(size)],
            "SigmoidCrossEntropy" => [.. Enumerable.Range(0, size).Select(_ => random.NextDouble())],
            _ => [.. Enumerable.Range(0, size).Select(_ => 2 - (4 * random.NextDouble()))],
        };
    }
}
