using RnnGen.Benchmarks;

const string Usage = """
    usage: RnnGen.Benchmarks COMMAND, on an idle machine
      speed [--filter text]       rnngen,cell,mode,I,H,L,T,B,median_us for each shape of the peers' measurement, checked first
      check [--filter text]       the same shapes, checked only
      compare PEERS.csv [--measured OTHER.csv] [--ours OURS.csv]
                                  speed's lines, or those of OURS.csv, beside the peers' of PEERS.csv; OTHER.csv has what PEERS.csv lacks
      limits                      what this machine can do at most: FMAs, and loads from each level of memory
      threads                     training on two threads beside one, and whether the bits are the same
      compile                     the generator's own time and the size of what it writes, with 1, 10 and 100 models
      build                       a cold dotnet build with 0, 1, 10 and 100 models
      first                       process start to first output, memory and bytes shipped
      micro [arguments]           functions, products, optimisers and decoding, by BenchmarkDotNet, which takes the arguments
      chart OURS.csv FILE.svg [--peers PEERS.csv]
                                  a picture of the streaming steps
    """;

return ExitCode.Of(Usage, () =>
{
    switch (args)
    {
        case ["speed", .. var rest]:
            SpeedCommand.Run(new Arguments(rest, positions: 0, "--filter"));
            return 0;
        case ["check", .. var rest]:
            SpeedCommand.CheckAll(new Arguments(rest, positions: 0, "--filter"));
            return 0;
        case ["compare", .. var rest]:
            CompareCommand.Run(new Arguments(rest, positions: 1, "--measured", "--ours"));
            return 0;
        case ["limits"]:
            LimitsCommand.Run();
            return 0;
        case ["threads"]:
            return ThreadsCommand.Run() ? 0 : 1;
        case ["compile"]:
            CompileCommand.Run();
            return 0;
        case ["build"]:
            BuildCommand.Run();
            return 0;
        case ["first"]:
            return FirstCommand.Run() ? 0 : 1;
        case ["micro", .. var rest]:
            return MicroCommand.Run(rest);
        case ["chart", .. var rest]:
            ChartCommand.Run(new Arguments(rest, positions: 2, "--peers"));
            return 0;
        default:
            Console.Error.WriteLine(Usage);
            return 2;
    }
});
