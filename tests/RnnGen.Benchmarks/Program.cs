using System.Globalization;
using RnnGen.Benchmarks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is not ["speed", ..])
{
    Console.Error.WriteLine("""
        usage: speed [--filter text]    rnngen,cell,mode,I,H,L,T,B,median_us for each shape of the peers' measurement, on one core
        """);
    return 2;
}

string filter = args is [_, "--filter", var text] ? text : "";
var clock = new Stopclock();
Console.Error.WriteLine($"# FMA peak {clock.Peak:F0} GFLOP/s");
foreach (var item in Cases.All.Where(c => c.Key.Contains(filter, StringComparison.Ordinal)))
{
    var (seconds, clear) = clock.Time(item.Run);
    Console.WriteLine($"rnngen,{item.Key},{seconds * 1e6:F3}");
    Console.Error.WriteLine($"# {item.Flop / seconds * 1e-9:F1} GFLOP/s, {item.Flop / seconds * 1e-9 / clock.Peak:P0} of the peak{(clear < 9 ? $", only {clear} clear repetitions" : "")}");
}

return 0;
