using RnnGen;

namespace Forecast;

/// <summary>Reads days, and says at each the numbers of the next seven: what the last layer adds to the GRU is a linear forecast.</summary>
[RnnModel(Steps = Window)]
[Input(Scaled.Inputs, Name = "day")]
[Rnn<Gru>(16, Name = "memory", From = "day")]
[Dropout(0.5, Name = "kept")]
[Dense(Horizon * Weather.Targets, From = "kept, day"), AbsoluteError]
internal sealed partial class Model
{
    /// <summary>Days that it reads before it forecasts.</summary>
    public const int Window = 28;

    /// <summary>Days that it forecasts.</summary>
    public const int Horizon = 7;
}
