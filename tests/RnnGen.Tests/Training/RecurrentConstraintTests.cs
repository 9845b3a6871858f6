using RnnGen.Generated;
using RnnGen.Numerics;
using RnnGen.Tests.Numerics;
using Xunit;

namespace RnnGen.Tests;

public class RecurrentConstraintTests
{
    public static TheoryData<int, int> Shapes => new() { { 1, 1 }, { 7, 7 }, { 16, 16 }, { 33, 33 }, { 40, 12 }, { 12, 40 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void TheLargestSingularValuesAreThoseOfAJacobiDecomposition(int units, int columns)
    {
        TwoMatrixModel<double> model = new(units, columns, seed: 3);
        var values = SingularValues.Largest(model.Parameters);
        Assert.Equal([("rnn.weight_hh_l0", 0), ("rnn.weight_hh_l0", 1)], values.Select(value => (value.Name, value.Gate)));
        for (int gate = 0; gate < 2; gate++)
        {
            double expected = JacobiSvd.Values(model.Matrix(gate))[0];
            Assert.Equal(expected, values[gate].Value, 1e-12 * expected);
        }
    }

    [Fact]
    public void SingularValuesThatLieCloseTogetherOrAre0AreToldApart()
    {
        TwoMatrixModel<double> model = new(24, 24, seed: 1);
        model.Fill((gate, row, column) => gate == 1 || row != column ? 0 : row < 12 ? 2 - (row * 1e-9) : 0.5);
        var values = SingularValues.Largest(model.Parameters);
        Assert.Equal(2, values[0].Value, 1e-9);
        Assert.Equal(0, values[1].Value);
        model.Fill((_, row, column) => 1e-200 * (row == column ? 1 : 0));
        Assert.Equal(1e-200, SingularValues.Largest(model.Parameters)[1].Value, 1e-212);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void OrthogonalMatricesHaveOrthonormalColumnsOrRowsAfterEveryUpdate(int units, int columns)
    {
        TwoMatrixModel<double> model = new(units, columns, seed: 5), free = new(units, columns, seed: 5);
        TestTrainer<double> trainer = new(model) { RecurrentConstraint = RecurrentConstraint.Orthogonal }, without = new(free);
        for (int step = 0; step < 4; step++)
        {
            trainer.Run(model.Gradients(step));
            without.Run(model.Gradients(step));
            for (int gate = 0; gate < 2; gate++)
                Assert.All(JacobiSvd.Values(model.Matrix(gate)), value => Assert.Equal(1, value, 1e-12));
        }

        Assert.Equal(free.Inputs(), model.Inputs());
    }

    [Fact]
    public void ItIsTheNearestOrthogonalMatrix()
    {
        // U = Q P with P symmetric and positive: QᵀU is that.
        TwoMatrixModel<double> model = new(20, 20, seed: 6);
        double[,] before = model.Matrix(0);
        RecurrentConstraint.Orthogonal.Apply(model.Parameters, All(model.Parameters), new());
        double[,] q = model.Matrix(0), p = new double[20, 20];
        for (int i = 0; i < 20; i++)
        {
            for (int j = 0; j < 20; j++)
                p[i, j] = Enumerable.Range(0, 20).Sum(k => q[k, i] * before[k, j]);
        }

        for (int i = 0; i < 20; i++)
        {
            for (int j = 0; j < 20; j++)
                Assert.Equal(p[i, j], p[j, i], 1e-10);
        }

        Assert.Equal(JacobiSvd.Values(before).Sum(), Enumerable.Range(0, 20).Sum(i => p[i, i]), 1e-9);
        double[] once = [.. model.Buffer.Span];
        RecurrentConstraint.Orthogonal.Apply(model.Parameters, All(model.Parameters), new());
        for (int i = 0; i < once.Length; i++)
            Assert.Equal(once[i], model.Buffer.Span[i], 1e-14);
    }

    [Fact]
    public void SingularMatricesBecomeOrthogonalToo()
    {
        TwoMatrixModel<double> model = new(9, 9, seed: 1);
        // All zeros, and ones beside the diagonal, whose last power is 0.
        model.Fill((gate, row, column) => gate == 1 && column == row + 1 ? 1 : 0);
        RecurrentConstraint.Orthogonal.Apply(model.Parameters, All(model.Parameters), new());
        for (int gate = 0; gate < 2; gate++)
            Assert.All(JacobiSvd.Values(model.Matrix(gate)), value => Assert.Equal(1, value, 1e-12));
        Assert.Equal(1, model.Matrix(1)[0, 1], 1e-6);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void AMatrixStaysAsNearToTheIdentityAsItsBound(int units, int columns)
    {
        TwoMatrixModel<double> model = new(units, columns, seed: 5);
        double[,] before = model.Matrix(0), same = model.Matrix(1);
        double distance = Distance(before), bound = distance / 3;
        model.Fill((gate, row, column) => gate == 0 ? before[row, column] : One(row, column) + ((same[row, column] - One(row, column)) * 1e-3));
        same = model.Matrix(1);
        RecurrentConstraint.NearIdentity(bound).Apply(model.Parameters, All(model.Parameters), new());
        double[,] after = model.Matrix(0);
        Assert.Equal(bound, Distance(after), 1e-12 * bound);
        Assert.Equal(same, model.Matrix(1));
        for (int row = 0; row < units; row++)
        {
            for (int column = 0; column < columns; column++)
                Assert.Equal(One(row, column) + ((before[row, column] - One(row, column)) / 3), after[row, column], 1e-12);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => RecurrentConstraint.NearIdentity(0));

        static double One(int row, int column) => row == column ? 1 : 0;

        double Distance(double[,] matrix)
        {
            double sum = 0;
            for (int row = 0; row < units; row++)
            {
                for (int column = 0; column < columns; column++)
                    sum += Math.Pow(matrix[row, column] - One(row, column), 2);
            }

            return Math.Sqrt(sum);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void TheSpectralNormStaysWithinItsBound(int units, int columns)
    {
        TwoMatrixModel<float> model = new(units, columns, seed: 5);
        TestTrainer<float> trainer = new(model) { RecurrentConstraint = RecurrentConstraint.SpectralNorm(0.9) };
        for (int step = 0; step < 4; step++)
        {
            trainer.Run(model.Gradients(step));
            for (int gate = 0; gate < 2; gate++)
                Assert.InRange(JacobiSvd.Values(model.Matrix(gate))[0], 0, 0.9 * (1 + 1e-6));
        }
    }

    [Fact]
    public void AMatrixWithinItsBoundKeepsItsBitsAndOneBeyondItItsDirection()
    {
        TwoMatrixModel<float> model = new(20, 20, seed: 7);
        double[,] within = model.Matrix(0), beyond = model.Matrix(1);
        double bound = JacobiSvd.Values(within)[0] + 1e-3;
        model.Fill((gate, row, column) => gate == 0 ? within[row, column] : 3 * beyond[row, column]);
        double factor = bound / (3 * JacobiSvd.Values(beyond)[0]);
        RecurrentConstraint.SpectralNorm(bound).Apply(model.Parameters, All(model.Parameters), new());
        double[,] same = model.Matrix(0), scaled = model.Matrix(1);
        for (int row = 0; row < 20; row++)
        {
            for (int column = 0; column < 20; column++)
            {
                Assert.Equal(within[row, column], same[row, column]);
                Assert.Equal(3 * factor * beyond[row, column], scaled[row, column], 1e-6);
            }
        }
    }

    [Fact]
    public void EnormousMatricesAreBroughtBackAndNotLost()
    {
        // 20 by 20 numbers up to 1.7e308: the largest singular value is beyond double.
        TwoMatrixModel<double> model = new(20, 20, seed: 6), small = new(20, 20, seed: 6);
        model.Fill((gate, row, column) => 1.7e308 * Entry(gate, row, column));
        small.Fill((gate, row, column) => 1.7 * Entry(gate, row, column));
        RecurrentConstraint.SpectralNorm(2).Apply(model.Parameters, All(model.Parameters), new());
        RecurrentConstraint.SpectralNorm(2).Apply(small.Parameters, All(small.Parameters), new());
        AssertSame(1e-12);
        model.Fill((gate, row, column) => 1.7e308 * Entry(gate, row, column));
        RecurrentConstraint.Orthogonal.Apply(model.Parameters, All(model.Parameters), new());
        RecurrentConstraint.Orthogonal.Apply(small.Parameters, All(small.Parameters), new());
        AssertSame(1e-6);
        Assert.All(JacobiSvd.Values(model.Matrix(0)), value => Assert.Equal(1, value, 1e-12));

        static double Entry(int gate, int row, int column) => row == column ? 1 : 0.9 * Math.Cos((gate + 3.0) * ((row * 20) + column));

        void AssertSame(double tolerance)
        {
            for (int gate = 0; gate < 2; gate++)
                Assert.All(
                    small.Matrix(gate).Cast<double>().Zip(model.Matrix(gate).Cast<double>()),
                    pair => Assert.Equal(pair.First, pair.Second, tolerance));
        }
    }

    [Fact]
    public void EveryTellsAfterHowManyUpdates()
    {
        TwoMatrixModel<double> model = new(8, 8, seed: 5);
        TestTrainer<double> trainer = new(model) { RecurrentConstraint = RecurrentConstraint.Orthogonal with { Every = 3 } };
        for (int step = 1; step <= 7; step++)
        {
            trainer.Run(model.Gradients(step));
            double largest = JacobiSvd.Values(model.Matrix(0))[0];
            Assert.Equal(step % 3 == 0, Math.Abs(largest - 1) < 1e-10);
        }
    }

    [Fact]
    public void NothingIsAllocatedAfterTheFirstUpdate()
    {
        TwoMatrixModel<float> model = new(40, 40, seed: 5);
        ParameterSet<float> gradients = model.Gradients(1);
        foreach (RecurrentConstraint constraint in new[]
        {
            RecurrentConstraint.Orthogonal, RecurrentConstraint.SpectralNorm(0.5), new Scaled(0.5)
        })
        {
            TestTrainer<float> trainer = new(model) { RecurrentConstraint = constraint };
            Allocations.AssertNone(() => trainer.Run(gradients));
        }
    }

    [Fact]
    public void AConstraintOfAUsersOwnIsApplied()
    {
        // What it does not touch keeps its bits, in double too.
        TwoMatrixModel<double> model = new(20, 20, seed: 5), free = new(20, 20, seed: 5);
        NoSelf constraint = new();
        TestTrainer<double> trainer = new(model) { RecurrentConstraint = constraint }, without = new(free);
        for (int step = 0; step < 3; step++)
        {
            trainer.Run(model.Gradients(step));
            without.Run(free.Gradients(step));
        }

        Assert.Equal([("rnn.weight_hh_l0", 0, 20, 20), ("rnn.weight_hh_l0", 1, 20, 20)], constraint.Seen[^2..]);
        for (int gate = 0; gate < 2; gate++)
        {
            double[,] changed = model.Matrix(gate), usual = free.Matrix(gate);
            for (int row = 0; row < 20; row++)
            {
                for (int column = 0; column < 20; column++)
                    Assert.Equal(row == column ? 0 : usual[row, column], changed[row, column]);
            }
        }

        Assert.Equal(free.Inputs(), model.Inputs());
    }

    [Fact]
    public void AConstraintCanBeMadeOfOthers()
    {
        TwoMatrixModel<double> model = new(12, 40, seed: 5);
        new TestTrainer<double>(model) { RecurrentConstraint = new Scaled(0.5) }.Run(model.Gradients(1));
        for (int gate = 0; gate < 2; gate++)
            Assert.All(JacobiSvd.Values(model.Matrix(gate)), value => Assert.Equal(0.5, value, 1e-12));
    }

    [Theory]
    [InlineData(1e39)]
    [InlineData(double.NaN)]
    [InlineData(-1)]
    public void AConstraintThatFailsUndoesTheUpdate(double value)
    {
        // The first matrix is changed before the second one fails.
        TwoMatrixModel<float> model = new(20, 20, seed: 5), control = new(20, 20, seed: 5);
        TestTrainer<float> trainer = new(model) { RecurrentConstraint = new Failing(value) }, usual = new(control);
        float[] before = [.. model.Buffer.Span];
        Exception error = Assert.ThrowsAny<Exception>(() => trainer.Run(model.Gradients(1)));
        Assert.Equal(
            value == -1
                ? "It fails."
                : $"The recurrent constraint makes rnn.weight_hh_l0[23, 4] {(float)value}, which is not finite. "
                    + "The update has been undone.",
            error.Message);
        Assert.Equal(before, model.Buffer.Span.ToArray());
        Assert.Equal(0, trainer.Updates);
        // Moments too are those of a trainer that has never failed.
        (trainer with { RecurrentConstraint = null }).Run(model.Gradients(2));
        usual.Run(model.Gradients(2));
        Assert.Equal(control.Buffer.Span.ToArray(), model.Buffer.Span.ToArray());
    }

    [Fact]
    public void ProductsHaveTheSameBitsAtEveryWidth() => EachWidth.HasTheSameBits(default(Products));

    [Fact]
    public void NumbersOutsideTheirRangeAreRefused()
    {
        foreach (double bad in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            Assert.Throws<ArgumentOutOfRangeException>(() => RecurrentConstraint.SpectralNorm(bad));
        Assert.Throws<ArgumentOutOfRangeException>(() => RecurrentConstraint.Orthogonal with { Every = 0 });
        Assert.Equal(1, (RecurrentConstraint.Orthogonal with { Every = 1 }).Every);
        Assert.Equal(RecurrentConstraint.SpectralNorm(1), RecurrentConstraint.SpectralNorm(1));
    }

    private sealed record TestTrainer<T>(TwoMatrixModel<T> Model) : Trainer<T>(Model, new Sgd(0.1) { Momentum = 0.5 }) where T : unmanaged
    {
        public void Run(ParameterSet<T> gradients) => Update(0, gradients);
    }

    /// <summary>No unit has a weight of itself.</summary>
    private sealed record NoSelf : RecurrentConstraint
    {
        public List<(string Name, int Gate, int Rows, int Columns)> Seen { get; } = [];

        protected override bool Change(RecurrentMatrix matrix)
        {
            Seen.Add((matrix.Name, matrix.Gate, matrix.Rows, matrix.Columns));
            Assert.Throws<ArgumentOutOfRangeException>(() => matrix[matrix.Rows, 0]);
            Assert.Throws<ArgumentOutOfRangeException>(() => matrix[0, -1] = 1);
            for (int i = 0; i < matrix.Rows; i++)
                matrix[i, i] = 0;
            return true;
        }
    }

    /// <summary>All singular values are the same.</summary>
    private sealed record Scaled(double Value) : RecurrentConstraint
    {
        protected override bool Change(RecurrentMatrix matrix)
        {
            matrix.MakeOrthogonal();
            for (int row = 0; row < matrix.Rows; row++)
            {
                for (int column = 0; column < matrix.Columns; column++)
                    matrix[row, column] *= Value;
            }

            return true;
        }
    }

    private sealed record Failing(double Value) : RecurrentConstraint
    {
        protected override bool Change(RecurrentMatrix matrix)
        {
            matrix[0, 0] += 1;
            if (matrix.Gate == 1 && Value == -1)
                throw new ArithmeticException("It fails.");
            if (matrix.Gate == 1)
                matrix[3, 4] = Value;
            return true;
        }
    }

    private readonly struct Products : ILaneProgram
    {
        public T[] Run<V, T>() where V : struct, ILanes<V, T> where T : unmanaged
        {
            Random random = new(1);
            T[] a = Numbers(7 * 21), b = Numbers(21 * 32), c = new T[7 * 32], d = new T[7 * 32];
            new MatrixProduct(7, 21, 32, 21, 1).Run<V, T>(ref a[0], ref b[0], ref c[0], ref c[0]);
            new MatrixProduct(7, 21, 32, 1, 7).Run<V, T>(ref a[0], ref b[0], ref d[0], ref d[0]);
            for (int i = 0; i < c.Length; i++)
            {
                Assert.Equal(
                    Enumerable.Range(0, 21).Sum(q => Element.ToDouble(a[(i / 32 * 21) + q]) * Element.ToDouble(b[(q * 32) + (i % 32)])),
                    Element.ToDouble(c[i]), 1e-5);
                Assert.Equal(
                    Enumerable.Range(0, 21).Sum(q => Element.ToDouble(a[(q * 7) + (i / 32)]) * Element.ToDouble(b[(q * 32) + (i % 32)])),
                    Element.ToDouble(d[i]), 1e-5);
            }

            return [.. c, .. d];

            T[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => Element.FromDouble<T>(random.NextDouble() - 0.5))];
        }
    }

    /// <summary>An update that moves all parameters.</summary>
    private static UpdatePlan All<T>(ParameterSet<T> parameters) where T : unmanaged =>
        new(new Sgd(0.1), parameters.Table, parameters.Buffer.Length, train: null, []);
}
