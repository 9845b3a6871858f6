namespace RnnGen.Generator.Declarations;

/// <summary>
/// The order in which a model's elements run. Without uses of the step before it is that of the declaration, each element taking all steps
/// at once. Elements on a cycle through the step before have to take turns, step by step: the loop.
/// </summary>
internal sealed class ElementOrder
{
    private readonly IReadOnlyList<ElementDeclaration> elements;

    private ElementOrder(IReadOnlyList<ElementDeclaration> elements) => this.elements = elements;

    /// <summary>The elements that run step by step.</summary>
    public HashSet<int> Loop { get; } = [];

    /// <summary>All elements, those of the loop together.</summary>
    public List<int> Elements { get; } = [];

    public static ElementOrder Of(IReadOnlyList<ElementDeclaration> elements)
    {
        var order = new ElementOrder(elements);
        order.FindLoop();
        order.Sort();
        return order;
    }

    private void FindLoop()
    {
        for (int i = 0; i < elements.Count; i++)
        {
            foreach (var use in elements[i].From.Where(u => u.IsPrevious))
                Loop.UnionWith(Between([i], [use.Index]));
        }

        // Whatever lies between two cycles runs with them.
        if (Loop.Count > 0)
            Loop.UnionWith(Between([.. Loop], [.. Loop]));
    }

    /// <summary>
    /// Everything on the ways from some elements to others, both ends included. A way may go through the step before, more than once.
    /// </summary>
    private HashSet<int> Between(HashSet<int> first, HashSet<int> last)
    {
        var between = Reach(first, i => Enumerable.Range(0, elements.Count).Where(e => elements[e].From.Any(u => u.Index == i)));
        between.IntersectWith(Reach(last, i => elements[i].From.Select(u => u.Index)));
        return between;
    }

    private static HashSet<int> Reach(HashSet<int> start, Func<int, IEnumerable<int>> next)
    {
        var reached = new HashSet<int>(start);
        var pending = new Stack<int>(start);
        while (pending.Count > 0)
        {
            foreach (int element in next(pending.Pop()).Where(reached.Add))
                pending.Push(element);
        }

        return reached;
    }

    private void Sort()
    {
        var remaining = new SortedSet<int>(Enumerable.Range(0, elements.Count));
        while (remaining.Count > 0)
        {
            int next = remaining.First(i => IsReady(i, remaining));
            foreach (int element in Loop.Contains(next) ? Loop.OrderBy(i => i).ToList() : [next])
            {
                Elements.Add(element);
                remaining.Remove(element);
            }
        }
    }

    /// <summary>True if all that an element takes is there; an element of the loop waits until all of the loop can run.</summary>
    private bool IsReady(int element, SortedSet<int> remaining) => Loop.Contains(element)
        ? Loop.All(e => elements[e].From.All(u => Loop.Contains(u.Index) || !remaining.Contains(u.Index)))
        : elements[element].From.All(u => !remaining.Contains(u.Index));
}
