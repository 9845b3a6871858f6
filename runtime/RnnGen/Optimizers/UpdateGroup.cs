using RnnGen.Numerics;

namespace RnnGen;

/// <summary>Parameters that an update moves in one way.</summary>
/// <param name="Optimizer">Their rule, with their weight decay.</param>
/// <param name="RateFactor">The factor on the learning rate.</param>
/// <param name="Runs">Where they lie, in whole blocks; null for all parameters.</param>
internal readonly record struct UpdateGroup(Optimizer Optimizer, double RateFactor, (int Start, int Length)[]? Runs)
{
    /// <summary>
    /// Updates all groups, or nothing. Bounds say at once that nothing can become infinite: that costs a look at the parameters, for the
    /// moments' bound goes from update to update. Only where they do not say so, the moments are measured, and then every element is tried
    /// before any is written.
    /// </summary>
    /// <returns>The first parameter that would not be finite, or whose moments would not be: then nothing has changed. −1 if there is
    /// none.</returns>
    public static int Update<T>(
        ReadOnlySpan<UpdateGroup> groups, OptimizerState<T> state, AlignedBuffer<T> parameters, AlignedBuffer<T> gradients,
        double largestGradient, double learningRate, double gradientScale)
        where T : unmanaged
    {
        // A tenth of the largest number leaves room for rounding.
        double limit = typeof(T) == typeof(float) ? float.MaxValue / 10 : double.MaxValue / 10;
        foreach (ref readonly UpdateGroup group in groups)
            group.Optimizer.Apply(group, state, parameters, gradients, learningRate, gradientScale, UpdatePhase.Check);
        double largestParameter = double.NaN, moments = state.Bound, after = 0;
        bool isMeasured = false;
        foreach (ref readonly UpdateGroup group in groups)
        {
            double bound = double.NaN;
            if (group.Optimizer.HasBounds)
            {
                if (double.IsNaN(largestParameter))
                    largestParameter = Magnitude.Of(parameters);
                bound = Bound(group);
                if (double.IsNaN(bound) && !isMeasured)
                {
                    (moments, isMeasured) = (state.Measure(), true);
                    bound = Bound(group);
                }
            }

            after = Math.Max(after, bound);
            if (!double.IsNaN(bound))
                continue;
            int bad = group.Optimizer.Apply(group, state, parameters, gradients, learningRate, gradientScale, UpdatePhase.Trial);
            if (bad < 0)
                continue;
            state.Bound = double.NaN;
            return bad;
        }

        foreach (ref readonly UpdateGroup group in groups)
            group.Optimizer.Apply(group, state, parameters, gradients, learningRate, gradientScale, UpdatePhase.Write);
        // Moments of parameters that no group has stay as they are.
        state.Bound = groups is [{ Runs: null }] ? after : Math.Max(after, moments);
        return -1;

        double Bound(in UpdateGroup group) => group.Optimizer.SafeBound(
            largestParameter, gradientScale * largestGradient, moments, limit, state.Step + 1, learningRate * group.RateFactor,
            gradientScale);
    }
}
