using static RnnGen.Tests.ParameterValues;

namespace RnnGen.Tests.Models;

[RnnModel(Steps = 7, Precision = Precision.Double)]
[Input(2)]
[Rnn<Lstm>(5, Direction = Direction.Bidirectional, Name = "both")]
[Rnn<SimpleRnn>(18, Name = "top"), SquaredError]
public sealed partial class ProbedModel;

/// <summary>The probe of the gradients' flow against what it must agree with.</summary>
public class GradientFlowTests
{
    private const int Rows = 3;

    private readonly ProbedModel model = new(4);
    private readonly ProbedModel.Tape tape;
    private readonly double[] inputs = Numbers.Random(1, ProbedModel.Steps * Rows * 2);
    private readonly double[] targets = Numbers.Random(2, ProbedModel.Steps * Rows * 18);

    public GradientFlowTests() => tape = model.CreateTape(Rows);

    [Fact]
    public void EndsAreTheGradientsOfTheStates()
    {
        var flow = Probe([7, 4, 2]);
        var initial = new ProbedModel.State[Rows];
        tape.GetInitialStateGradients(initial);
        Assert.Equal(["both_l0", "both_l0_reverse", "top_l0"], flow.Layers.Select(l => l.Name));
        Assert.All(flow.Layers, l => Assert.Equal(ProbedModel.Steps + 1, l.Norms.Count));
        Assert.Equal(Norm([.. initial.Select(s => s.BothH.ToArray())]), flow.Layers[0].Norms[0], 1e-14);
        // A reverse layer starts at the far end.
        Assert.Equal(Norm([.. initial.Select(s => s.BothReverseH.ToArray())]), flow.Layers[1].Norms[^1], 1e-14);
        Assert.Equal(Norm([.. initial.Select(s => s.TopH.ToArray())]), flow.Layers[2].Norms[0], 1e-14);
    }

    [Fact]
    public void TheLastStateOfTheTopHasOnlyTheLoss()
    {
        tape.Forward(inputs);
        tape.Loss(targets);
        double expected = Norm([.. Enumerable.Range(0, Rows).Select(row => tape.OutputGradient(ProbedModel.Steps - 1, row).ToArray())]);
        var flow = tape.Probe();
        Assert.Equal(expected, flow.Layers[2].Norms[^1], 1e-14);
    }

    [Fact]
    public void GradientsAreThoseOfBackward()
    {
        Probe([]);
        var probed = tape.Gradients.SelectMany(Values).ToArray();
        tape.Forward(inputs);
        tape.Loss(targets);
        tape.Backward();
        Assert.Equal(tape.Gradients.SelectMany(Values).ToArray(), probed);
        Assert.Throws<InvalidOperationException>(() => tape.Probe());
    }

    [Fact]
    public void AnEncodersLayersHaveTheStepsOfTheSource()
    {
        var joint = new Transducer(seed: 2).CreateTape(Rows);
        void Run()
        {
            joint.Encode(Numbers.Random(3, 4 * Rows * 3), [4, 1, 2]);
            joint.Forward(Numbers.Random(4, 3 * Rows * 2), lengths: [0, 3, 2]);
            joint.Loss(Numbers.Random(5, 3 * Rows * 2));
        }

        Run();
        joint.Backward();
        double[] gradients = [.. joint.Gradients.SelectMany(Values)];
        Run();
        var flow = joint.Probe();
        Assert.Equal(["encoder.rnn_l0", "encoder.rnn_l1", "decoder.rnn_l0"], flow.Layers.Select(l => l.Name));
        Assert.Equal([5, 5, 4], flow.Layers.Select(l => l.Norms.Count));
        Assert.All(flow.Layers, l => Assert.InRange(l.SaturatedGates, 0, 1));
        Assert.All(flow.Layers, l => Assert.Contains(l.Norms, n => n > 0));
        Assert.All(flow.Layers, l => Assert.NotEmpty(l.Stretches));
        Assert.Equal(gradients, joint.Gradients.SelectMany(Values));
    }

    [Fact]
    public void GatesSaturateWithTheirBiases()
    {
        Assert.Equal(double.NaN, Probe([]).Layers[2].SaturatedGates);
        Assert.Equal(0, Probe([]).Layers[0].SaturatedGates);
        // PyTorch's order i, f, g, o: two of the three gates open wide.
        model.Parameters["both.bias_ih_l0"].CopyFrom([.. Enumerable.Repeat(9.0, 10), .. Enumerable.Repeat(0.0, 10)]);
        Assert.Equal(2 / 3.0, Probe([7, 4, 2]).Layers[0].SaturatedGates, 1e-12);
        Assert.Equal(0, Probe([]).Layers[1].SaturatedGates);
    }

    [Fact]
    public void StretchesAreTheLayersOwn()
    {
        var stretches = SingularValues.Largest(model.Parameters);
        var flow = Probe([]);
        Assert.Equal(stretches, flow.Layers.SelectMany(l => l.Stretches));
        Assert.Equal(4, flow.Layers[1].Stretches.Count);
        Assert.Equal("top.weight_hh_l0", Assert.Single(flow.Layers[2].Stretches).Name);
    }

    private static double Norm(double[][] rows) => Math.Sqrt(rows.SelectMany(r => r).Sum(v => v * v));

    private GradientFlow Probe(int[] lengths)
    {
        tape.Forward(inputs, lengths: lengths);
        tape.Loss(targets);
        return tape.Probe();
    }
}
