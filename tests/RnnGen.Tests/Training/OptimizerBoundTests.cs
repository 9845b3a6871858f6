using RnnGen.Numerics;

namespace RnnGen.Tests;

/// <summary>
/// Bounds spare most updates a trial of every element. Whatever number is large, an update does what it does after a trial, and so does the
/// next one, which knows the moments by their bound alone.
/// </summary>
public class OptimizerBoundTests
{
    public static TheoryData<string> Names() => OptimizerUpdateTests.Names();

    /// <summary>The greatest steps that hyperparameters allow.</summary>
    private static readonly Dictionary<string, Optimizer> Extreme = new()
    {
        ["Adam, extreme"] = new Adam { Beta1 = 0.999999, Epsilon = 1e-30 },
        ["RmsProp, extreme"] = new RmsProp { Epsilon = 1e-30 },
        ["RmsProp, momentum, extreme"] = new RmsProp { Epsilon = 1e-30, Momentum = 0.999 },
        ["Adagrad, extreme"] = new Adagrad { Epsilon = 1e-30 },
    };

    public static TheoryData<string> AllNames() => [.. OptimizerUpdateTests.Optimizers.Keys, .. Extreme.Keys];

    [Theory]
    [MemberData(nameof(AllNames))]
    public void FloatsAreTriedWhereverTheyCouldOverflow(string name) => Check<float>(name, [1e-24, 1e12, 1e19, 1e30, 3e38]);

    [Theory]
    [MemberData(nameof(AllNames))]
    public void DoublesAreTriedWhereverTheyCouldOverflow(string name) => Check<double>(name, [1e-180, 1e80, 1e154, 1e240, 1.7e308]);

    [Theory]
    [MemberData(nameof(Names))]
    public void ABoundOfTheMomentsGoesFromUpdateToUpdate(string name)
    {
        Optimizer optimizer = OptimizerUpdateTests.Optimizers[name];
        Trained<double> trained = new(optimizer);
        Random random = new(3);
        for (int update = 0; update < 50; update++)
        {
            trained.Slope = random.NextDouble() - 0.5;
            trained.Update(1e-3, 1);
            // No update needs the moments themselves.
            Assert.InRange(trained.Bound, trained.Values().Skip(1).Append(0).Max(value => Math.Abs(value)), 1e12);
        }

        // A refused update leaves the moments, which may be above the bound that they would have had.
        trained.Slope = 1e10;
        Assert.Throws<NotFiniteNumberException>(() => trained.Update(1.7e308, 1));
        Assert.Equal(double.NaN, trained.Bound);
    }

