using RnnGen;

namespace Sunspots;

/// <summary>Reads the numbers from 1700 on, year by year, and forecasts the next at every step (N→N).</summary>
[RnnModel(Steps = Steps1700To1919)]
[Input(1)]
[Rnn<Gru>(8)]
[Dense(1), SquaredError]
internal sealed partial class SunspotModel
{
    private const int Steps1700To1919 = 220;
}
