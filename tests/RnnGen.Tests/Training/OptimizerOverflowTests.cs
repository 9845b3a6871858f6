using RnnGen.Numerics;

namespace RnnGen.Tests;

/// <summary>An update that would make a parameter or a moment infinite or NaN changes nothing, with any optimiser.</summary>
public class OptimizerOverflowTests
{
    private const int Length = 1003, Bad = 517;

    public static TheoryData<string> Names() => OptimizerUpdateTests.Names();

    [Theory]
    [MemberData(nameof(Names))]
    public void FloatsStayFiniteOrAsTheyWere(string name) => Check<float>(name, float.MaxValue, [1e25, 3e38]);

    [Theory]
    [MemberData(nameof(Names))]
    public void DoublesStayFiniteOrAsTheyWere(string name) => Check<double>(name, double.MaxValue, [1e200, 1e308]);

    [Theory]
    [MemberData(nameof(Names))]
    public void ALargeGradientThatOverflowsNothingIsTakenAsEver(string name)
    {
        // Its sum of squares is near the largest float: every element is looked at, and the others get the bits that they get without it.
        Optimizer optimizer = OptimizerUpdateTests.Optimizers[name];
        Trained<float> usual = new(optimizer), large = new(optimizer);
        for (int step = 0; step < 3; step++)
        {
            usual.Update(step);
            large.Update(step);
        }

        large.Gradients.Span[Bad] = 3e18f;
        large.Update(optimizer.LearningRate);
        usual.Update(optimizer.LearningRate);
        Assert.True(float.IsFinite(large.Parameters.Span[Bad]));
        Assert.NotEqual(usual.Parameters.Span[Bad], large.Parameters.Span[Bad]);
        large.Parameters.Span[Bad] = usual.Parameters.Span[Bad];
        Assert.Equal(usual.Parameters.Span.ToArray(), large.Parameters.Span.ToArray());
    }

    [Fact]
    public void ARateBeyondTheParametersTypeIsRefused()
    {
        Trained<float> trained = new(new Adam());
        float[] before = trained.Everything();
        Assert.Throws<NotFiniteNumberException>(() => trained.Update(1e300));
        Assert.Equal(before, trained.Everything());
        Trained<double> doubles = new(new Adam());
        doubles.Update(1e300);
        Assert.DoesNotContain(doubles.Everything(), value => !double.IsFinite(value));
    }

    [Fact]
    public void ARefusedUpdateAllocatesAsLittleAsAnyUntilItThrows()
    {
        // 3e18 is looked at exactly in every update, and never refused: no square reaches the largest float.
        Trained<float> trained = new(new RmsProp());
        trained.Gradients.Span[Bad] = 3e18f;
        Allocations.AssertNone(() => trained.Update(1e-3));
    }

    [Fact]
    public void TheFirstElementThatOverflowsIsNamedWhereverItIs()
    {
        // More than two of the pieces in which elements are tried, and a rest.
        const int Long = 2100;
        Sgd sgd = new(0.1);
        AlignedBuffer<float> parameters = new(Long), gradients = new(Long);
        OptimizerState<float> state = sgd.CreateState<float>(Long);
        foreach (int place in new[] { 0, 15, 16, 1023, 1024, 2047, 2048, Long - 1 })
        {
            gradients.Span.Clear();
            gradients.Span[place] = float.NaN;
            gradients.Span[Long - 1] = float.NaN;
            NotFiniteNumberException error = Assert.Throws<NotFiniteNumberException>(() => sgd.Update(state, parameters, gradients, 0.1));
            Assert.Contains($"make parameter {place} of the buffer", error.Message, StringComparison.Ordinal);
            Assert.Contains("it is 0, its gradient NaN", error.Message, StringComparison.Ordinal);
        }

        // A model's parameters have names.
        var (set, values) = ExampleTable.Create<float>();
        AlignedBuffer<float> slopes = new(values.Length);
        slopes.Span[0] = float.NaN;
        UpdatePlan plan = new(sgd, set.Table, values.Length, train: null, []);
        Assert.Contains(
            $"make {set.NameOf(0)} or",
            Assert.Throws<NotFiniteNumberException>(
                () => sgd.Update(plan, sgd.CreateState<float>(values.Length), set, set.In(slopes), double.NaN, 0.1, 1)).Message,
            StringComparison.Ordinal);

        // All are tried, none is refused, all are moved.
        gradients.Span.Fill(1e37f);
        sgd.Update(state, parameters, gradients, 1);
        Assert.All(parameters.Span.ToArray(), value => Assert.Equal(-1e37f, value));
    }

    private static void Check<T>(string name, double largest, double[] sizes) where T : unmanaged
    {
        Optimizer optimizer = OptimizerUpdateTests.Optimizers[name];
        int refused = 0;
        foreach (double size in (double[])[.. sizes, double.PositiveInfinity, double.NaN])
        {
            foreach (double rate in new[] { optimizer.LearningRate, 1e3 })
            {
                Trained<T> trained = new(optimizer), control = new(optimizer);
                for (int step = 0; step < 3; step++)
                {
                    trained.Update(step);
                    control.Update(step);
                }

                T[] before = trained.Everything();
                T healthy = trained.Gradients.Span[Bad];
                trained.Gradients.Span[Bad] = Element.FromDouble<T>(size);
                NotFiniteNumberException? error = null;
                try
                {
                    trained.Update(rate);
                }
                catch (NotFiniteNumberException caught)
                {
                    error = caught;
                }

                if (error is null)
                {
                    Assert.DoesNotContain(trained.Everything(), value => !(Math.Abs(Element.ToDouble(value)) <= largest));
                    Assert.Equal(4, trained.State.Step);
                    continue;
                }

                refused++;
                Assert.Contains($"parameter {Bad} of the buffer", error.Message, StringComparison.Ordinal);
                Assert.Equal(before, trained.Everything());
                Assert.Equal(3, trained.State.Step);
                trained.Gradients.Span[Bad] = healthy;
                trained.Update(optimizer.LearningRate);
                control.Update(optimizer.LearningRate);
                Assert.Equal(control.Everything(), trained.Everything());
            }
        }

        // Infinity and NaN at both rates, at least.
        Assert.InRange(refused, 4, 8);
    }

    /// <summary>Random parameters and gradients, the same for every optimiser.</summary>
    private sealed class Trained<T> where T : unmanaged
    {
        private readonly Optimizer optimizer;

        public Trained(Optimizer optimizer)
        {
            this.optimizer = optimizer;
            State = optimizer.CreateState<T>(Length);
            Random random = new(1);
            for (int i = 0; i < Length; i++)
            {
                Parameters.Span[i] = Element.FromDouble<T>(random.NextDouble() - 0.5);
                Gradients.Span[i] = Element.FromDouble<T>(random.NextDouble() - 0.5);
            }
        }

        public AlignedBuffer<T> Parameters { get; } = new(Length);

        public AlignedBuffer<T> Gradients { get; } = new(Length);

        public OptimizerState<T> State { get; }

        public void Update(double rate) => optimizer.Update(State, Parameters, Gradients, rate);

        public void Update(int step) => optimizer.Update(State, Parameters, Gradients, optimizer.LearningRate / (step + 1));

        public T[] Everything() =>
            [.. Parameters.Span, .. Enumerable.Range(0, State.MomentNames.Count).SelectMany(moment => State.Buffer(moment).Span.ToArray())];
    }
}
