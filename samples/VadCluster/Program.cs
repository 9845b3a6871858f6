using System.CommandLine;
using System.Globalization;
using VadCluster;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Option<int> streams = new("--streams") { Description = "Streams.", DefaultValueFactory = _ => 10_000 };
Option<double> rate = new("--rate") { Description = "Frames a second of each stream.", DefaultValueFactory = _ => 10 };
Option<int> seconds = new("--seconds") { Description = "The time of each part.", DefaultValueFactory = _ => 15 };
Option<double> until = new("--until") { Description = "Raises the rate by a quarter again and again, until p99 is above so many ms." };
streams.Validators.Add(result =>
    Refuse(result.GetValueOrDefault<int>() is < 1 or > 1_000_000, result, "--streams must be 1 to 1,000,000."));
rate.Validators.Add(result =>
    Refuse(result.GetValueOrDefault<double>() is not (>= 0.1 and <= 1000), result, "--rate must be 0.1 to 1,000."));
seconds.Validators.Add(result => Refuse(result.GetValueOrDefault<int>() is < 1 or > 86_400, result, "--seconds must be 1 to 86,400."));

Argument<int> redisPort = new("redis"), siloPort = new("silo"), gatewayPort = new("gateway");
Command silo = new("silo", "A silo of the cluster, which the program itself starts.") { redisPort, siloPort, gatewayPort };
silo.SetAction((result, ended) =>
    VadCluster.Silo.RunAsync(result.GetValue(redisPort), result.GetValue(siloPort), result.GetValue(gatewayPort), ended));

RootCommand root = new("Marks speech in thousands of streams on a cluster of two silos, and disturbs it.")
{
    streams, rate, seconds, until, silo,
};
root.SetAction(async (result, ended) =>
{
    try
    {
        using ClusterRun run = new(
            new(result.GetValue(streams), result.GetValue(rate), result.GetValue(seconds), result.GetValue(until)), Console.Out);
        return await run.RunAsync(ended);
    }
    catch (Exception error) when (error is InvalidOperationException or IOException or InvalidDataException or TimeoutException)
    {
        await Console.Error.WriteLineAsync($"error: {error.Message}");
        return 1;
    }
    catch (OperationCanceledException)
    {
        return 1;
    }
});
return await root.Parse(args).InvokeAsync();

static void Refuse(bool isWrong, System.CommandLine.Parsing.OptionResult result, string problem)
{
    if (isWrong)
        result.AddError(problem);
}
