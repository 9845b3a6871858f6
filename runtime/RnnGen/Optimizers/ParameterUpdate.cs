using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>A part of an update. Only the last one writes, and nothing refuses it.</summary>
internal enum UpdatePhase
{
    /// <summary>Refuses a rule that moves padding.</summary>
    Check,

    /// <summary>Finds out whether every number stays finite.</summary>
    Trial,

    /// <summary>Moves the parameters.</summary>
    Write,
}

/// <summary>One update of parameters.</summary>
/// <param name="Parameters">As long as the other buffers.</param>
/// <param name="Gradients">The gradients, not changed.</param>
/// <param name="First">The first moment; any buffer if there is none.</param>
/// <param name="Second">The second moment; likewise.</param>
/// <param name="Moments">The number of moments, 0 to 2.</param>
/// <param name="Number">The number of the update, from 1.</param>
/// <param name="Rate">The learning rate.</param>
/// <param name="GradientScale">The factor on gradients.</param>
/// <param name="GradientDecay">The multiple of a parameter that is added to its gradient.</param>
/// <param name="Runs">The parameters that it moves, in whole blocks; null for all of them.</param>
/// <param name="Phase">What is done of it now.</param>
internal readonly record struct ParameterUpdate<T>(
    AlignedBuffer<T> Parameters, AlignedBuffer<T> Gradients, AlignedBuffer<T> First, AlignedBuffer<T> Second,
    int Moments, long Number, double Rate, double GradientScale, double GradientDecay, (int Start, int Length)[]? Runs, UpdatePhase Phase)
    where T : unmanaged
{
    /// <summary>Moves the parameters, or tries it.</summary>
    /// <returns>Of a trial the first parameter that would not be finite, or whose moments would not be; −1 if there is none.</returns>
    public int Run<TRule>(TRule rule) where TRule : struct, IUpdateRule
    {
        if (Runs is null)
            return Run(rule, 0, Parameters.PaddedLength);
        foreach (var (start, length) in Runs)
        {
            if (Run(rule, start, length) is >= 0 and int bad)
                return bad;
        }

        return -1;
    }

    /// <summary>
    /// True if a rule moves padding: parameters of 0 with gradients of 0, and moments as they are before the first update. To NaN is for
    /// the trial to find.
    /// </summary>
    public bool MovesPadding<TRule>(TRule rule, double initialFirst, double initialSecond) where TRule : struct, IUpdateRule
    {
        Block<T> parameters = default, gradients = default, first = default, second = default;
        ((Span<T>)first).Fill(Element.FromDouble<T>(initialFirst));
        ((Span<T>)second).Fill(Element.FromDouble<T>(initialSecond));
        Widest.Run(
            new UpdateKernel<TRule>(Elements(rule), Block<T>.Size), ref parameters.Start, ref gradients.Start, ref first.Start,
            ref second.Start);
        foreach (T parameter in parameters)
        {
            if (Element.ToDouble(parameter) is not (0 or double.NaN))
                return true;
        }

        return false;
    }

    private int Run<TRule>(TRule rule, int start, int length) where TRule : struct, IUpdateRule
    {
        if (Phase == UpdatePhase.Trial)
            return Over(new TrialKernel<TRule>(Elements(rule), length), start) is >= 0 and double bad ? start + (int)bad : -1;
        Over(new UpdateKernel<TRule>(Elements(rule), length), start);
        return -1;
    }

    private UpdateElements<TRule> Elements<TRule>(TRule rule) where TRule : struct, IUpdateRule =>
        new(rule, Moments, GradientScale, GradientDecay);

    private double Over<TKernel>(TKernel kernel, int start) where TKernel : struct, IKernel => Widest.Run(
        kernel, ref Unsafe.Add(ref Parameters.Start, start), ref Unsafe.Add(ref Gradients.Start, start),
        ref Unsafe.Add(ref First.Start, start), ref Unsafe.Add(ref Second.Start, start));
}

