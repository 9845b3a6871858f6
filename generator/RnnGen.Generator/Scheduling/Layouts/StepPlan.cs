using RnnGen.Generator.Scheduling.Cells;

namespace RnnGen.Generator.Scheduling.Layouts;

/// <summary>Decides how a step of one row goes over the blocks of a layer, by the cache level that holds its matrices.</summary>
/// <param name="Products">The matrices that it multiplies.</param>
/// <param name="IsTogether">
/// Whether the sums of all blocks are taken together, before any state is replaced: from the first-level cache weights come faster than one
/// block can add them up. From further away they do not, and sums become states at once; every other step begins at the other end, with
/// what the step before has left in the caches.
/// </param>
/// <param name="Turns">If they are not taken together, how many times some are.</param>
/// <param name="BlocksPerTurn">If they are not taken together, the blocks that are: of cells with fewer sums more, as one sum has to wait
/// for itself.</param>
internal sealed record StepPlan(IReadOnlyList<PanelGroup> Products, bool IsTogether, int Turns, int BlocksPerTurn)
{
    // 40 of 48 KiB of floats: the rest is for states and what else the program touches.
    private const int FirstLevelCache = 10 << 10;

    // With more than a dozen, narrow vectors run out of registers.
    private const int MostSums = 12;

    // A product takes four cycles: so many sums in turn, and it is the weights that one waits for, which come from the second-level cache
    // at little more than a vector a cycle.
    private const int BusySums = 4;

    /// <summary>True if every other step begins at the other end.</summary>
    public bool Alternates => !IsTogether && Turns > 1;

    public static StepPlan Of(LayerLayout layer, IEnumerable<PanelGroup> products)
    {
        List<PanelGroup> all = [.. products];
        // Of a symbol's matrix a step reads one column.
        long numbers =
            all.Where(g => g.Operand is not null || !layer.Input.IsSymbols).Sum(g => (long)layer.DepthOf(g) * layer.Padded * g.Columns);
        int columns = all.Select(g => g.Columns).DefaultIfEmpty(BusySums).Min();
        int wanted = (BusySums + columns - 1) / columns;
        int most = Math.Max(1, Math.Min(MostSums / layer.Plan.SumCount, wanted));
        int blocks = Enumerable.Range(1, most).Last(n => layer.Blocks % n == 0);
        return new(all, numbers <= FirstLevelCache && layer.Blocks * layer.Plan.SumCount <= MostSums, layer.Blocks / blocks, blocks);
    }
}
