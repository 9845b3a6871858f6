namespace RnnGen.Tests.Models;

/// <summary>Checks gradients against central differences of the loss, extrapolated once (Richardson), in double.</summary>
/// <param name="loss">The loss at the numbers as they stand.</param>
internal sealed class Differences(Func<double> loss)
{
    private const double Step = 1e-3;
    private const double Tolerance = 1e-7;

    // A kink, such as Relu's, may lie inside the step; then it hardly ever lies inside this one too.
    private const double SmallStep = 1e-5;

    // More numbers than this are sampled: the interpreter has checked every one of them.
    private const int Most = 24;

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
        int stride = Math.Max(1, count / Most);
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

            double coarse = Difference(Step), fine = Difference(Step / 2);
            double expected = ((4 * fine) - coarse) / 3;
            if (Math.Abs(expected - gradient[i]) > Tolerance * scale)
                expected = Difference(SmallStep);
            Assert.True(Math.Abs(expected - gradient[i]) <= Tolerance * scale, $"{what}[{i}]: differences give {expected:R}, the gradient is {gradient[i]:R}, the largest {scale:E2}");

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
