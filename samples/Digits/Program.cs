using System.Diagnostics;
using Digits;
using RnnGen;

string data = Path.Combine(AppContext.BaseDirectory, "data");
switch (args)
{
    case ["8x8"]:
        DigitImages small = DigitImages.ReadCsv(Path.Combine(data, "digits8x8", "digits.csv"));
        return Run(new SmallDigitModel(seed: 1, Initialization.Glorot), SmallDigitModel.ParameterCount, Recipe.Small, small, tests: 360);
    case ["mnist"]:
        DigitImages mnist = DigitImages.ReadMnist(Path.Combine(data, "mnist10k"));
        return Run(new MnistModel(seed: 1, Initialization.Glorot), MnistModel.ParameterCount, Recipe.Mnist, mnist, tests: 1000);
    default:
        Console.Error.WriteLine("usage: dotnet run -c Release --project samples/Digits -- 8x8 | mnist");
        return 2;
}

static int Run<TState>(IRnnModel<float, float, int, TState> model, long parameters, Recipe recipe, DigitImages images, int tests)
    where TState : struct, IRnnState<float>
{
    Console.WriteLine($"{images.Size} rows of {images.Size} pixels; {images.Count - tests:N0} digits to learn from, the last {tests:N0} "
        + $"to test on; {parameters:N0} parameters");
    Stopwatch clock = Stopwatch.StartNew();
    Classifier<TState> classifier = new(model, recipe, Console.Out);
    classifier.Train(images.Slice(..^tests));
    double accuracy = classifier.Accuracy(images.Slice(^tests..));
    Console.WriteLine($"accuracy: {accuracy:P1} of {tests:N0} digits never seen, after {clock.Elapsed.TotalSeconds:F0} s");
    return accuracy >= recipe.Goal ? 0 : 1;
}
