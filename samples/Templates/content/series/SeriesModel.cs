using RnnGen;

/// <summary>Reads one number a step and forecasts the next.</summary>
[RnnModel(Steps = 50)]
[Input(1)]
[Rnn<Gru>(32)]
[Dense(1), SquaredError]
public sealed partial class SeriesModel;
