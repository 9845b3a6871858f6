using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>
/// The ways to place labels in the steps of a sequence (Graves et al. 2006, section 4.1), by logarithms in double. A state is a label or a
/// blank: a blank, the first label, a blank, the second label, …, a blank. From one step to the next a way stays, goes on by one state, or
/// by two from one label to a different one.
/// </summary>
internal readonly ref struct CtcLattice : IDisposable
{
    // The logarithm of what cannot be. It is finite, so that differences of two are.
    private const double Never = -1e30;

    // In front of the states and behind them: vectors read up to two states beyond, and whole blocks are computed.
    private const int Guard = Block<double>.Size;

    private readonly Lent<double> memory;
    private readonly int steps;
    private readonly int states;
    private readonly int stride;

    /// <param name="steps">Steps, at least as many as labels, and one more between two that are equal.</param>
    /// <param name="labels">The labels.</param>
    public CtcLattice(int steps, ReadOnlySpan<int> labels)
    {
        this.steps = steps;
        states = (2 * labels.Length) + 1;
        stride = Guard + ((states + Guard - 1) / Guard * Guard) + Guard;
        // Emissions and ways so far of each step; the skips; two rows of the way back; the logarithms.
        memory = new Lent<double>((((2 * steps) + 3) * stride) + steps);
        memory.Span.Fill(Never);
        Span<double> skips = Row(2 * steps);
        for (int i = 1; i < labels.Length; i++)
            skips[(2 * i) + 1] = labels[i] == labels[i - 1] ? Never : 0;
    }

    /// <summary>By step, the logarithm of what the powers of all scores are divided by.</summary>
    public Span<double> Logarithms => memory.Span[^steps..];

    /// <summary>By state, the logarithm of the probability of its class at a step.</summary>
    public Span<double> Emissions(int step) => Row(step);

    /// <summary>By state, the probability that a way is there at a step, after <see cref="Solve"/>.</summary>
    public Span<double> Occupancies(int step) => Row(steps + step);

    /// <summary>The logarithm of the probability of all ways together.</summary>
    public double Solve()
    {
        ref double start = ref Begin();
        return Widest.Run(new Ways(steps, states, stride), ref start, ref start, ref start, ref start);
    }

    /// <summary>The same with vectors <typeparamref name="V"/>, of doubles.</summary>
    public double Solve<V, T>() where V : struct, ILanes<V, T> where T : unmanaged
    {
        ref T start = ref Unsafe.As<double, T>(ref Begin());
        return new Ways(steps, states, stride).Run<V, T>(ref start, ref start, ref start, ref start);
    }

    /// <summary>A way begins in the first blank or the first label, and ends in the last ones.</summary>
    private ref double Begin()
    {
        Span<double> first = Row(steps), end = Row((2 * steps) + 1);
        Emissions(0)[..Math.Min(states, 2)].CopyTo(first);
        end[Math.Max(states - 2, 0)..states].Clear();
        return ref Row(0)[0];
    }

    public void Dispose() => memory.Dispose();

    private Span<double> Row(int row) => memory.Span.Slice((row * stride) + Guard, stride - Guard);

    /// <summary>ln(e^a + e^b + e^c).</summary>
    private static V Add<V, T>(V a, V b, V c) where V : struct, ILanes<V, T> where T : unmanaged
    {
        V largest = V.Max(V.Max(a, b), c);
        V powers = Functions.Exp<V, T>(a - largest) + Functions.Exp<V, T>(b - largest) + Functions.Exp<V, T>(c - largest);
        return largest + Functions.Log<V, T>(powers);
    }

    private readonly struct Ways(int steps, int states, nint stride) : IKernel
    {
        /// <param name="emissions">The first state's; the other rows lie behind it.</param>
        /// <param name="unused">Nothing.</param>
        /// <param name="unusedToo">Nothing.</param>
        /// <param name="nothing">Nothing either.</param>
        public double Run<V, T>(ref T emissions, ref T unused, ref T unusedToo, ref T nothing)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            ref T ways = ref Unsafe.Add(ref emissions, steps * stride), skips = ref Unsafe.Add(ref ways, steps * stride);
            Forward<V, T>(ref emissions, ref ways, ref skips);
            double last = Element.ToDouble(Unsafe.Add(ref ways, ((steps - 1) * stride) + states - 1)), total = last;
            if (states > 1)
            {
                double label = Element.ToDouble(Unsafe.Add(ref ways, ((steps - 1) * stride) + states - 2)), larger = Math.Max(last, label);
                total = larger + Functions.Log(1 + Functions.Exp(Math.Min(last, label) - larger));
            }

            Back<V, T>(ref emissions, ref ways, ref skips, V.Constant(total));
            return total;
        }

        /// <summary>From the second step on: the logarithm of all ways that lead to a state, its own emission included.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Forward<V, T>(ref T emissions, ref T ways, ref T skips)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            for (int step = 1; step < steps; step++)
            {
                ref T before = ref Unsafe.Add(ref ways, (step - 1) * stride);
                ref T own = ref Unsafe.Add(ref emissions, step * stride), to = ref Unsafe.Add(ref ways, step * stride);
                for (nint state = 0; state < states; state += V.Count)
                    (V.Load(ref own, state) + Add<V, T>(
                        V.Load(ref before, state), V.Load(ref before, state - 1),
                        V.Load(ref before, state - 2) + V.Load(ref skips, state))).Store(ref to, state);
            }
        }

        /// <summary>
        /// From the last step on: all ways that lead on from a state, and with those that lead to it its share of the total.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Back<V, T>(ref T emissions, ref T ways, ref T skips, V total)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            // The ways on from each state, and the same behind its emission.
            ref T on = ref Unsafe.Add(ref skips, stride), entered = ref Unsafe.Add(ref on, stride);
            for (int step = steps - 1; step >= 0; step--)
            {
                ref T to = ref Unsafe.Add(ref ways, step * stride), own = ref Unsafe.Add(ref emissions, step * stride);
                for (nint state = 0; state < states; state += V.Count)
                {
                    V further = V.Load(ref on, state);
                    Functions.Exp<V, T>(V.Load(ref to, state) + further - total).Store(ref to, state);
                    (further + V.Load(ref own, state)).Store(ref entered, state);
                }

                for (nint state = 0; state < states; state += V.Count)
                    Add<V, T>(
                        V.Load(ref entered, state), V.Load(ref entered, state + 1),
                        V.Load(ref entered, state + 2) + V.Load(ref skips, state + 2)).Store(ref on, state);
            }
        }
    }
}