/// <summary>The arithmetic of an update on a vector of elements.</summary>
internal readonly struct UpdateElements<TRule>(TRule rule, int moments, double gradientScale, double gradientDecay)
    where TRule : struct, IUpdateRule
{
    private readonly TRule rule = rule;

    /// <summary>True if there is a first moment.</summary>
    public bool HasFirst => moments > 0;

    /// <summary>True if there is a second one.</summary>
    public bool HasSecond => moments > 1;

    /// <summary>Reads elements and applies the rule to them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<V, T>(
        ref T parameters, ref T gradients, ref T first, ref T second, nint i, out V parameter, out V gradient, out V moment1, out V moment2)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        parameter = V.Load(ref parameters, i);
        gradient = V.MultiplyAdd(V.Constant(gradientDecay), parameter, V.Constant(gradientScale) * V.Load(ref gradients, i));
        moment1 = HasFirst ? V.Load(ref first, i) : V.Zero;
        moment2 = HasSecond ? V.Load(ref second, i) : V.Zero;
        rule.Apply<V, T>(ref parameter, gradient, ref moment1, ref moment2);
    }
}

/// <summary>Updates a buffer.</summary>
internal readonly struct UpdateKernel<TRule>(UpdateElements<TRule> update, nint length) : IKernel
    where TRule : struct, IUpdateRule
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Run<V, T>(ref T parameters, ref T gradients, ref T first, ref T second)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        // Locals, and a loop that is entered without a test: then the JIT computes constants once, before it.
        UpdateElements<TRule> elements = update;
        nint i = 0, end = length;
        if (end == 0)
            return 0;
        do
        {
            elements.Apply(ref parameters, ref gradients, ref first, ref second, i, out V parameter, out _, out V moment1, out V moment2);
            parameter.Store(ref parameters, i);
            if (elements.HasFirst)
                moment1.Store(ref first, i);
            if (elements.HasSecond)
                moment2.Store(ref second, i);
            i += V.Count;
        }
        while (i < end);
        return 0;
    }
}

/// <summary>Finds the first element that an update would not leave finite, and writes nothing; −1 if there is none.</summary>
internal readonly struct TrialKernel<TRule>(UpdateElements<TRule> update, nint length) : IKernel
    where TRule : struct, IUpdateRule
{
    private const int Piece = 64 * Block<float>.Size;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Run<V, T>(ref T parameters, ref T gradients, ref T first, ref T second)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        UpdateElements<TRule> elements = update;
        for (nint start = 0; start < length; start += Piece)
        {
            V sum = V.Zero;
            nint end = nint.Min(start + Piece, length), place = start;
            do
            {
                sum += Excess<V, T>(elements, ref parameters, ref gradients, ref first, ref second, place);
                place += V.Count;
            }
            while (place < end);
            if (FirstOf<V, T>(sum) < 0)
                continue;
            for (nint i = start; i < end; i += V.Count)
            {
                if (FirstOf<V, T>(Excess<V, T>(elements, ref parameters, ref gradients, ref first, ref second, i)) is >= 0 and int lane)
                    return i + lane;
            }
        }

        return -1;
    }

    /// <summary>0 where everything is finite, otherwise NaN: so is x − x. A rule may hide a gradient that is not finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Excess<V, T>(UpdateElements<TRule> elements, ref T parameters, ref T gradients, ref T first, ref T second, nint i)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        elements.Apply(
            ref parameters, ref gradients, ref first, ref second, i, out V parameter, out V gradient, out V moment1, out V moment2);
        V excess = (parameter - parameter) + (gradient - gradient);
        if (elements.HasFirst)
            excess += moment1 - moment1;
        if (elements.HasSecond)
            excess += moment2 - moment2;
        return excess;
    }

    private static int FirstOf<V, T>(V excess)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        Block<T> lanes = default;
        excess.Store(ref lanes.Start, 0);
        for (int lane = 0; lane < V.Count; lane++)
        {
            if (!Element.IsZero(lanes[lane]))
                return lane;
        }

        return -1;
    }
}
