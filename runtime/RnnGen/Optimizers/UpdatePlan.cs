using RnnGen.Generated;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>Which parameters an update moves, and how: a trainer's options, by places in the buffer.</summary>
internal sealed class UpdatePlan
{
    // Every block of 16 elements belongs to one tensor, or is padding.
    private const int BlockSize = Panels.Lanes;
    private const int Still = -1;

    private readonly ParameterInfo[] table;
    private readonly UpdateGroup[] groups;
    private readonly (int Start, int Length)[] still = [];
    private readonly (ParameterInfo Info, ParameterGroup Group)[] ranges = [];
    private readonly int[] groupOf;

    /// <param name="optimizer">The rule.</param>
    /// <param name="table">The model's parameters.</param>
    /// <param name="length">The length of their buffer.</param>
    /// <param name="train">The names of those that are trained; null for all.</param>
    /// <param name="options">Groups of them.</param>
    /// <exception cref="ArgumentException">A name means no parameter, nothing is left to train, or a group's range is empty.</exception>
    public UpdatePlan(
        Optimizer optimizer, ParameterInfo[] table, int length, IReadOnlyList<string>? train, IReadOnlyList<ParameterGroup> options)
    {
        this.table = table;
        if (train is not null)
            ParameterGroup.Check(train, table);
        foreach (ParameterGroup group in options)
        {
            ParameterGroup.Check(group.Names, table);
            if (group.Minimum > group.Maximum)
                throw new ArgumentException(
                    $"The group of {string.Join(", ", group.Names)} has the minimum {group.Minimum} and the maximum {group.Maximum}.");
        }

        // The last group has what no other has.
        groupOf = [.. table.Select(info => GroupOf(info, train, options))];
        if (Array.TrueForAll(groupOf, group => group == Still))
            throw new ArgumentException("All parameters are frozen: nothing is left to train.");
        if (Array.TrueForAll(groupOf, group => group == options.Count))
        {
            groups = [new(optimizer, RateFactor: 1, Runs: null)];
            return;
        }

        int[] blocks = GroupsOfBlocks(length, options.Count);
        groups =
        [
            .. Enumerable.Range(0, options.Count + 1).Select(index => new UpdateGroup(
                index < options.Count && options[index].WeightDecay is { } decay ? optimizer with { WeightDecay = decay } : optimizer,
                index < options.Count ? options[index].RateFactor : 1,
                RunsOf(blocks, index))).Where(group => group.Runs!.Length > 0)
        ];
        still = RunsOf(blocks, Still);
        ranges =
        [
            .. table.Zip(groupOf).Where(pair => pair.Second >= 0 && pair.Second < options.Count && options[pair.Second].HasRange)
                .Select(pair => (pair.First, options[pair.Second]))
        ];
    }

    /// <summary>The parameters that move, in groups.</summary>
    public ReadOnlySpan<UpdateGroup> Groups => groups;

    /// <summary>True if a tensor of the table moves.</summary>
    public bool Moves(int index) => groupOf[index] != Still;

    /// <summary>Sets the gradients of parameters that do not move to 0, so that they count in no norm.</summary>
    public void ClearStill<T>(AlignedBuffer<T> gradients) where T : unmanaged
    {
        foreach (var (start, length) in still)
            gradients.Span.Slice(start, Math.Min(length, gradients.Length - start)).Clear();
    }

    /// <summary>Brings parameters back into the ranges of their groups.</summary>
    public void Limit<T>(AlignedBuffer<T> parameters) where T : unmanaged
    {
        Span<T> values = parameters.Span;
        foreach (var (info, group) in ranges)
        {
            foreach (ParameterSlice slice in info.Slices)
            {
                for (int row = slice.FirstRow; row < slice.FirstRow + slice.Rows; row++)
                {
                    for (int column = 0; column < info.Width; column++)
                    {
                        ref T value = ref values[slice.IndexOf(row, column)];
                        double number = Element.ToDouble(value);
                        if (number < group.Minimum || number > group.Maximum)
                            value = Element.FromDouble<T>(Math.Clamp(number, group.Minimum, group.Maximum));
                    }
                }
            }
        }
    }

    private static int GroupOf(ParameterInfo info, IReadOnlyList<string>? train, IReadOnlyList<ParameterGroup> options)
    {
        if (info.IsFrozen || (train is not null && !ParameterGroup.Contains(train, info.Name)))
            return Still;
        int group = 0;
        while (group < options.Count && !ParameterGroup.Contains(options[group].Names, info.Name))
            group++;
        return group;
    }

    /// <summary>The group of each block; padding goes with the block before it.</summary>
    private int[] GroupsOfBlocks(int length, int others)
    {
        const int Padding = -2;
        int[] blocks = new int[(length + BlockSize - 1) / BlockSize];
        Array.Fill(blocks, Padding);
        for (int tensor = 0; tensor < table.Length; tensor++)
        {
            foreach (ParameterSlice slice in table[tensor].Slices)
            {
                for (int row = slice.FirstRow; row < slice.FirstRow + slice.Rows; row++)
                {
                    for (int column = 0; column < table[tensor].Width; column++)
                        blocks[slice.IndexOf(row, column) / BlockSize] = groupOf[tensor];
                }
            }
        }

        int before = others;
        foreach (ref int block in blocks.AsSpan())
            before = block = block == Padding ? before : block;
        return blocks;
    }

    private static (int Start, int Length)[] RunsOf(int[] blocks, int group)
    {
        List<(int Start, int Length)> runs = [];
        for (int block = 0; block < blocks.Length; block++)
        {
            if (blocks[block] != group)
                continue;
            int start = block;
            while (block + 1 < blocks.Length && blocks[block + 1] == group)
                block++;
            runs.Add((start * BlockSize, (block + 1 - start) * BlockSize));
        }

        return [.. runs];
    }
}
