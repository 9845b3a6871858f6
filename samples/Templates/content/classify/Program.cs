// Names the class of a sequence of points: dotnet run -c Release
using RnnGen;

string[] classes = ["circle", "line", "zigzag"];
const int Rows = 32, Updates = 400, Tests = 600;
var random = new Random(1);

var model = new GestureModel(seed: 1);
var trainer = model.CreateTrainer(new Adam(5e-3)) with { ClipNorm = 1 };
// A batch is [step][row][number]; each row has its own length, and what stands behind it does not count.
float[] inputs = new float[GestureModel.Steps * Rows * GestureModel.InputSize];
int[] targets = new int[Rows], lengths = new int[Rows];
for (int update = 1; update <= Updates; update++)
{
    for (int row = 0; row < Rows; row++)
    {
        targets[row] = random.Next(classes.Length);
        float[] points = Draw(targets[row], random);
        lengths[row] = points.Length / GestureModel.InputSize;
        for (int step = 0; step < lengths[row]; step++)
        {
            for (int axis = 0; axis < GestureModel.InputSize; axis++)
                inputs[(((step * Rows) + row) * GestureModel.InputSize) + axis] = points[(step * GestureModel.InputSize) + axis];
        }
    }

    double loss = trainer.Step(inputs, targets, lengths: lengths);
    if (update % 50 == 0)
        Console.WriteLine($"{update,5} updates, loss {loss:F4}");
}

model.Save("gestures.safetensors");

// The way back, as another program would go it.
var loaded = new GestureModel();
loaded.Load("gestures.safetensors");
float[] probabilities = new float[GestureModel.OutputSize];
int right = 0;
for (int test = 0; test < Tests; test++)
{
    int target = random.Next(classes.Length);
    loaded.Forward(Draw(target, random), probabilities);
    right += Array.IndexOf(probabilities, probabilities.Max()) == target ? 1 : 0;
}

Console.WriteLine();
Console.WriteLine($"{100.0 * right / Tests:F1} % of {Tests} new gestures are named right");

// Points of a shape with a random place, size, direction and tremor. Read your own here.
static float[] Draw(int kind, Random random)
{
    int count = random.Next(20, GestureModel.Steps + 1);
    double size = 0.5 + random.NextDouble(), turn = random.NextDouble() * Math.Tau;
    double left = random.NextDouble() - 0.5, top = random.NextDouble() - 0.5;
    float[] points = new float[count * 2];
    for (int i = 0; i < count; i++)
    {
        double t = (double)i / (count - 1);
        var (x, y) = kind switch
        {
            0 => (Math.Cos(t * Math.Tau), Math.Sin(t * Math.Tau)),
            1 => ((2 * t) - 1, 0.0),
            _ => ((2 * t) - 1, Math.Abs((t * 6 % 2) - 1) - 0.5),
        };
        points[2 * i] = (float)(left + (size * ((x * Math.Cos(turn)) - (y * Math.Sin(turn)))) + (0.1 * (random.NextDouble() - 0.5)));
        points[(2 * i) + 1] = (float)(top + (size * ((x * Math.Sin(turn)) + (y * Math.Cos(turn)))) + (0.1 * (random.NextDouble() - 0.5)));
    }

    return points;
}
