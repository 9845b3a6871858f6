using RnnGen.Numerics;

namespace RnnGen.Tests.Models;

/// <summary>Random numbers that are the same in every run, and comparisons that say where the worst difference is.</summary>
internal static class Numbers
{
    public static double[] Random(ulong seed, int count, double scale = 1)
    {
        var random = new CounterRandom(seed);
        ulong position = 0;
        return [.. Enumerable.Range(0, count).Select(_ => scale * random.Normal(ref position))];
    }

    public static double[][] Random(ulong seed, int rows, int count, double scale = 1) =>
        [.. Enumerable.Range(0, rows).Select(row => Random(seed + (ulong)row + 1000, count, scale))];

    /// <summary>All numbers agree to within a share of the largest expected one, or of 1 if all are 0.</summary>
    public static void AssertClose(double[] expected, double[] actual, double tolerance, string what)
    {
        Assert.True(expected.Length == actual.Length, $"{what}: expected {expected.Length} numbers, but there are {actual.Length}");
        double scale = expected.Select(Math.Abs).DefaultIfEmpty(0).Max();
        // What is so small is a 0 that was rounded.
        if (scale < 1e-15)
            scale = 1;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs(expected[i] - actual[i]);
            Assert.True(
                difference <= tolerance * scale,
                $"{what}[{i}]: expected {expected[i]:R}, got {actual[i]:R}; "
                + $"the difference {difference:E2} is more than {tolerance:E1} of {scale:E2}");
        }
    }

    public static void AssertClose(TestPass expected, TestPass actual, double tolerance, string what)
    {
        AssertClose(expected.Outputs, actual.Outputs, tolerance, $"{what} outputs");
        AssertClose(
            [.. expected.FinalStates.SelectMany(s => s)], [.. actual.FinalStates.SelectMany(s => s)], tolerance, $"{what} final states");
        AssertClose([expected.Loss], [actual.Loss], tolerance, $"{what} loss");
        AssertClose(expected.InputGradients, actual.InputGradients, tolerance, $"{what} input gradients");
        AssertClose(expected.SourceGradients, actual.SourceGradients, tolerance, $"{what} source gradients");
        AssertClose(expected.Attention, actual.Attention, tolerance, $"{what} attention");
        AssertClose(
            [.. expected.InitialStateGradients.SelectMany(s => s)], [.. actual.InitialStateGradients.SelectMany(s => s)], tolerance,
            $"{what} initial state gradients");
        Assert.Equal(expected.Gradients.Keys.Order(), actual.Gradients.Keys.Order());
        foreach (var (name, gradient) in expected.Gradients)
            AssertClose(gradient, actual.Gradients[name], tolerance, $"{what} gradient of {name}");
    }
}
