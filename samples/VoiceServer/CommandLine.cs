using System.CommandLine;
using System.ComponentModel;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using VoiceServer.Load;
using VoiceServer.Serving;

namespace VoiceServer;

/// <summary>What the program does: serves, or makes a load.</summary>
internal static class CommandLine
{
    public static RootCommand Create(TextWriter output)
    {
        ServerOptions defaults = new();
        LoadOptions usual = new();
        Option<int> port = Number("--port", "Where the server listens; 0 for any free port.", defaults.Port, 0, 65535);
        Option<int> threads = Number("--threads", "Threads that run the network.", defaults.Threads, 1, 256);
        Option<double> tick = new("--tick")
        {
            Description = "Milliseconds from one batch to the next.",
            DefaultValueFactory = _ => defaults.Tick.TotalMilliseconds,
        };
        tick.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<double>() is >= 0.1 and <= 100))
                result.AddError("--tick must be 0.1 to 100 ms.");
        });
        Option<int> most = Number("--most-streams", "Streams at most.", defaults.MostStreams, 1, 1_000_000);
        Option<string> weights = new("--weights")
        {
            Description = "The network's weights. A change of the file is picked up while the server runs.",
            DefaultValueFactory = _ => defaults.Weights,
        };
        Option<bool> quiet = new("--quiet") { Description = "Logs warnings only." };
        foreach (Option option in (Option[])[threads, tick, most, weights])
            option.Recursive = true;

        Option<Uri?> url = new("--url")
        {
            Description = "A running server; without it, one is started in a process of its own.",
            CustomParser = result =>
            {
                if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out Uri? address) && address.Scheme == Uri.UriSchemeHttp)
                    return address;
                result.AddError($"--url must be like http://127.0.0.1:5080, not {result.Tokens[0].Value}.");
                return null;
            },
        };
        Option<int> streams = Number("--streams", "Streams.", usual.Streams, 1, 1_000_000);
        Option<int> seconds = Number("--seconds", "How long they are measured.", usual.Seconds, 1, 86_400);
        Option<int> hops = Number("--hops", "Hops of 16 ms in a message.", usual.Hops, 1, 16);
        Option<double> until = new("--until") { Description = "Adds as many streams again and again, until p99 is above so many ms." };
        Option<int> core = Number("--core", "The processor that the started server is bound to, by taskset.", usual.Core, -1, 4095);
        Command load = new("load", "Streams sound in real time, checks every answer, and prints what the server takes for it.")
        {
            url, streams, seconds, hops, until, core,
        };
        load.SetAction((result, ended) => Guarded(async () =>
        {
            using LoadRun run = new(
                new()
                {
                    Server = result.GetValue(url),
                    Streams = result.GetValue(streams),
                    Seconds = result.GetValue(seconds),
                    Hops = result.GetValue(hops),
                    Until = result.GetValue(until),
                    Core = result.GetValue(core),
                    Serving = Serving(result) with
                    {
                        Threads = result.GetResult(threads) is { Implicit: false } ? result.GetValue(threads) : 1,
                    },
                },
                output);
            return await run.RunAsync(ended);
        }));

        RootCommand root = new("Says live where somebody speaks, to thousands of streams at once.")
        {
            port, threads, tick, most, weights, quiet, load,
        };
        root.SetAction((result, ended) => Guarded(async () =>
        {
            await using WebApplication server = Server.Create(
                Serving(result) with { Port = result.GetValue(port), IsQuiet = result.GetValue(quiet) });
            await server.StartAsync(ended);
            output.WriteLine(Server.AddressOf(server));
            output.Flush();
            await server.WaitForShutdownAsync(ended);
            return 0;
        }));
        return root;

        ServerOptions Serving(ParseResult result) => new()
        {
            Threads = result.GetValue(threads),
            Tick = TimeSpan.FromMilliseconds(result.GetValue(tick)),
            MostStreams = result.GetValue(most),
            Weights = result.GetValue(weights)!,
        };
    }

    /// <summary>Runs a command. What a user can mend is a line, not a stack trace.</summary>
    private static async Task<int> Guarded(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or WebSocketException
            or HttpRequestException or InvalidOperationException or Win32Exception)
        {
            await Console.Error.WriteLineAsync($"error: {error.Message}");
            return 1;
        }
    }

    private static Option<int> Number(string name, string description, int usual, int least, int most)
    {
        Option<int> option = new(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            try
            {
                if (result.GetValueOrDefault<int>() is int value && (value < least || value > most))
                    result.AddError($"{name} must be {least:N0} to {most:N0}, not {value:N0}.");
            }
            catch (InvalidOperationException)
            {
                // Not even a number: the parser says so itself.
            }
        });
        return option;
    }
}
