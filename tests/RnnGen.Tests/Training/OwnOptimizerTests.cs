using RnnGen.Numerics;
using RnnGen.Tests.Models;
using RnnGen.Tests.Numerics;

namespace RnnGen.Tests;

/// <summary>An optimiser of a user's own is equal to the built-in ones in every respect.</summary>
public class OwnOptimizerTests
{
    private const int Length = 1003, Bad = 517;

    public static TheoryData<string> Names() => ["Lion", "Lion, decay", "Adadelta", "Adadelta, decay"];

    private static Optimizer Of(string name) => name switch
    {
        "Lion" => new Lion(0.01),
        "Lion, decay" => new Lion(0.01) { WeightDecay = 0.1, Beta1 = 0.5 },
        "Adadelta" => new Adadelta(),
        _ => new Adadelta(0.5) { WeightDecay = 0.1, Rho = 0.7 },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void DoublesFollowTheDefinition(string name) => Compare<double>(Of(name), 1e-12);

    [Theory]
    [MemberData(nameof(Names))]
    public void FloatsFollowTheDefinition(string name) => Compare<float>(Of(name), 2e-4);

    // Parameters and acc_delta of torch.optim.Adadelta of PyTorch 1.13.0 after 30 updates in float64.
    [Theory]
    [InlineData(
        0, new[] { 0.2876912392190756, -0.9898574606613586, 1.9998188645096975, -0.051042359922385545 },
        new[] { 0.00037257758751488626, 2.4982127601588453e-07, 1.320972885131056e-05, 1.1874888830093751e-05 })]
    [InlineData(
        0.1, new[] { 0.30876413648554435, -0.9828780167415836, 1.987204908434629, -0.04192920889684126 },
        new[] { 0.000297248476852178, 1.0181082810652267e-06, 1.3470248922206074e-05, 6.5391070002538615e-06 })]
    public void AdadeltaIsThatOfPyTorch(double weightDecay, double[] parameters, double[] deltas)
    {
        Adadelta adadelta = new(0.5) { WeightDecay = weightDecay };
        AlignedBuffer<double> values = new(4), gradients = new(4);
        new[] { 0.5, -1, 2, 0 }.CopyTo(values.Span);
        OptimizerState<double> state = adadelta.CreateState<double>(4);
        for (int update = 1; update <= 30; update++)
        {
            new[] { 0.1 * update, -1.0 / update, update % 2 == 0 ? 0.7 : -0.7, 0.01 }.CopyTo(gradients.Span);
            adadelta.Update(state, values, gradients, adadelta.LearningRate);
        }

        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(parameters[i], values.Span[i], 1e-14);
            Assert.Equal(deltas[i], state.Buffer(1).Span[i], 1e-17);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void RulesHaveTheSameBitsAtEveryWidth(string name)
    {
        if (Of(name) is Lion lion)
            EachWidth.HasTheSameBits(new Program<Lion.Rule>(new(0.01, 1 - (0.01 * lion.WeightDecay), lion.Beta1, lion.Beta2)));
        else
            EachWidth.HasTheSameBits(new Program<Adadelta.Rule>(new(0.5, ((Adadelta)Of(name)).Rho, 1e-6)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AnyNumberOfThreadsGivesTheSameBits(string name)
    {
        int[] one = Trained(1), two = Trained(2), eight = Trained(8);
        Assert.Equal(one, two);
        Assert.Equal(one, eight);

        int[] Trained(int threads)
        {
            CharLstm model = new(seed: 1);
            var trainer = model.CreateTrainer(Of(name)) with { Threads = threads, ClipNorm = 0.5, Schedule = new CosineSchedule(10) };
            for (int step = 0; step < 4; step++)
                trainer.Step(Symbols(64, step), Symbols(64, step + 100));
            return Bits(model);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ResumedTrainingHasTheSameBits(string name)
    {
        using TemporaryFolder folder = new();
        CharLstm model = new(seed: 1), other = new(seed: 2);
        var trainer = model.CreateTrainer(Of(name)) with { ClipNorm = 1 };
        Train(trainer, 0);
        trainer.Save(folder["half"]);
        Train(trainer, 5);
        using (SafetensorsFile file = SafetensorsFile.Open(folder["half"]))
        {
            string[] moments = [.. file.Tensors.Select(tensor => tensor.Name)
                .Where(tensor => tensor.StartsWith("optimizer.", StringComparison.Ordinal)).Select(tensor => tensor.Split('.')[1])
                    .Distinct()];
            Assert.Equal(Of(name) is Lion ? ["exp_avg"] : ["square_avg", "acc_delta"], moments);
        }

        var resumed = other.CreateTrainer(Of(name)) with { ClipNorm = 1 };
        resumed.Load(folder["half"]);
        Assert.Equal(5, resumed.Updates);
        Train(resumed, 5);
        Assert.Equal(Bits(model), Bits(other));

        // Another optimiser's state is none of its own.
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => other.CreateTrainer(new Adam()).Load(folder["half"]));
        Assert.Contains($"that of '{name.Split(',')[0]}', not Adam", error.Message, StringComparison.Ordinal);

        static void Train(CharLstm.Trainer trainer, int from)
        {
            for (int step = from; step < from + 5; step++)
                trainer.Step(Symbols(3, step), Symbols(3, step + 100));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ClippingAndSchedulesApply(string name)
    {
        // With a factor of 0 nothing moves; a scale of the gradients is that of the numbers themselves.
        CharLstm model = new(seed: 1);
        int[] before = Bits(model);
        var trainer = model.CreateTrainer(Of(name)) with { Schedule = new StepSchedule(1, 0) };
        trainer.Step(Symbols(3, 1), Symbols(3, 2));
        Assert.NotEqual(before, before = Bits(model));
        trainer.Step(Symbols(3, 1), Symbols(3, 2));
        Assert.Equal(before, Bits(model));

        Trained<float> scaled = new(Of(name)), halved = new(Of(name));
        foreach (ref float gradient in halved.Gradients.Span)
            gradient /= 2;
        scaled.Update(0.5);
        halved.Update(1);
        Assert.Equal(halved.Parameters.Span.ToArray(), scaled.Parameters.Span.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void UpdatesAllocateNothing(string name)
    {
        Trained<float> trained = new(Of(name));
        Allocations.AssertNone(() => trained.Update(1));
        CharLstm model = new(seed: 1);
        var trainer = model.CreateTrainer(Of(name));
        int[] inputs = Symbols(3, 1), targets = Symbols(3, 2);
        Allocations.AssertNone(() => trainer.Step(inputs, targets));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AnUpdateThatWouldOverflowChangesNothing(string name)
    {
        foreach (float bad in new[] { float.PositiveInfinity, float.NaN })
        {
            Trained<float> trained = new(Of(name)), control = new(Of(name));
            trained.Update(1);
            control.Update(1);
            float[] before = trained.Everything();
            (float healthy, trained.Gradients.Span[Bad]) = (trained.Gradients.Span[Bad], bad);
            NotFiniteNumberException error = Assert.Throws<NotFiniteNumberException>(() => trained.Update(1));
            Assert.Contains($"parameter {Bad} of the buffer", error.Message, StringComparison.Ordinal);
            Assert.Equal(before, trained.Everything());
            Assert.Equal(1, trained.State.Step);
            trained.Gradients.Span[Bad] = healthy;
            trained.Update(1);
            control.Update(1);
            Assert.Equal(control.Everything(), trained.Everything());
        }
    }

    [Fact]
    public void AnOptimiserThatGivesNaNIsRefusedAndTheModelUnharmed()
    {
        Trained<float> trained = new(new Told("NaN"));
        trained.Update(1);
        float[] before = trained.Everything();
        foreach (int place in new[] { 0, 16, Bad, Length - 1 })
        {
            (float healthy, trained.Gradients.Span[place]) = (trained.Gradients.Span[place], 200);
            NotFiniteNumberException error = Assert.Throws<NotFiniteNumberException>(() => trained.Update(1));
            Assert.Contains($"parameter {place} of the buffer", error.Message, StringComparison.Ordinal);
            Assert.Equal(before, trained.Everything());
            trained.Gradients.Span[place] = healthy;
        }

        // A rule that makes finite numbers of anything is refused all the same.
        Trained<double> hiding = new(new Told("hides"));
        double[] hidden = hiding.Everything();
        hiding.Gradients.Span[Bad] = double.NaN;
        Assert.Throws<NotFiniteNumberException>(() => hiding.Update(1));
        Assert.Equal(hidden, hiding.Everything());
    }

    [Fact]
    public void ARuleThatMovesPaddingIsRefused()
    {
        Trained<float> trained = new(new Told("moves padding"));
        float[] before = trained.Everything();
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => trained.Update(1));
        Assert.Contains("Told moves a parameter of 0", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, trained.Everything());
        Assert.Equal(0, trained.State.Step);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    public void ARuleWhoseFirstMomentsMovePaddingIsRefused(int moments, int moving)
    {
        Trained<double> trained = new(new Drifting(moments, moving));
        double[] before = trained.Everything();
        Assert.Throws<InvalidOperationException>(() => trained.Update(1));
        Assert.Equal(before, trained.Everything());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void AMomentThatIsNotThereIs0(int moments)
    {
        Trained<double> trained = new(new Drifting(moments, -1));
        double[] expected = [.. trained.Parameters.Span.ToArray().Zip(trained.Gradients.Span.ToArray(), (p, g) => p - g)];
        trained.Update(1);
        Assert.Equal(expected, trained.Parameters.Span.ToArray());
    }

    [Fact]
    public void ARuleThatMakesNaNOfPaddingIsRefused()
    {
        Told told = new("NaN in padding");
        AlignedBuffer<float> parameters = new(3), gradients = new(3);
        parameters.Span.Fill(2);
        NotFiniteNumberException error = Assert.Throws<NotFiniteNumberException>(
            () => told.Update(told.CreateState<float>(3), parameters, gradients, 1));
        Assert.Contains("parameter 3 of the buffer", error.Message, StringComparison.Ordinal);
        Assert.Contains("it is 0, its gradient 0.", error.Message, StringComparison.Ordinal);
        Assert.Equal([2, 2, 2], parameters.Span.ToArray());
    }

    [Theory]
    [InlineData("no name", "Told has an empty name.")]
    [InlineData("three moments", "Told names 3 moments: a, b, c. There may be two.")]
    [InlineData("a dot", "Told names a moment 'a.b': a name has letters, digits and underscores only.")]
    [InlineData("an empty name", "Told names a moment '': a name has letters, digits and underscores only.")]
    [InlineData("twice", "Told names two moments a.")]
    [InlineData("infinite start", "Told starts its moment a with ")]
    public void ADeclarationThatMakesNoSenseIsRefused(string fault, string message) =>
        Assert.StartsWith(
            message, Assert.Throws<InvalidOperationException>(() => new Told(fault).CreateState<float>(16)).Message,
            StringComparison.Ordinal);

    private static void Compare<T>(Optimizer optimizer, double tolerance) where T : unmanaged
    {
        Trained<T> trained = new(optimizer);
        Reference[] references = [.. Enumerable.Range(0, Length).Select(_ => new Reference(optimizer))];
        double[] expected = [.. trained.Parameters.Span.ToArray().Select(Element.ToDouble)];
        for (int step = 1; step <= 60; step++)
        {
            trained.Randomize(step);
            double scale = 1.0 / (1 + (step % 3)), rate = optimizer.LearningRate / step;
            optimizer.Update(trained.State, trained.Parameters, trained.Gradients, rate, scale);
            for (int i = 0; i < Length; i++)
                expected[i] = references[i].Update(expected[i], Element.ToDouble(trained.Gradients.Span[i]) * scale, rate);
        }

        for (int i = 0; i < Length; i++)
            Assert.InRange(Element.ToDouble(trained.Parameters.Span[i]), expected[i] - tolerance, expected[i] + tolerance);
    }

    private static int[] Symbols(int rows, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, CharLstm.Steps * rows).Select(_ => random.Next(CharLstm.InputSize))];
    }

    private static int[] Bits(CharLstm model) => [.. model.Parameters.SelectMany(view =>
    {
        float[] values = new float[view.Count];
        view.CopyTo(values);
        return values.Select(BitConverter.SingleToInt32Bits);
    })];

    /// <summary>The update of one parameter in plain double arithmetic, as the papers write it.</summary>
    private sealed class Reference(Optimizer optimizer)
    {
        private double first;
        private double second;

        public double Update(double p, double g, double rate)
        {
            if (optimizer is Lion lion)
            {
                int sign = Math.Sign((lion.Beta1 * first) + ((1 - lion.Beta1) * g));
                first = (lion.Beta2 * first) + ((1 - lion.Beta2) * g);
                return (p * (1 - (rate * lion.WeightDecay))) - (rate * sign);
            }

            var adadelta = (Adadelta)optimizer;
            g += adadelta.WeightDecay * p;
            first = (adadelta.Rho * first) + ((1 - adadelta.Rho) * g * g);
            double delta = Math.Sqrt(second + adadelta.Epsilon) / Math.Sqrt(first + adadelta.Epsilon) * g;
            second = (adadelta.Rho * second) + ((1 - adadelta.Rho) * delta * delta);
            return p - (rate * delta);
        }
    }

    /// <summary>Random parameters and gradients, the same for every optimiser; every 7th is 0.</summary>
    private sealed class Trained<T> where T : unmanaged
    {
        private readonly Optimizer optimizer;

        public Trained(Optimizer optimizer)
        {
            this.optimizer = optimizer;
            State = optimizer.CreateState<T>(Length);
            Fill(Parameters, 1);
            Randomize(0);
        }

        public AlignedBuffer<T> Parameters { get; } = new(Length);

        public AlignedBuffer<T> Gradients { get; } = new(Length);

        public OptimizerState<T> State { get; }

        public void Randomize(int step) => Fill(Gradients, 100 + step);

        public void Update(double scale) => optimizer.Update(State, Parameters, Gradients, optimizer.LearningRate, scale);

        public T[] Everything() =>
            [.. Parameters.Span, .. Enumerable.Range(0, State.MomentNames.Count).SelectMany(moment => State.Buffer(moment).Span.ToArray())];

        private static void Fill(AlignedBuffer<T> buffer, int seed)
        {
            Random random = new(seed);
            for (int i = 0; i < Length; i++)
                buffer.Span[i] = Element.FromDouble<T>(i % 7 == 6 ? 0 : random.NextDouble() - 0.5);
        }
    }

    private readonly struct Program<TRule>(TRule rule) : ILaneProgram where TRule : struct, IUpdateRule
    {
        public T[] Run<V, T>() where V : struct, ILanes<V, T> where T : unmanaged
        {
            Random random = new(1);
            T[] p = Numbers(), m = new T[256], v = new T[256];
            for (int step = 0; step < 20; step++)
            {
                T[] g = Numbers();
                new UpdateKernel<TRule>(new(rule, 2, 0.3, 0.1), 256).Run<V, T>(ref p[0], ref g[0], ref m[0], ref v[0]);
            }

            return [.. p, .. m, .. v];

            T[] Numbers() => [.. Enumerable.Range(0, 256).Select(_ => Element.FromDouble<T>(random.NextDouble() - 0.5))];
        }
    }
}
