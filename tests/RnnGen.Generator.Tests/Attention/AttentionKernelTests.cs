using RnnGen.Numerics;

namespace RnnGen.Generator.Tests.Attention;

/// <summary>The kernels of scores, built-in and a user's, against their equations.</summary>
public class AttentionKernelTests(ScorePrograms programs) : IClassFixture<ScorePrograms>
{
    private static readonly int[] Ragged = [0, 2, 5, 1];

    public static TheoryData<string, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, bool>();
            foreach (var score in ScoreCase.All)
            {
                cases.Add(score.Name, true);
                cases.Add(score.Name, false);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ForwardIsWhatTheEquationsSay(string name, bool ragged)
    {
        var doubles = Run<double>(name, ragged);
        var floats = Run<float>(name, ragged);
        doubles.Run(Kernel<Forward<double>>(name, typeof(Double256), "Forward"));
        floats.Run(Kernel<Forward<float>>(name, typeof(Float256), "Forward"));
        for (int row = 0; row < doubles.Rows; row++)
        {
            var (attention, context) = doubles.Plain(row);
            for (int s = 0; s < ScoreCase.SourceSteps; s++)
            {
                int place = (row * ScoreCase.SourceSteps) + s;
                Assert.Equal(s < attention.Length ? attention[s] : 0, doubles.Attention[place], 1e-13);
                Assert.Equal(doubles.Attention[place], floats.Attention[place], 1e-5);
            }

            for (int i = 0; i < doubles.Layout.MemoryStride; i++)
            {
                int place = (row * doubles.Layout.MemoryStride) + i;
                Assert.Equal(i < context.Length ? context[i] : 0, doubles.Context[place], 1e-13);
                Assert.Equal(doubles.Context[place], floats.Context[place], 1e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void GradientsAreThoseOfCentralDifferences(string name, bool ragged)
    {
        const double Step = 1e-6;
        var forward = Kernel<Forward<double>>(name, typeof(Double256), "Forward");
        var run = Run<double>(name, ragged);
        run.Run(forward);
        run.Run(Kernel<Backward<double>>(name, typeof(Double256), "Backward"));
        var plan = run.Layout.Plan;

        Check(run.Memory, run.DMemory, run.Layout.MemoryStride, Score(name).MemoryWidth);
        for (int i = 0; i < plan.Operands.Count; i++)
            Check(run.Operands[i], run.DOperands[i], run.Layout.StrideOf(plan.Operands[i]), run.WidthOf(plan.Operands[i]));
        foreach (int vector in plan.Vectors)
        {
            int start = run.Layout.VectorOffsets[vector];
            for (int i = 0; i < run.Layout.Padded; i++)
                Assert.Equal(i < run.Layout.Units ? Difference(run.Weights, start + i) : 0, run.Gradients[start + i], 1e-7);
        }

        Assert.All(run.Gradients.Take(16), g => Assert.Equal(0, g));
        Assert.Contains(run.DOperands.SelectMany(d => d), d => Math.Abs(d) > 1e-3);

        void Check(double[] values, double[] gradients, int stride, int width)
        {
            for (int i = 0; i < values.Length; i++)
                Assert.Equal(i % stride < width ? Difference(values, i) : 0, gradients[i], 1e-7);
        }

        double Difference(double[] values, int i)
        {
            double value = values[i];
            values[i] = value + Step;
            double above = Loss();
            values[i] = value - Step;
            double below = Loss();
            values[i] = value;
            return (above - below) / (2 * Step);
        }

        double Loss()
        {
            run.Run(forward);
            return run.Context.Zip(run.DContext, (c, d) => c * d).Sum();
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void GradientsAreAdded(string name, bool ragged)
    {
        var once = Run<double>(name, ragged);
        var twice = Run<double>(name, ragged);
        var backward = Kernel<Backward<double>>(name, typeof(Double256), "Backward");
        foreach (var run in new[] { once, twice })
        {
            run.Run(Kernel<Forward<double>>(name, typeof(Double256), "Forward"));
            run.Run(backward);
        }

        twice.Run(backward);
        foreach (var (first, second) in once.Gradients.Concat(once.DMemory)
            .Concat(once.DOperands.SelectMany(d => d))
            .Zip(twice.Gradients.Concat(twice.DMemory).Concat(twice.DOperands.SelectMany(d => d))))
            Assert.Equal(2 * first, second, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void AllWidthsGiveTheSameBits(string name, bool ragged)
    {
        double[][] doubles = [.. new[]
        {
            typeof(Double1), typeof(Double128), typeof(Double256), typeof(Double512)
        }.Select(v => All<double>(name, ragged, v))];
        float[][] floats =
            [.. new[] { typeof(Float1), typeof(Float128), typeof(Float256), typeof(Float512) }.Select(v => All<float>(name, ragged, v))];
        Assert.All(doubles, d => Assert.Equal(doubles[0].Select(BitConverter.DoubleToInt64Bits), d.Select(BitConverter.DoubleToInt64Bits)));
        Assert.All(floats, f => Assert.Equal(floats[0].Select(BitConverter.SingleToInt32Bits), f.Select(BitConverter.SingleToInt32Bits)));
        Assert.DoesNotContain(doubles[0], double.IsNaN);
        Assert.DoesNotContain(floats[0], float.IsNaN);
    }

    [Fact]
    public void NothingIsAllocated()
    {
        foreach (string name in ScoreCase.All.Select(c => c.Name))
        {
            var run = Run<float>(name, ragged: true);
            var forward = Kernel<Forward<float>>(name, typeof(Float256), "Forward");
            var backward = Kernel<Backward<float>>(name, typeof(Float256), "Backward");
            Allocations.AssertNone(() =>
            {
                run.Run(forward);
                run.Run(backward);
            });
        }
    }

    private static ScoreCase Score(string name) => ScoreCase.All.Single(c => c.Name == name);

    private ScoreRun<T> Run<T>(string name, bool ragged) where T : unmanaged, System.Numerics.INumber<T> =>
        new(Score(name), programs.TypeOf(Score(name)), sources: 5, ragged ? Ragged : []);

    private TDelegate Kernel<TDelegate>(string name, Type lanes, string method) where TDelegate : Delegate =>
        programs.Kernel<TDelegate>(Score(name), lanes, method);

    private T[] All<T>(string name, bool ragged, Type lanes) where T : unmanaged, System.Numerics.INumber<T>
    {
        var run = Run<T>(name, ragged);
        run.Run(Kernel<Forward<T>>(name, lanes, "Forward"));
        run.Run(Kernel<Backward<T>>(name, lanes, "Backward"));
        return [.. run.Results];
    }
}
