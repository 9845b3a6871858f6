using RnnGen.Benchmarks;
using RnnGen.Benchmarks.Sweep;

const string Usage = """
    usage: RnnGen.Benchmarks.Sweep COMMAND, on an idle machine
      sweep [--filter text]       rnngen,cell,mode,I,H,L,T,B,median_us of a step for units from 1 to 1,024, and of training over lengths and batches; then what it shows
      check SWEEP.csv             what an earlier sweep shows
      chart SWEEP.csv FILE.svg    a picture of it
    """;

return ExitCode.Of(Usage, () =>
{
    switch (args)
    {
        case ["sweep", .. var rest]:
            var clock = new Stopclock();
            var limits = LimitsCommand.Measure(clock);
            List<Measurement> lines = [];
            foreach (var line in SpeedCommand.Measure(
                clock, limits, SweepCases.All, new Arguments(rest, positions: 0, "--filter")["--filter"] ?? ""))
            {
                Console.WriteLine(line);
                lines.Add(line);
            }

            Console.Error.WriteLine(SweepReport.Of(lines));
            return 0;
        case ["check", var file]:
            Console.WriteLine(SweepReport.Of(Measurement.Read(file)));
            return 0;
        case ["chart", var file, var picture]:
            SweepReport.Draw(Measurement.Read(file), picture);
            return 0;
        default:
            Console.Error.WriteLine(Usage);
            return 2;
    }
});
