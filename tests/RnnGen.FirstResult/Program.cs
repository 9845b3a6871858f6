using System.Globalization;
using RnnGen;

// A first output, and then what was needed for it: the peak of the process's memory in KiB, 0 where the system does not tell.
float[] x = new float[FirstModel.InputSize], output = new float[FirstModel.OutputSize];
x.AsSpan().Fill(0.5f);
FirstModel.State state = default;
new FirstModel(seed: 1).Step(x, ref state, output);
Console.WriteLine(output[0].ToString(CultureInfo.InvariantCulture));

const string Status = "/proc/self/status";
string peak =
    File.Exists(Status) ? File.ReadLines(Status).First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) : "VmHWM: 0 kB";
Console.WriteLine(peak.Split(':')[1].Replace("kB", "", StringComparison.Ordinal).Trim());

[RnnModel(Steps = 1), Input(64), Rnn<Lstm>(64), SquaredError]
internal sealed partial class FirstModel;
