using System.Reflection;
using RnnGen.Generated;
using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Writing.Kernels;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Tests.Models;

/// <summary>
/// The functions that are written for whole buffers: against the plain functions, and their gradients against differences.
/// </summary>
public class ActivationTests
{
    private const double Step = 1e-6;

    private static readonly (ActivationFunction Function, Func<Hidden, Hidden> Plain)[] Functions =
    [
        (Of(ActivationKind.Tanh), CellFunctions.Tanh),
        (Of(ActivationKind.Sigmoid), CellFunctions.Sigmoid),
        (Of(ActivationKind.Relu), CellFunctions.Relu),
        (Of(ActivationKind.Affine) with { Alpha = -1.5, Beta = 0.3 }, x => CellFunctions.Affine(x, -1.5, 0.3)),
        (Of(ActivationKind.LeakyRelu), x => CellFunctions.LeakyRelu(x, 0.01)),
        (Of(ActivationKind.ThresholdedRelu), x => CellFunctions.ThresholdedRelu(x, 1)),
        (Of(ActivationKind.ThresholdedRelu) with { Alpha = -0.7 }, x => CellFunctions.ThresholdedRelu(x, -0.7)),
        (Of(ActivationKind.ScaledTanh) with { Alpha = 1.2, Beta = 0.7 }, x => CellFunctions.ScaledTanh(x, 1.2, 0.7)),
        (Of(ActivationKind.HardSigmoid), x => CellFunctions.HardSigmoid(x, 0.2, 0.5)),
        (Of(ActivationKind.Elu) with { Alpha = 0.6 }, x => CellFunctions.Elu(x, 0.6)),
        (Of(ActivationKind.Softsign), CellFunctions.Softsign),
        (Of(ActivationKind.Softplus), CellFunctions.Softplus),
        (Of(ActivationKind.Gelu), CellFunctions.Gelu),
        (Of(ActivationKind.Silu), CellFunctions.Silu),
    ];

    private delegate void Method(ref double values, ref double results, int count);

    [Fact]
    public void FunctionsAndGradients()
    {
        var type = Compile();
        // Off the kinks, and far enough out for an exponential to overflow.
        double[] x = [.. Enumerable.Range(-24, 48).Select(i => (i * 0.21) + 0.0037), 800.1, -800.1, .. Enumerable.Repeat(0.3, 14)];
        for (int f = 0; f < Functions.Length; f++)
        {
            var (function, plain) = Functions[f];
            double[] outputs = new double[x.Length], gradients = [.. x.Select((_, i) => 0.5 + (i % 7))];
            Get(type, $"F{f}")(ref x[0], ref outputs[0], x.Length);
            Numbers.AssertClose(plain(new Hidden(x)).ToArray(), outputs, 1e-15, $"{function}");

            double[] expected =
                [.. x.Select((v, i) => gradients[i] * (plain(new Hidden(v + Step))[0] - plain(new Hidden(v - Step))[0]) / (2 * Step))];
            double[] values = new ActivationGraph(function).NeedsInputs ? x : outputs;
            Get(type, $"F{f}Gradient")(ref values[0], ref gradients[0], x.Length);
            Numbers.AssertClose(expected, gradients, 1e-7, $"{function} gradient");

            double[] inPlace = [.. x];
            Get(type, $"F{f}")(ref inPlace[0], ref inPlace[0], x.Length);
            Assert.Equal(outputs, inPlace);
        }
    }

    [Fact]
    public void InputsAreKeptOnlyWhereOutputsDoNotSuffice() => Assert.Equal(
        [
            ActivationKind.LeakyRelu, ActivationKind.ThresholdedRelu, ActivationKind.ScaledTanh, ActivationKind.HardSigmoid,
            ActivationKind.Elu, ActivationKind.Softsign, ActivationKind.Gelu, ActivationKind.Silu
        ],
        Functions.Select(f => f.Function).Where(f => new ActivationGraph(f).NeedsInputs).Select(f => f.Kind).Distinct());

    private static ActivationFunction Of(ActivationKind kind) => ActivationFunction.Of(kind);

    private static Method Get(Type type, string name) =>
        type.GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!.CreateDelegate<Method>();

    private static Type Compile()
    {
        var writer = new CodeWriter();
        writer.Line("using System.Runtime.CompilerServices;");
        using (writer.Block("public static class Kernels<V> where V : struct, RnnGen.Numerics.ILanes<V, double>"))
        {
            for (int f = 0; f < Functions.Length; f++)
            {
                var activation = new ActivationWriter(writer, "double", new ActivationGraph(Functions[f].Function));
                activation.WriteForward($"F{f}");
                activation.WriteGradient($"F{f}");
            }

            foreach (var function in Operators.All.Where(o => o.IsFunction))
                writer.Line($"private static V {function}(V x) => RnnGen.Numerics.Functions.{function}<V, double>(x);");
        }

        return ModelFactory.Load(writer.ToString()).GetType("Kernels`1")!.MakeGenericType(typeof(RnnGen.Numerics.Double256));
    }
}
