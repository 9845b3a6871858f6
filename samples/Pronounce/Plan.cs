namespace Pronounce;

/// <summary>When to let the learning rate fall, and when to stop.</summary>
/// <remarks>
/// With a number of epochs everything is determined. With a number of minutes the end is estimated from the speed, again and again, so that
/// it comes when the time is up.
/// </remarks>
/// <param name="recipe">Says how long.</param>
/// <param name="run">What is trained.</param>
internal sealed class Plan(Recipe recipe, TrainingRun run)
{
    private readonly long last = (long)recipe.Epochs * run.UpdatesPerEpoch;
    private readonly long steady = (long)recipe.Epochs * run.UpdatesPerEpoch / Recipe.SteadyPart;
    private long? decayFrom;

    /// <summary>Updates per second.</summary>
    public double Speed { get; private set; }

    /// <summary>Seconds to go.</summary>
    public double Left { get; private set; }

    /// <summary>Looks at the clock after an update.</summary>
    /// <param name="seconds">Since the start.</param>
    /// <returns>Whether to go on.</returns>
    public bool GoesOn(double seconds)
    {
        Speed = run.Updates / Math.Max(seconds, 1e-9);
        if (recipe.Minutes is not { } minutes)
        {
            Left = (last - run.Updates) / Speed;
            if (decayFrom is null && run.Updates >= steady)
                run.Decay((decayFrom = steady).Value, last);
            return run.Updates < last;
        }

        Left = Math.Max((minutes * 60) - seconds, 0);
        if (decayFrom is null && seconds >= minutes * 60 / Recipe.SteadyPart)
            decayFrom = run.Updates;
        if (decayFrom is { } first)
            run.Decay(first, run.Updates + 1 + (long)(Left * Speed));
        return Left > 0;
    }
}
