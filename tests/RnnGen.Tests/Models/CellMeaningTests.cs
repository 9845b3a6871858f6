using System.Reflection;
using RnnGen.Generated;

namespace RnnGen.Tests.Models;

/// <summary>Cells mean what C# means: evaluated as C# executes them, they give what the generated code gives.</summary>
public class CellMeaningTests
{
    private const int Hidden = 5;

    private static readonly string[] Names = ["Helped", "Highway", "Sru", "Residual", "Shadowed", "Vectors"];

    // The struct's own functions under names of the language, and every operator of every operand.
    private static readonly TestCell Shadowed = new(
        "Shadowed",
        TestCell.Each("W", "U", "V"),
        """
        [RnnCell]
        public readonly partial struct Shadowed
        {
            readonly Weight W;
            readonly Recurrent U, V;

            static Hidden Tanh(Hidden a) => -1 * a + Relu(a) * 0.5;

            static Hidden Relu(Hidden Max) => Max * Max / (1 + Max * Max);

            static double Twice(int n) => n * 2.0;

            public Hidden Step(Input x, Hidden h) => Tanh(W * x + U * h) + Max(V * h, Twice(-1)) * Twice(2) / 8;
        }

        """);

    private static readonly TestCell Vectors = new(
        "Vectors",
        TestCell.Each("W", "U", "V", "b", "c", "p", "q", "s", "t"),
        """
        [RnnCell]
        public readonly partial struct Vectors
        {
            readonly Weight W;
            readonly Recurrent U, V;
            readonly Bias b, c;
            readonly PerUnit p, q;
            readonly Scalar s, t;
            const int two = 2;

            public Hidden Step(Input x, Hidden h)
            {
                var a = 1 - p + (2 * p - p / 4) + -p + (p - q) * (p * q) + p / (3 + q) + two * p;
                var d = 1 - s + 2 * s / 4 + -s + (s - t) * (s * t) + s / (3 + t) + two * t;
                var e = (p - s) * (s + p) + p / (3 + s) + s / (3 + p) + (p + h) * (h - p) + s * h - h / (3 + s);
                var f = 1 - x + (x * 2 - x / two) + -x + (x - x) + x * x + (x + p) * (p - x) + (s + x) * (x - s) + x * h - h / (3 + x * x);
                var g = (b + p) * (c - s) + (1 - q) * x;
                return Tanh(W * x + U * h) + 0.1 * (a + d + e) * (f + g) + V * (x + p);
            }
        }

        """);

    private static readonly Lazy<(Dictionary<string, TestModel> Models, Assembly Assembly)> Compiled = new(() =>
    {
        var graphs = Names.ToDictionary(name => "Of" + name, name => TestGraph.Of(2, Hidden, new TestRnn(Of(name), Hidden)));
        return ModelFactory.CompileWithAssembly(graphs, TestCell.Sources + Shadowed.Source + Vectors.Source);
    });

    public static TheoryData<string> Cells => [.. Names];

    [Theory]
    [MemberData(nameof(Cells))]
    public void GeneratedIsAsExecuted(string name)
    {
        var model = Compiled.Value.Models["Of" + name];
        model.Randomize(11, 0.7);
        var (matrices, vectors) = ValuesOf(Of(name), model);
        var type = Compiled.Value.Assembly.GetType("Tested." + name) ?? typeof(Lstm).Assembly.GetType("RnnGen." + name)!;
        object cell = Activator.CreateInstance(type, new CellValues(matrices, vectors))!;
        double[] x = Numbers.Random(1, Hidden), state = Numbers.Random(2, model.Shape.StateSize);
        object[] states = [.. state.Chunk(Hidden).Select(s => (object)new Hidden(s))];
        object result = type.GetMethod("Step")!.Invoke(cell, [new Input(x), .. states])!;
        var first = result is Hidden single ? single : (Hidden)result.GetType().GetField("Item1")!.GetValue(result)!;
        Numbers.AssertClose(first.ToArray(), model.Infer(x, 1, state).Outputs, 1e-13, name);
    }

    /// <summary>The input's past as C# executes it, and as states of a layer.</summary>
    [Fact]
    public void AnInputKnowsItsPast()
    {
        Input first = new(1, 2), second = new Input(3, 4).After(first), third = new Input(5, 6).After(second);
        Assert.Equal([3.0, 4.0], CellFunctions.Delay(third, 1).ToHidden().ToArray());
        Assert.Equal([1.0, 2.0], CellFunctions.Delay(third, 2).ToHidden().ToArray());
        Assert.Throws<InvalidOperationException>(() => CellFunctions.Delay(third, 3));
    }

    [Fact]
    public void AScalarIsOneParameter()
    {
        var model = Compiled.Value.Models["OfHighway"];
        var view = model.Parameters["rnn.s_l0"];
        Assert.Equal((1, 0, 1), (view.Rows, view.Columns, view.Count));
        Assert.Equal((3 * Hidden * Hidden) + (2 * Hidden) + 1, model.ParameterCount);
        Assert.Equal(model.ParameterCount, model.Parameters.Sum(v => (long)v.Count));
    }

    /// <summary>Updates move what a Scalar is read from, and nothing behind it.</summary>
    [Fact]
    public void AScalarIsTrained()
    {
        var graph = TestGraph.Of(2, Hidden, new TestRnn(TestCell.Highway, Hidden));
        var model = Compiled.Value.Models["OfHighway"];
        model.Randomize(5);
        double before = model.Parameters["rnn.s_l0"][0];
        var batch = TestGraphs.Batch(graph, model.Shape, 3, isRagged: false);
        var pass = model.Run(batch);
        Numbers.AssertClose(Oracle.Run(graph, model, batch), pass, 1e-12, "before");
        var train = model.Train(new Sgd { LearningRate = 0.5 });
        train(batch);
        train(batch);
        Assert.NotEqual(before, model.Parameters["rnn.s_l0"][0]);
        Numbers.AssertClose(Oracle.Run(graph, model, batch), model.Run(batch), 1e-12, "after");
    }

    private static TestCell Of(string name) =>
        TestCell.Square.Append(TestCell.Helped).Append(Shadowed).Append(Vectors).Single(c => c.Name == name);

    private static (Dictionary<string, double[,]> Matrices, Dictionary<string, double[]> Vectors) ValuesOf(TestCell cell, TestModel model)
    {
        var matrices = new Dictionary<string, double[,]>();
        var vectors = new Dictionary<string, double[]>();
        foreach (var (tensor, gates) in cell.Fields)
        {
            var view = model.Parameters[$"rnn.{tensor}_l0"];
            int rows = view.Rows / gates.Length;
            for (int gate = 0; gate < gates.Length; gate++)
            {
                if (gates[gate].Length == 0)
                    continue;
                var matrix = new double[rows, Math.Max(view.Columns, 1)];
                for (int i = 0; i < matrix.Length; i++)
                    matrix[i / matrix.GetLength(1), i % matrix.GetLength(1)] =
                        view.Columns == 0 ? view[(gate * rows) + i] : view[(gate * rows) + (i / view.Columns), i % view.Columns];
                matrices[gates[gate]] = matrix;
                vectors[gates[gate]] = [.. matrix.Cast<double>()];
            }
        }

        return (matrices, vectors);
    }
}
