using RnnGen;

namespace LongMemory;

/// <summary>A kind of network of the table, and how it is trained on any task.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Title">As in the table.</param>
/// <param name="Initialization">How its weights start.</param>
/// <param name="LearningRate">Adam's, where a task says nothing else.</param>
internal sealed record Cell(string Name, string Title, Initialization Initialization, double LearningRate)
{
    /// <summary>All kinds, in the order of the table. All start as Keras has it (forget bias 1), except that the IRNN's U starts as the identity (Le et al. 2015).</summary>
    public static IReadOnlyList<Cell> All { get; } =
    [
        new("rnn", "RNN tanh", Initialization.Glorot, 1e-3),
        new("irnn", "IRNN", Initialization.Identity(), 1e-3),
        new("lstm", "LSTM", Initialization.Glorot, 5e-3),
        new("gru", "GRU", Initialization.Glorot, 5e-3),
        new("mgu", "MGU", Initialization.Glorot, 5e-3),
        new("indrnn", "IndRNN", Initialization.Glorot, 2e-3),
    ];
}
