using System.Globalization;
using RnnGen.Generated;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// A parameter tensor of a model, seen in PyTorch's shape and order. The values stay where the model's kernels want them;
/// reading and writing go there directly.
/// </summary>
/// <remarks>
/// A row may have no parameter of its own: PyTorch trains two biases per gate, most cells one. Such a row reads as 0;
/// <see cref="CopyFrom"/> adds its values to the parameter that stands for it, so importing both of PyTorch's biases one
/// after the other gives their sum.
/// </remarks>
/// <typeparam name="T">The element: <see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ParameterView<T> where T : unmanaged
{
    private readonly ParameterInfo info;
    private readonly AlignedBuffer<T> buffer;

    internal ParameterView(ParameterInfo info, AlignedBuffer<T> buffer)
    {
        this.info = info;
        this.buffer = buffer;
    }

    /// <summary>For instance <c>rnn.weight_ih_l0</c>.</summary>
    public string Name => info.Name;

    /// <summary>The first dimension.</summary>
    public int Rows => info.Rows;

    /// <summary>The second dimension, of a convolution the product of the second and the third; 0 for a vector.</summary>
    public int Columns => info.Columns;

    /// <summary>[Rows, Columns], [Rows] for a vector, [Rows, channels, kernel] for a convolution, of which the kernel has two
    /// dimensions if it runs over both axes.</summary>
    public IReadOnlyList<int> Shape => info.Shape;

    /// <summary>Of a convolution the places that an output sees; 0 for other tensors.</summary>
    internal int Kernel => info.Kernel;

    /// <summary>The last dimensions of a convolution.</summary>
    internal int[] KernelShape => info.KernelShape;

    /// <summary>The number of values that the shape holds.</summary>
    public int Count => info.Rows * Width;

    private int Width => info.Width;

    /// <summary>An element of a vector.</summary>
    /// <param name="row">0 to <see cref="Rows"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="row"/> is outside the shape.</exception>
    /// <exception cref="ArgumentException">The value is not finite.</exception>
    /// <exception cref="InvalidOperationException">The tensor is a matrix, or a row is set that has no parameter of its own.</exception>
    public T this[int row]
    {
        get => Columns == 0 ? Get(row, 0) : throw WrongRank("[row, column]");
        set => Set(row, Columns == 0 ? 0 : throw WrongRank("[row, column]"), value);
    }

    /// <summary>
    /// An element of a matrix, or of a convolution: its weight of a channel and a tap is in the column channel · kernel + tap.
    /// </summary>
    /// <param name="row">0 to <see cref="Rows"/> − 1.</param>
    /// <param name="column">0 to <see cref="Columns"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the shape.</exception>
    /// <exception cref="ArgumentException">The value is not finite.</exception>
    /// <exception cref="InvalidOperationException">The tensor is a vector, or a row is set that has no parameter of its own.</exception>
    public T this[int row, int column]
    {
        get => Columns != 0 ? Get(row, column) : throw WrongRank("[row]");
        set => Set(row, Columns != 0 ? column : throw WrongRank("[row]"), value);
    }

    /// <summary>Copies all values out, row by row.</summary>
    /// <param name="destination">Exactly <see cref="Count"/> elements.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has another length.</exception>
    public void CopyTo(Span<T> destination)
    {
        CheckLength(destination.Length, nameof(destination));
        destination.Clear();
        Span<T> values = buffer.Span;
        foreach (ParameterSlice slice in info.Slices)
        {
            for (int row = slice.FirstRow; row < slice.FirstRow + slice.Rows; row++)
            {
                int start = slice.IndexOf(row, 0);
                Span<T> target = destination.Slice(row * Width, Width);
                for (int column = 0; column < target.Length; column++)
                    target[column] = values[start + (info.DepthOf(column) * slice.DepthStride)];
            }
        }
    }

    /// <summary>
    /// Copies all values in, row by row. Rows without a parameter of their own are added to the one that stands for them.
    /// </summary>
    /// <param name="source">Exactly <see cref="Count"/> finite values.</param>
    /// <exception cref="ArgumentException">
    /// The length is another, a value is not finite, or a row that no parameter stands for is not 0. Nothing has changed then.
    /// </exception>
    public void CopyFrom(ReadOnlySpan<T> source)
    {
        CheckLength(source.Length, nameof(source));
        if ((Problem(source) ?? Fold(source, InModel, write: false)) is { } problem)
            throw new ArgumentException($"{Name} {problem}.", nameof(source));
        SetOwn(source, InModel);
        Fold(source, InModel, write: true);
    }

    /// <summary>The fault of the values, worded to follow the tensor's name; null if there is none.</summary>
    internal string? Problem(ReadOnlySpan<T> values, bool mayBeNegative = true)
    {
        for (int row = 0; row < Rows; row++)
        {
            bool isFree = Covers(info.Slices, row) || Covers(info.Folded, row);
            for (int i = row * Width; i < (row + 1) * Width; i++)
            {
                if (!Element.IsFinite(values[i]))
                    return $"is not finite: {At(i)} is {Text(values[i])}";
                if (!mayBeNegative && Element.ToDouble(values[i]) < 0)
                    return $"holds squares, but {At(i)} is {Text(values[i])}";
                if (!isFree && !Element.IsZero(values[i]))
                    return $"has no parameter in row {row}, which must be 0, but {At(i)} is {Text(values[i])}";
            }
        }

        return null;
    }

    /// <summary>True if a row has a parameter of its own.</summary>
    internal bool Owns(int row) => Covers(info.Slices, row);

    /// <summary>The value at a place in the model's buffer: there, or in a copy of some of them.</summary>
    internal delegate ref T Storage(int place);

    /// <summary>The model's own buffer.</summary>
    internal ref T InModel(int place) => ref buffer.Span[place];

    /// <summary>Sets the rows that have a parameter of their own.</summary>
    internal void SetOwn(ReadOnlySpan<T> values, Storage own)
    {
        foreach (ParameterSlice slice in info.Slices)
        {
            for (int row = slice.FirstRow; row < slice.FirstRow + slice.Rows; row++)
            {
                int start = slice.IndexOf(row, 0);
                ReadOnlySpan<T> source = values.Slice(row * Width, Width);
                for (int column = 0; column < source.Length; column++)
                    own(start + (info.DepthOf(column) * slice.DepthStride)) = source[column];
            }
        }
    }

    /// <summary>
    /// Adds the other rows, which only vectors have, to the parameters that stand for them, or only says whether a sum would be infinite.
    /// </summary>
    internal string? Fold(ReadOnlySpan<T> values, Storage own, bool write)
    {
        foreach (ParameterSlice slice in info.Folded)
        {
            for (int row = slice.FirstRow; row < slice.FirstRow + slice.Rows; row++)
            {
                // Adding 0 would turn a saved −0 into +0: what was saved must come back bit by bit.
                if (Element.IsZero(values[row]))
                    continue;
                ref T place = ref own(slice.IndexOf(row, 0));
                T sum = Element.Add(place, values[row]);
                if (!Element.IsFinite(sum))
                    return $"overflows where {At(row)} = {Text(values[row])} is added to {Text(place)}";
                if (write)
                    place = sum;
            }
        }

        return null;
    }

    private T Get(int row, int column)
    {
        CheckIndex(row, column);
        foreach (ParameterSlice slice in info.Slices)
        {
            if (slice.Covers(row))
                return buffer.Span[slice.IndexOf(row, info.DepthOf(column))];
        }

        return default;
    }

    private void Set(int row, int column, T value)
    {
        CheckIndex(row, column);
        if (!Element.IsFinite(value))
            throw new ArgumentException(
                $"A parameter must be finite, but {Name}{At((row * Width) + column)} was given {Text(value)}.", nameof(value));
        foreach (ParameterSlice slice in info.Slices)
        {
            if (!slice.Covers(row))
                continue;
            buffer.Span[slice.IndexOf(row, info.DepthOf(column))] = value;
            return;
        }

        throw new InvalidOperationException($"Row {row} of {Name} has no parameter of its own: it always reads as 0.");
    }

    private static bool Covers(ParameterSlice[] slices, int row)
    {
        foreach (ParameterSlice slice in slices)
        {
            if (slice.Covers(row))
                return true;
        }

        return false;
    }

    private string At(int index) => Columns == 0 ? $"[{index}]" : $"[{index / Columns}, {index % Columns}]";

    private static string Text(T value) => string.Create(CultureInfo.InvariantCulture, $"{value}");

    private void CheckIndex(int row, int column)
    {
        if ((uint)row >= (uint)Rows)
            throw new ArgumentOutOfRangeException(nameof(row), row, $"{Name} has the rows 0 to {Rows - 1}.");
        if ((uint)column >= (uint)Width)
            throw new ArgumentOutOfRangeException(nameof(column), column, $"{Name} has the columns 0 to {Width - 1}.");
    }

    private void CheckLength(int length, string argument)
    {
        if (length != Count)
            throw new ArgumentException(
                $"{Name} has the shape [{string.Join(", ", Shape)}], {Count} values, but the span has {length}.", argument);
    }

    private InvalidOperationException WrongRank(string index) =>
        new($"{Name} has the shape [{string.Join(", ", Shape)}]: its elements are reached by {index}.");
}
