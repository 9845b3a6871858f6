namespace RnnGen.Benchmarks;

/// <summary>A picture of the streaming steps beside the peers'.</summary>
internal static class ChartCommand
{
    public static void Run(Arguments arguments)
    {
        var ours = Measurement.Read(arguments[0]);
        var peers = arguments["--peers"] is { } file ? Measurement.Read(file) : [];
        File.WriteAllText(arguments[1], StepChart.ToSvg(ours, peers));
        Console.WriteLine($"wrote {arguments[1]}");
    }
}
