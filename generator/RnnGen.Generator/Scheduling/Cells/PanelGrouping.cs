using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Scheduling.Cells;

/// <summary>Gathers a cell's matrices into panels: for each operand, runs of neighbouring columns that one tile can hold.</summary>
internal static class PanelGrouping
{
    public const int TileColumns = 4;

    /// <param name="columns">The sums in the order of their slots.</param>
    /// <param name="operands">The computed operands.</param>
    public static List<PanelGroup> Of(List<Sum> columns, List<Node> operands)
    {
        var groups = new List<PanelGroup>();
        var states = columns.SelectMany(s => s.Products)
            .Select(p => p.Operand)
            .OfType<Node>()
            .Where(o => o.Op == Op.State)
            .Distinct()
            .OrderBy(o => o.Index);
        foreach (var operand in new Node?[] { null }.Concat(states).Concat(operands))
        {
            // A sum may hold several products with the same operand; the second ones make panels of their own.
            int most = columns.Select(s => s.Products.Count(p => p.Operand == operand)).DefaultIfEmpty(0).Max();
            for (int occurrence = 0; occurrence < most; occurrence++)
            {
                var matrices =
                    columns.Select(s => s.Products.Where(p => p.Operand == operand).Skip(occurrence).FirstOrDefault()?.Matrix).ToList();
                AddRuns(groups, operand, matrices);
            }
        }

        return groups;
    }

    private static void AddRuns(List<PanelGroup> groups, Node? operand, List<int?> matrices)
    {
        for (int column = 0; column < matrices.Count;)
        {
            int length = matrices.Skip(column).TakeWhile(m => m is not null).Count();
            if (length == 0)
            {
                column++;
                continue;
            }

            // Evenly: five columns are 3 + 2, which keeps both tiles tall.
            int pieces = (length + TileColumns - 1) / TileColumns;
            for (; pieces > 0; pieces--)
            {
                int width = (length + pieces - 1) / pieces;
                groups.Add(new PanelGroup(
                    groups.Count, operand, column, matrices.Skip(column).Take(width).Select(m => m!.Value).ToEquatableArray()));
                column += width;
                length -= width;
            }
        }
    }
}
