using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace RnnGen.Generator.Tests.Architecture;

/// <summary>
/// docs/architecture.md draws which folder of a project uses which. These tests find by symbols which folder does: there are no other uses,
/// no arrow that nothing follows, and no cycle, neither among folders nor among the folders at the top with everything in them.
/// </summary>
public class ArrowsTests
{
    private static readonly ConcurrentDictionary<string, Lazy<IReadOnlyList<Use>>> Found = new();

    [Theory]
    [InlineData("generator/RnnGen.Generator")]
    [InlineData("runtime/RnnGen")]
    public void FoldersUseWhatIsDrawn(string project)
    {
        var arrows = DrawnArrows.Read(InRepository("docs/architecture.md"), project);
        var uses = UsesOf(project);
        Assert.NotEmpty(uses);
        AssertNone(uses.Where(u => !arrows.Allow(u.Key.From, u.Key.To)).Select(Describe)
            .Concat(arrows.All.Where(a => !uses.Any(u => DrawnArrows.IsFor(a, u.Key)))
                .Select(a => $"{a.From} -> {a.To} is drawn, and nothing uses it")));
    }

    [Theory]
    [InlineData("generator/RnnGen.Generator")]
    [InlineData("runtime/RnnGen")]
    public void FoldersAreNoCycle(string project)
    {
        var uses = UsesOf(project);
        AssertNone(OnCycles(uses, folder => folder));
        AssertNone(OnCycles(uses, folder => folder.Split('/')[0]));
    }

    /// <summary>The arrows among them that are part of a cycle.</summary>
    private static IEnumerable<string> OnCycles(IReadOnlyList<IGrouping<(string From, string To), Use>> uses, Func<string, string> room)
    {
        var arrows = uses.Select(u => (From: room(u.Key.From), To: room(u.Key.To))).Where(a => a.From != a.To).ToHashSet();
        return uses.Where(u => room(u.Key.From) != room(u.Key.To) && Reach(room(u.Key.To), []).Contains(room(u.Key.From))).Select(Describe);

        HashSet<string> Reach(string from, HashSet<string> found)
        {
            foreach (var (_, to) in arrows.Where(a => a.From == from && found.Add(a.To)))
                Reach(to, found);
            return found;
        }
    }

    private static IReadOnlyList<IGrouping<(string From, string To), Use>> UsesOf(string project)
    {
        string root = Path.GetFileName(project);
        return [.. Found.GetOrAdd(project, p => new(() => ProjectUses.Find(InRepository(p)))).Value
            .GroupBy(u => (From: FolderOf(u.File), To: FolderOf(u.Declared))).Where(g => g.Key.From != g.Key.To)];

        // Files beside the project file are in a room that is called after it.
        string FolderOf(string file) => file.Contains('/') ? file[..file.LastIndexOf('/')] : root;
    }

    /// <summary>Every problem in full, where <c>Assert.Empty</c> would show the beginnings of a few.</summary>
    private static void AssertNone(IEnumerable<string> problems) => Assert.True(!problems.Any(), string.Join("\n", problems));

    private static string Describe(IGrouping<(string From, string To), Use> uses) =>
        $"{uses.Key.From} -> {uses.Key.To}: "
        + $"{string.Join("; ", uses.Take(3).Select(u => $"{u.File}({u.Line}) uses {u.Symbol} of {u.Declared}"))}";

    private static string InRepository(string path, [CallerFilePath] string thisFile = "") =>
        Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", path);
}