    // A tenth of the largest number is the limit of what is not tried.
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1e37, 1, 1)]
    [InlineData(1e38, 1, 2)]
    [InlineData(1, 1e38, 2)]
    [InlineData(0, 0, 1)]
    public void OnlyAnUpdateThatCouldOverflowIsTried(double parameter, double gradient, int passes) =>
        Assert.Equal(passes, Passes<float>(parameter, gradient));

    [Theory]
    [InlineData(1e300, 1e300, 1)]
    [InlineData(1.7e308, 1, 2)]
    [InlineData(1, 1e308, 2)]
    public void OnlyAnUpdateOfDoublesThatCouldOverflowIsTried(double parameter, double gradient, int passes) =>
        Assert.Equal(passes, Passes<double>(parameter, gradient));

    private static int Passes<T>(double parameter, double gradient) where T : unmanaged
    {
        const int Length = 64;
        Counted counted = new();
        OptimizerState<T> state = counted.CreateState<T>(Length);
        AlignedBuffer<T> parameters = new(Length), gradients = new(Length);
        parameters.Span[40] = Element.FromDouble<T>(parameter);
        gradients.Span[40] = Element.FromDouble<T>(gradient);
        Counted.Elements = 0;
        counted.Update(state, parameters, gradients, 0.5);
        // Padding is tried in each update.
        return Math.DivRem(Counted.Elements - Block<T>.Size, Length) is (int passes, 0) ? passes : -1;
    }

    [Fact]
    public void AWeightDecayBeyondTheParametersTypeIsRefused()
    {
        Trained<float> trained = new(new Sgd { WeightDecay = 1e300 });
        Assert.Throws<NotFiniteNumberException>(() => trained.Update(0, 1));
        Assert.Equal([0], trained.Values());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(300)]
    public void AMagnitudeIsTheSumOfAbsoluteValues(int length)
    {
        AlignedBuffer<float> floats = new(length);
        AlignedBuffer<double> doubles = new(length);
        for (int i = 0; i < length; i++)
            doubles.Span[i] = floats.Span[i] = i % 3 == 0 ? i : -i;
        Assert.Equal(length * (length - 1) / 2, Magnitude.Of(floats));
        Assert.Equal(length * (length - 1) / 2, Magnitude.Of(doubles));
        for (int i = 0; i < length; i++)
        {
            (float before, floats.Span[i]) = (floats.Span[i], float.NaN);
            Assert.Equal(double.NaN, Magnitude.Of(floats));
            floats.Span[i] = before;
        }
    }

    private static void Check<T>(string name, double[] sizes) where T : unmanaged
    {
        Optimizer optimizer = Extreme.TryGetValue(name, out Optimizer? extreme) ? extreme : OptimizerUpdateTests.Optimizers[name];
        Trained<T> trained = new(optimizer);
        int taken = 0, refused = 0;
        foreach (var (parameter, gradient, moment, rate, scale) in
            from parameter in (double[])[0, 1, .. sizes[3..]]
            from gradient in (double[])[0, 1, .. sizes]
            from moment in (double[])[0, 1, .. sizes[2..]]
            from rate in (double[])[1e-3, 1, .. sizes[1..], 1e300]
            from scale in (double[])[1, 1e-20, sizes[3], 1e300]
            select (parameter, gradient, moment, rate, scale))
        {
            trained.Set(parameter, gradient, moment);
            for (int update = 0; update < 2; update++)
            {
                T[] before = trained.Values();
                T[]? tried = trained.Trial(rate, scale);
                try
                {
                    trained.Update(rate, scale);
                    Assert.Equal(tried, trained.Values());
                    taken++;
                }
                catch (NotFiniteNumberException)
                {
                    Assert.Null(tried);
                    Assert.Equal(before, trained.Values());
                    refused++;
                }
            }
        }

        Assert.InRange(taken, 500, int.MaxValue);
        Assert.InRange(refused, 500, int.MaxValue);
    }

    /// <summary>A parameter, its gradient and its moments.</summary>
    private sealed class Trained<T>(Optimizer optimizer) where T : unmanaged
    {
        private readonly OptimizerState<T> state = optimizer.CreateState<T>(1);
        private readonly AlignedBuffer<T> parameter = new(1), gradient = new(1);

        public double Bound => state.Bound;

        public T Slope
        {
            set => gradient.Span[0] = value;
        }

        public void Set(double value, double slope, double moment)
        {
            parameter.Span[0] = Element.FromDouble<T>(value);
            gradient.Span[0] = Element.FromDouble<T>(slope);
            for (int i = 0; i < state.MomentNames.Count; i++)
                state.Buffer(i).Span[0] = Element.FromDouble<T>(moment);
            (state.Bound, state.Step) = (double.NaN, 2);
        }

        public T[] Values() => [parameter.Span[0], .. Enumerable.Range(0, state.MomentNames.Count).Select(i => state.Buffer(i).Span[0])];

        public void Update(double rate, double scale) => optimizer.Update(state, parameter, gradient, rate, scale);

        /// <summary>The values after an update that is tried; null if the trial refuses it.</summary>
        public T[]? Trial(double rate, double scale)
        {
            AlignedBuffer<T>[] tried = [.. Values().Select(value =>
            {
                AlignedBuffer<T> buffer = new(1);
                buffer.Span[0] = value;
                return buffer;
            })];
            ParameterUpdate<T> update = new(
                tried[0], gradient, tried[Math.Min(1, tried.Length - 1)], tried[^1], tried.Length - 1, state.Step + 1, rate, scale,
                optimizer is AdamW ? 0 : optimizer.WeightDecay, Runs: null, UpdatePhase.Trial);
            if (Apply(update) >= 0)
                return null;
            Apply(update with { Phase = UpdatePhase.Write });
            return [.. tried.Select(buffer => buffer.Span[0])];

            int Apply(object some) =>
                some is ParameterUpdate<float> floats ? optimizer.Apply(floats) : optimizer.Apply((ParameterUpdate<double>)some);
        }
    }

    /// <summary>Gradient descent that counts the elements to which its rule is applied.</summary>
    private sealed record Counted() : Optimizer<Counted.Rule>(1)
    {
        [field: ThreadStatic]
        public static int Elements { get; set; }

        protected override string Name => "Counted";

        protected override double BoundMoments(double gradient, double moments) => 0;

        protected override double BoundParameters(
            double parameters, double gradient, double moments, long update, double learningRate) =>
            parameters + (learningRate * gradient);

        protected override Rule RuleOf(long update, double learningRate) => new(learningRate);

        public readonly record struct Rule(double Rate) : IUpdateRule
        {
            public void Apply<V, T>(ref V parameter, V gradient, ref V first, ref V second)
                where V : struct, ILanes<V, T>
                where T : unmanaged
            {
                Elements += V.Count;
                parameter -= V.Constant(Rate) * gradient;
            }
        }
    }
}
