namespace RnnGen.Generator.Tests.Architecture;

/// <summary>The arrows that docs/architecture.md draws for a project: who uses a folder may use what that folder may.</summary>
/// <param name="all">An arrow of a folder, or to one, is one of all folders in it.</param>
internal sealed class DrawnArrows(IReadOnlyList<(string From, string To)> all)
{
    public IReadOnlyList<(string From, string To)> All { get; } = all;

    /// <summary>Reads the block <c>```arrows PROJECT</c>, whose lines are like <c>Reading -> Declarations, Diagnostics</c>.</summary>
    public static DrawnArrows Read(string document, string project)
    {
        string[] lines = File.ReadAllLines(document);
        int start = Array.IndexOf(lines, $"```arrows {project}");
        Assert.True(start >= 0, $"{document} has no block '```arrows {project}'");
        return new([.. lines.Skip(start + 1).TakeWhile(l => l != "```").SelectMany(ReadLine)]);
    }

    /// <summary>Whether an arrow leads from one folder to the other, or several after one another.</summary>
    public bool Allow(string from, string to)
    {
        var found = new HashSet<string>();
        var next = new Queue<string>(All.Where(a => IsWithin(from, a.From)).Select(a => a.To));
        while (next.TryDequeue(out string? folder))
        {
            // What a folder may use, used as a whole, is also what the folders in it may.
            if (found.Add(folder))
                All.Where(a => IsWithin(folder, a.From) || IsWithin(a.From, folder)).ToList().ForEach(a => next.Enqueue(a.To));
        }

        return found.Any(f => IsWithin(to, f));
    }

    /// <summary>Whether a use is one of those that an arrow stands for.</summary>
    public static bool IsFor((string From, string To) arrow, (string From, string To) use) =>
        IsWithin(use.From, arrow.From) && IsWithin(use.To, arrow.To);

    private static bool IsWithin(string folder, string outer) =>
        folder == outer || folder.StartsWith(outer + "/", StringComparison.Ordinal);

    private static IEnumerable<(string From, string To)> ReadLine(string line)
    {
        string[] sides = line.Split(" -> ");
        Assert.True(sides.Length == 2, $"'{line}' is no arrow: it must be like 'Folder -> Folder, Folder'");
        return sides[1].Split(", ").Select(to => (sides[0], to));
    }
}
