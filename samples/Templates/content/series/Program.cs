// Forecasts the next number of a series: dotnet run -c Release
using RnnGen;

const int Rows = 16, Length = 4000, Held = 1000, Updates = 800;
float[] series = Series(Length);

// Statistics of the part that is learned, not of the part that is held back.
double mean = series[..^Held].Average();
double deviation = Math.Sqrt(series[..^Held].Average(x => (x - mean) * (x - mean)));
float[] scaled = [.. series.Select(x => (float)((x - mean) / deviation))];

var model = new SeriesModel(seed: 1);
var trainer = model.CreateTrainer(new Adam(3e-3)) with { ClipNorm = 1, Schedule = new CosineSchedule(Updates) };
// A batch is [step][row]: the first numbers of all rows, then the second ones.
float[] inputs = new float[SeriesModel.Steps * Rows], targets = new float[inputs.Length];
var random = new Random(1);
for (int update = 1; update <= Updates; update++)
{
    for (int row = 0; row < Rows; row++)
    {
        int start = random.Next(Length - Held - SeriesModel.Steps);
        for (int step = 0; step < SeriesModel.Steps; step++)
        {
            inputs[(step * Rows) + row] = scaled[start + step];
            targets[(step * Rows) + row] = scaled[start + step + 1];
        }
    }

    double loss = trainer.Step(inputs, targets);
    if (update % 100 == 0)
        Console.WriteLine($"{update,5} updates, loss {loss:F4}");
}

model.Save("forecast.safetensors");

// The way back, as another program would go it: one number at a time, as they come in.
var loaded = new SeriesModel();
loaded.Load("forecast.safetensors");
SeriesModel.State state = default;
float[] forecast = new float[1];
double network = 0, last = 0;
for (int i = 0; i < Length - 1; i++)
{
    loaded.Step([scaled[i]], ref state, forecast);
    if (i < Length - Held)
        continue;
    network += Math.Pow((forecast[0] - scaled[i + 1]) * deviation, 2);
    last += Math.Pow((scaled[i] - scaled[i + 1]) * deviation, 2);
}

Console.WriteLine();
Console.WriteLine($"mean squared error on {Held} held-out numbers: {network / (Held - 1):F4}");
Console.WriteLine($"of the number before as the forecast:          {last / (Held - 1):F4}");

// Two waves and noise. Read your own here: File.ReadLines("series.csv").Select(float.Parse).
static float[] Series(int length)
{
    var random = new Random(7);
    return [.. Enumerable.Range(0, length)
        .Select(t => (float)(10 + (3 * Math.Sin(t * 0.19)) + (2 * Math.Sin(t * 0.071)) + (0.4 * (random.NextDouble() - 0.5))))];
}
