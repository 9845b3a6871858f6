using System.Text;

namespace RnnGen.Quality;

/// <summary>A writer that hands on whole lines.</summary>
internal sealed class Lines(Action<string> tell) : TextWriter
{
    public override Encoding Encoding => Encoding.UTF8;

    public override void WriteLine(string? value) => tell(value ?? "");
}

/// <summary>Tells about each epoch of a training.</summary>
internal sealed class Epochs(Action<string> tell) : IProgress<FitProgress>
{
    public void Report(FitProgress value)
    {
        if (value.IsEpochEnd)
            tell($"epoch {value.Epoch + 1} of {value.Epochs}: loss {value.TrainingLoss:F4}, validation {value.ValidationLoss:F4}");
    }
}
