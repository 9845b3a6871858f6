using System.Collections;
using System.ComponentModel;
using RnnGen.Generated;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// The parameter tensors of a model, under PyTorch's names and in PyTorch's shapes. The same table describes every buffer
/// laid out like the parameters: gradients, and the moments of an optimiser.
/// </summary>
/// <typeparam name="T">The element: <see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ParameterSet<T> : IReadOnlyList<ParameterView<T>> where T : unmanaged
{
    private readonly ParameterInfo[] table;
    private readonly ParameterView<T>[] views;
    private readonly Dictionary<string, int> positions;

    /// <summary>Reads <paramref name="buffer"/> as <paramref name="table"/> says.</summary>
    /// <param name="table">The tensors, each with a name of its own.</param>
    /// <param name="buffer">The values, the padding between them included.</param>
    /// <exception cref="ArgumentException">Two tensors have one name, or a slice lies outside its tensor or outside the buffer, or a matrix
    /// has rows that are added to others.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public ParameterSet(ParameterInfo[] table, AlignedBuffer<T> buffer)
        : this(
            table, buffer,
            new("Another call to a trainer of this model has not ended: a model's trainers take one call at a time. Nothing has changed."))
    {
    }

    private ParameterSet(ParameterInfo[] table, AlignedBuffer<T> buffer, Exclusive training)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(buffer);
        this.table = table;
        Training = training;
        Buffer = buffer;
        views = [.. table.Select(info => new ParameterView<T>(info, buffer))];
        positions = new(table.Length, StringComparer.Ordinal);
        for (int i = 0; i < table.Length; i++)
        {
            if (!positions.TryAdd(table[i].Name, i))
                throw new ArgumentException($"Two parameters are named {table[i].Name}.", nameof(table));
            if (table[i] is { Columns: > 0, Folded.Length: > 0 })
                throw new ArgumentException($"{table[i].Name} is a matrix, and only rows of vectors are added to others.", nameof(table));
            foreach (ParameterSlice slice in table[i].Slices.Concat(table[i].Folded))
            {
                if (!Fits(slice, table[i], buffer.Length))
                    throw new ArgumentException(
                        $"{slice} does not fit {table[i].Name} in a buffer of {buffer.Length} elements.", nameof(table));
            }
        }
    }

    /// <summary>The number of tensors.</summary>
    public int Count => views.Length;

    /// <summary>The number of trained values: rows without a parameter of their own, and padding, do not count.</summary>
    public long ParameterCount
    {
        get
        {
            long count = 0;
            foreach (ParameterInfo info in table)
            {
                foreach (ParameterSlice slice in info.Slices)
                    count += (long)slice.Rows * info.Width;
            }

            return count;
        }
    }

    /// <summary>The first value, for generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public ref T Start => ref Buffer.Start;

    /// <summary>The calls of all trainers of the model that the set belongs to.</summary>
    internal Exclusive Training { get; }

    /// <summary>Held by whoever writes many values or copies them, so that a copy is whole.</summary>
    internal Lock Writing { get; } = new();

    /// <summary>The values of all tensors, padding included.</summary>
    internal AlignedBuffer<T> Buffer { get; }

    /// <summary>A tensor by its position.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is outside that range.</exception>
    public ParameterView<T> this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return views[index];
        }
    }

    /// <summary>A tensor by its name.</summary>
    /// <param name="name">For instance <c>rnn.weight_ih_l0</c>.</param>
    /// <exception cref="KeyNotFoundException">No tensor has that name; the message lists those there are.</exception>
    public ParameterView<T> this[string name] => positions.TryGetValue(name, out int index)
        ? views[index]
        : throw new KeyNotFoundException($"No parameter is named {name}. The parameters are: {string.Join(", ", positions.Keys)}.");

    /// <summary>A copy of the tensors with their values as they are now. It waits for an update or a load that is writing them.</summary>
    public ParameterSet<T> Copy()
    {
        AlignedBuffer<T> copy = new(Buffer.Length);
        lock (Writing)
            Buffer.Span.CopyTo(copy.Span);
        return In(copy);
    }

    /// <summary>
    /// Sets all values of another set to those of this one. It waits for an update or a load that is writing them; nothing is allocated.
    /// </summary>
    /// <param name="target">A set of the same model or of another of its class, for instance a <see cref="Copy"/>.</param>
    /// <exception cref="ArgumentException">It is of other parameters. Nothing has changed.</exception>
    public void CopyTo(ParameterSet<T> target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (target.table != table)
            throw new ArgumentException("Expected a set of the same class's parameters, but it is another's.", nameof(target));
        if (ReferenceEquals(target, this))
            return;
        // One copy at a time: two in opposite directions would otherwise wait for each other.
        lock (CopyLock.Instance)
        {
            lock (Writing)
            {
                lock (target.Writing)
                    Buffer.Span.CopyTo(target.Buffer.Span);
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerator<ParameterView<T>> GetEnumerator() => ((IEnumerable<ParameterView<T>>)views).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The tensors and the places of their values.</summary>
    internal ParameterInfo[] Table => table;

    /// <summary>The entry that lies at a place of the buffer, for instance <c>rnn.weight_ih_l0[3, 5]</c>; null for padding.</summary>
    internal string? NameOf(int index)
    {
        foreach (ParameterInfo info in table)
        {
            foreach (ParameterSlice slice in info.Slices)
            {
                for (int row = slice.FirstRow; row < slice.FirstRow + slice.Rows; row++)
                {
                    for (int column = 0; column < info.Width; column++)
                    {
                        if (slice.IndexOf(row, info.DepthOf(column)) == index)
                            return info.Columns > 0 ? $"{info.Name}[{row}, {column}]" : $"{info.Name}[{row}]";
                    }
                }
            }
        }

        return null;
    }

    /// <summary>The tensors in another buffer of the same layout.</summary>
    internal ParameterSet<T> In(AlignedBuffer<T> buffer) => new(table, buffer);

    /// <summary>The tensors that are trained, in another buffer of the same layout.</summary>
    internal ParameterSet<T> TrainedIn(AlignedBuffer<T> buffer) => new([.. table.Where(info => !info.IsFrozen)], buffer);

    /// <summary>A set of zeros to take the place of this one in its model.</summary>
    internal ParameterSet<T> Successor() => new(table, new(Buffer.Length), Training);

    private static bool Fits(ParameterSlice slice, ParameterInfo info, int length)
    {
        if (slice.FirstRow < 0 || slice.Rows <= 0 || slice.Rows > info.Rows - slice.FirstRow)
            return false;
        if (slice.Offset < 0 || slice.Lanes <= 0 || slice.BlockStride < 0 || slice.DepthStride < 0)
            return false;
        // The last block may be shorter than the one before it, which then may reach further.
        long blocks = (slice.Rows - 1) / slice.Lanes;
        long depth = (long)Math.Max(info.Columns - 1, 0) * slice.DepthStride;
        long last = (blocks * slice.BlockStride) + ((slice.Rows - 1) % slice.Lanes);
        long before = blocks == 0 ? 0 : ((blocks - 1) * slice.BlockStride) + slice.Lanes - 1;
        return slice.Offset + depth + Math.Max(last, before) < length;
    }
}

/// <summary>Held by a copy from one set to another, which holds both.</summary>
internal static class CopyLock
{
    public static Lock Instance { get; } = new();
}
