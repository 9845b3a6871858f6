namespace RnnGen.Tests.Models;

/// <summary>Checks gradients against central differences of the loss, extrapolated once (Richardson), in double.</summary>
/// <param name="loss">The loss at the numbers as they stand.</param>
/// <param name="most">How many numbers of a tensor are moved: the oracle has checked every one of them.</param>
internal sealed class Differences(Func<double> loss, int most = 24)
{
    private const double Tolerance = 1e-7;

    // Where a rectifier has its kink within the first step, the second is short of it; a wrong gradient agrees with neither.
    private static readonly double[] Steps = [1e-3, 1e-5];

    /// <summary>All gradients of a batch.</summary>
    public static void Check(TapedModel model, TestBatch batch, string what, int most = 24)
    {
        var pass = model.Run(batch);
        var differences = new Differences(() => model.Run(batch).Loss, most);
        if (pass.InputGradients.Length > 0)
            differences.Check(batch.Inputs, pass.InputGradients, $"{what} inputs");
        if (pass.SourceGradients.Length > 0)
            differences.Check(batch.Sources, pass.SourceGradients, $"{what} sources");
        for (int row = 0; row < (batch.States?.Length ?? 0); row++)
            differences.Check(batch.States![row], pass.InitialStateGradients[row], $"{what} initial state {row}");
        foreach (var view in model.Parameters)
            differences.Check(view, pass.Gradients[view.Name], $"{what} {view.Name}");
    }

    public void Check(double[] numbers, double[] gradient, string what) =>
        Check(numbers.Length, i => numbers[i], (i, value) => numbers[i] = value, gradient, what);

    public void Check(ParameterView<double> view, double[] gradient, string what)
    {
        int columns = Math.Max(view.Columns, 1);
        // Rows that have no parameter of their own cannot move; their gradient must be 0.
        Check(view.Count, Get, Set, gradient, what);

        double Get(int i) => view.Columns == 0 ? view[i] : view[i / columns, i % columns];

        void Set(int i, double value)
        {
            if (view.Columns == 0)
                view[i] = value;
            else
                view[i / columns, i % columns] = value;
        }
    }

    private void Check(int count, Func<int, double> get, Action<int, double> set, double[] gradient, string what)
    {
        double scale = Math.Max(gradient.Select(Math.Abs).Max(), 1e-3);
        int stride = Math.Max(1, count / most);
        for (int i = 0; i < count; i += stride)
        {
            double value = get(i);
            try
            {
                set(i, value);
            }
            catch (InvalidOperationException)
            {
                Assert.True(gradient[i] == 0, $"{what}[{i}] is no parameter, but has the gradient {gradient[i]}");
                continue;
            }

            double expected = 0;
            foreach (double step in Steps)
            {
                double coarse = Difference(step), fine = Difference(step / 2);
                expected = ((4 * fine) - coarse) / 3;
                if (Math.Abs(expected - gradient[i]) <= Tolerance * scale)
                    break;
            }

            Assert.True(
                Math.Abs(expected - gradient[i]) <= Tolerance * scale,
                $"{what}[{i}]: differences give {expected:R}, the gradient is {gradient[i]:R}, the largest {scale:E2}");

            double Difference(double step)
            {
                set(i, value + step);
                double up = loss();
                set(i, value - step);
                double down = loss();
                set(i, value);
                return (up - down) / (2 * step);
            }
        }
    }
}
