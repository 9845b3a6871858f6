using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace RnnGen.Benchmarks;

/// <summary>The finer benchmarks, by BenchmarkDotNet, with what they allocate.</summary>
internal static class MicroCommand
{
    public static int Run(string[] arguments)
    {
        // In this process: a benchmark needs no project of its own to be built, and short, as there are many.
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddExporter(MarkdownExporter.GitHub)
            .AddLogger(ConsoleLogger.Default)
            .WithArtifactsPath(Path.Combine(Repository.Folder, "artifacts", "micro"));
        var summaries =
            BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly)
                .Run(arguments.Length == 0 ? ["--filter", "*"] : arguments, config);
        return summaries.All(s => s.Reports.All(r => r.Success)) ? 0 : 1;
    }
}
