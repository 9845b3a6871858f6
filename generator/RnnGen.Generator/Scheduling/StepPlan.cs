namespace RnnGen.Generator.Scheduling;

/// <summary>How a step of one row goes over the blocks of a layer, by how far away its matrices are.</summary>
/// <param name="Products">The matrices that it multiplies.</param>
/// <param name="IsTogether">
/// Whether the sums of all blocks are taken together, before any state is replaced: from the first-level cache weights come faster than one block can add them up.
/// From further away they do not, and each block's sums become states at once.
/// </param>
/// <param name="TakesTurns">
/// Whether every other step begins at the other end: of matrices that do not stay in the second-level cache from step to step, what the step before read last still does.
/// </param>
internal sealed record StepPlan(IReadOnlyList<PanelGroup> Products, bool IsTogether, bool TakesTurns)
{
    // 40 of 48 KiB of floats: the rest is for states and what else the program touches.
    private const int FirstLevelCache = 10 << 10;

    // 1 MiB of floats: half of a second-level cache.
    private const int LargeMatrix = 256 << 10;

    // With more than a dozen, narrow vectors run out of registers.
    private const int MostSums = 12;

    public static StepPlan Of(LayerLayout layer, IEnumerable<PanelGroup> products)
    {
        List<PanelGroup> all = [.. products];
        // Of a symbol's matrix a step reads one column.
        long numbers = all.Where(g => g.Operand is not null || !layer.Input.IsSymbols).Sum(g => (long)layer.DepthOf(g) * layer.Padded * g.Columns);
        return new(all, numbers <= FirstLevelCache && layer.Blocks * layer.Plan.SumCount <= MostSums, numbers >= LargeMatrix);
    }
}
