using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using RnnGen.Quality;

Console.OutputEncoding = Encoding.UTF8;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

Argument<string[]> names = new("rows")
{
    Description = $"Rows of the table: {string.Join(", ", Table.Rows.Select(row => row.Name))}. Without any they are listed.",
    Arity = ArgumentArity.ZeroOrMore,
};
names.AcceptOnlyFromAmong([.. Table.Rows.Select(row => row.Name)]);
Option<bool> all = new("--all") { Description = "All rows, one after the other." };
Option<DirectoryInfo> data = new("--data")
{
    Description = "The folder of data that are not part of the project; rows that need one are skipped without it.",
};
data.AcceptExistingOnly();
RootCommand command = new("Trains networks on known tasks, and prints each result beside a published one.") { names, all, data };
command.SetAction(result =>
{
    string[] asked = result.GetValue(all) ? [.. Table.Rows.Select(row => row.Name)] : result.GetValue(names) ?? [];
    foreach (QualityRow row in Table.Rows.Where(row => asked.Length == 0 || asked.Contains(row.Name)))
    {
        if (asked.Length == 0)
            Console.WriteLine($"{row.Name,-12} {row.Task}");
        else
            Run(row, result.GetValue(data)?.FullName);
    }
});
return command.Parse(args).Invoke();

static void Run(QualityRow row, string? data)
{
    Console.WriteLine($"{row.Name}: {row.Task}");
    if (row.Data is { } needed && (data is null || !needed.All(file => File.Exists(Path.Combine(data, file)))))
    {
        Console.WriteLine($"  skipped: it needs --data FOLDER with {string.Join(", ", needed)} ({row.Origin})");
        return;
    }

    Stopwatch clock = Stopwatch.StartNew();
    TimeSpan before = Environment.CpuUsage.TotalTime;
    string result = row.Run(data ?? "", line => Console.WriteLine($"  {clock.Elapsed.TotalSeconds,6:F0} s  {line}"));
    Console.WriteLine($"  result:    {result}");
    Console.WriteLine($"  published: {row.Published}");
    Console.WriteLine(
        $"  took {clock.Elapsed.TotalSeconds:F0} s, {(Environment.CpuUsage.TotalTime - before).TotalSeconds:F0} s of processor time");
}
