using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Numerics;

/// <summary>
/// Convolutions in groups: each output sees some of the input's channels, one of them if it is depthwise. It is computed output by output,
/// in vectors of 16 outputs at the same position.
/// </summary>
/// <remarks>
/// Weights are [block][step tap][tap][channel of the group][16 outputs], biases [block][16 outputs]. Each output is one sum in the order of
/// its weights, the same bits at every vector width. Nothing is checked here.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class GroupedConvolution
{
    /// <summary>The sizes of a convolution in groups.</summary>
    /// <param name="Window">What an output sees, of all channels.</param>
    /// <param name="Groups">A divisor of the channels and of the outputs.</param>
    /// <param name="Outputs">Outputs at each position, in whole blocks from one position to the next.</param>
    public readonly record struct Shape(WindowShape Window, int Groups, int Outputs)
    {
        internal int Blocks => (Outputs + Block<float>.Size - 1) / Block<float>.Size;

        /// <summary>Channels of a group.</summary>
        internal int Inputs => Window.Channels / Groups;

        /// <summary>Weights of an output.</summary>
        internal int Depth => Window.Steps * Window.Kernel * Inputs;

        /// <summary>True if output i sees channel i alone.</summary>
        internal bool IsChannelwise => Groups == Outputs && Groups == Window.Channels;

        /// <summary>True if a block of outputs lies in one group.</summary>
        internal bool HasWholeBlocks => Outputs / Groups % Block<float>.Size == 0;

        /// <summary>The channel of an output's group with a number.</summary>
        internal int ChannelOf(int output, int input) => (output / (Outputs / Groups) * Inputs) + input;
    }

    /// <summary>y = b + W ∗ x.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="rows">Vectors of a step: from one step to the next there are so many.</param>
    /// <param name="vectors">The number of vectors.</param>
    /// <param name="x">[vector][stride], with (<see cref="WindowShape.Past"/> · rows) vectors in front.</param>
    /// <param name="stride">From one vector to the next.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="bias">The biases, or a null reference.</param>
    /// <param name="y">[vector][position][block][16].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward<V, T>(
        Shape shape, nint rows, nint vectors, ref T x, nint stride, ref T weights, ref T bias, ref T y)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        Block<T> part = default;
        WindowShape window = shape.Window;
        int inputs = shape.Inputs, depth = shape.Depth, blocks = shape.Blocks;
        bool hasBias = !Unsafe.IsNullRef(ref bias);
        for (nint vector = 0; vector < vectors; vector++)
        {
            for (int position = 0; position < window.Positions; position++)
            {
                int first = window.FirstOf(position);
                ref T sums = ref Unsafe.Add(ref y, ((vector * window.Positions) + position) * blocks * Block<T>.Size);
                for (int block = 0; block < blocks; block++)
                {
                    for (int lane = 0; lane < Block<T>.Size; lane += V.Count)
                    {
                        int output = (block * Block<T>.Size) + lane;
                        V sum = hasBias ? V.Load(ref bias, output) : V.Zero;
                        nint weight = ((nint)block * depth * Block<T>.Size) + lane;
                        for (int step = 0; step < window.Steps; step++)
                        {
                            ref T grid = ref Unsafe.Add(ref x, (vector - (window.StepsBefore(step) * rows)) * stride);
                            for (int tap = 0; tap < window.Kernel; tap++)
                            {
                                int source = window.SourceOf(first, tap);
                                if (source < 0)
                                {
                                    weight += inputs * Block<T>.Size;
                                    continue;
                                }

                                ref T place = ref Unsafe.Add(ref grid, (nint)source * window.PositionStride);
                                for (int input = 0; input < inputs; input++, weight += Block<T>.Size)
                                    sum = V.MultiplyAdd(
                                        V.Load(ref weights, weight), Seen<V, T>(shape, ref part, ref place, output, input), sum);
                            }
                        }

                        sum.Store(ref sums, output);
                    }
                }
            }
        }
    }

    /// <summary>dx += Wᵀ ∗ dy.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="rows">Vectors of a step.</param>
    /// <param name="vectors">The number of vectors.</param>
    /// <param name="dy">[vector][position][block][16].</param>
    /// <param name="weights">The weights.</param>
    /// <param name="dx">[vector][stride], with (<see cref="WindowShape.Past"/> · rows) vectors in front.</param>
    /// <param name="stride">From one vector to the next.</param>
    /// <param name="accumulate">True if to add to dx, which windows of several steps do in any case.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transposed<V, T>(
        Shape shape, nint rows, nint vectors, ref T dy, ref T weights, ref T dx, nint stride, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        WindowShape window = shape.Window;
        for (nint vector = 0; vector < vectors; vector++)
        {
            if (!accumulate)
                MemoryMarshal.CreateSpan(ref Unsafe.Add(ref dx, vector * stride), (int)stride).Clear();
            for (int position = 0; position < window.Positions; position++)
            {
                int first = window.FirstOf(position);
                ref T outputs = ref Unsafe.Add(ref dy, ((vector * window.Positions) + position) * shape.Blocks * Block<T>.Size);
                for (int step = 0; step < window.Steps; step++)
                {
                    ref T grid = ref Unsafe.Add(ref dx, (vector - (window.StepsBefore(step) * rows)) * stride);
                    for (int tap = 0; tap < window.Kernel; tap++)
                    {
                        if (window.SourceOf(first, tap) is >= 0 and int source)
                            AddSeen<V, T>(
                                shape, ((step * window.Kernel) + tap) * shape.Inputs, ref outputs, ref weights,
                                ref Unsafe.Add(ref grid, (nint)source * window.PositionStride));
                    }
                }
            }
        }
    }

    /// <summary>dW (+)= dy · x and db (+)= dy, over all vectors in their order.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="rows">Vectors of a step.</param>
    /// <param name="vectors">The number of vectors.</param>
    /// <param name="x">[vector][stride], with (<see cref="WindowShape.Past"/> · rows) vectors in front.</param>
    /// <param name="stride">From one vector to the next.</param>
    /// <param name="dy">[vector][position][block][16].</param>
    /// <param name="dweights">The gradients of the weights.</param>
    /// <param name="dbias">The gradients of the biases, or a null reference.</param>
    /// <param name="accumulate">True if to add to gradients that are there.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradients<V, T>(
        Shape shape, nint rows, nint vectors, ref T x, nint stride, ref T dy, ref T dweights, ref T dbias, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        Block<T> part = default;
        WindowShape window = shape.Window;
        int size = Block<T>.Size, inputs = shape.Inputs, depth = shape.Depth, blocks = shape.Blocks;
        bool hasBias = !Unsafe.IsNullRef(ref dbias);
        if (!accumulate)
        {
            MemoryMarshal.CreateSpan(ref dweights, blocks * depth * size).Clear();
            if (hasBias)
                MemoryMarshal.CreateSpan(ref dbias, blocks * size).Clear();
        }

        for (nint vector = 0; vector < vectors; vector++)
        {
            for (int position = 0; position < window.Positions; position++)
            {
                int first = window.FirstOf(position);
                ref T gradients = ref Unsafe.Add(ref dy, ((vector * window.Positions) + position) * blocks * size);
                for (int output = 0; output < blocks * size; output += V.Count)
                {
                    V gradient = V.Load(ref Whole<V, T>(ref part, ref gradients, output, shape.Outputs), output % size);
                    if (hasBias)
                        (V.Load(ref dbias, output) + gradient).Store(ref dbias, output);
                    nint weight = ((nint)(output / size) * depth * size) + (output % size);
                    for (int step = 0; step < window.Steps; step++)
                    {
                        ref T grid = ref Unsafe.Add(ref x, (vector - (window.StepsBefore(step) * rows)) * stride);
                        for (int tap = 0; tap < window.Kernel; tap++)
                        {
                            int source = window.SourceOf(first, tap);
                            if (source < 0)
                            {
                                weight += inputs * size;
                                continue;
                            }

                            ref T place = ref Unsafe.Add(ref grid, (nint)source * window.PositionStride);
                            for (int input = 0; input < inputs; input++, weight += size)
                            {
                                V seen = Seen<V, T>(shape, ref part, ref place, output, input);
                                V.MultiplyAdd(gradient, seen, V.Load(ref dweights, weight)).Store(ref dweights, weight);
                            }
                        }
                    }
                }
            }
        }
    }

    /// <summary>What a vector of outputs sees of a place: for each output the number of one channel; 0 behind the last output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Seen<V, T>(in Shape shape, ref Block<T> part, ref T place, int output, int input)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        if (shape.IsChannelwise)
            return V.Load(ref Whole<V, T>(ref part, ref place, output, shape.Outputs), output % Block<T>.Size);
        if (shape.HasWholeBlocks)
            return V.Broadcast(Unsafe.Add(ref place, shape.ChannelOf(output, input)));
        for (int lane = 0; lane < V.Count; lane++)
        {
            part[lane] = output + lane < shape.Outputs ? Unsafe.Add(ref place, shape.ChannelOf(output + lane, input)) : default;
        }

        return V.Load(ref part.Start, 0);
    }

    /// <summary>Adds Wᵀ · dy of one place that the outputs see, from the channel's first weight on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddSeen<V, T>(in Shape shape, int depth, ref T dy, ref T weights, ref T place)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        Block<T> part = default, sums = default;
        int size = Block<T>.Size;
        for (int block = 0; block < shape.Blocks; block++)
        {
            int output = block * size;
            for (int input = 0; input < shape.Inputs; input++)
            {
                ref T weight = ref Unsafe.Add(ref weights, (((nint)block * shape.Depth) + depth + input) * size);
                if (shape.IsChannelwise)
                {
                    ref T before = ref part.Read(ref place, output, shape.Outputs, V.Zero);
                    ref T after = ref sums.Write(ref place, output, shape.Outputs);
                    for (int lane = 0; lane < size; lane += V.Count)
                        V.MultiplyAdd(V.Load(ref weight, lane), V.Load(ref dy, output + lane), V.Load(ref before, lane))
                            .Store(ref after, lane);
                    sums.Written(ref place, output, shape.Outputs);
                    continue;
                }

                for (int lane = 0; lane < size; lane += V.Count)
                    (V.Load(ref weight, lane) * V.Load(ref dy, output + lane)).Store(ref sums.Start, lane);
                for (int lane = 0; lane < size && output + lane < shape.Outputs; lane++)
                {
                    ref T sum = ref Unsafe.Add(ref place, shape.ChannelOf(output + lane, input));
                    sum = Element.Add(sum, sums[lane]);
                }
            }
        }
    }

    /// <summary>The block of a row that an element lies in: in place, or filled up with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref T Whole<V, T>(ref Block<T> part, ref T row, int element, int size)
        where V : struct, ILanes<V, T>
        where T : unmanaged => ref part.Read(ref row, element / Block<T>.Size * Block<T>.Size, size, V.Zero);
}
