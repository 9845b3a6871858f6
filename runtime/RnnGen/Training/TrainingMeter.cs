using System.Diagnostics.Metrics;

namespace RnnGen;

/// <summary>The instruments of the meter <c>RnnGen.Training</c>, to which <c>Fit</c> reports: for dotnet-counters and
/// OpenTelemetry.</summary>
internal static class TrainingMeter
{
    private static readonly Meter Meter = new("RnnGen.Training");

    private static readonly Counter<long> Updates =
        Meter.CreateCounter<long>("rnngen.training.updates", "{update}", "Updates of parameters.");

    private static readonly Counter<long> Epochs = Meter.CreateCounter<long>("rnngen.training.epochs", "{epoch}", "Completed epochs.");

    private static readonly Gauge<double> Loss =
        Meter.CreateGauge<double>("rnngen.training.loss", description: "The loss of the last batch before its update.");

    private static readonly Gauge<double> ValidationLoss =
        Meter.CreateGauge<double>("rnngen.training.validation_loss", description: "The loss of the validation data after the last epoch.");

    private static readonly Gauge<double> LearningRate =
        Meter.CreateGauge<double>("rnngen.training.learning_rate", description: "The learning rate after the last epoch.");

    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("rnngen.training.epoch.duration", "s", "What an epoch took, its validation included.");

    public static void Update(double loss)
    {
        Updates.Add(1);
        Loss.Record(loss);
    }

    public static void Epoch(FitEpoch epoch)
    {
        Epochs.Add(1);
        if (!double.IsNaN(epoch.ValidationLoss))
            ValidationLoss.Record(epoch.ValidationLoss);
        LearningRate.Record(epoch.LearningRate);
        Duration.Record(epoch.Seconds);
    }
}
