using RnnGen;

namespace LongMemory;

/// <summary>A kind of network of the table, and how it is trained on every task.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Title">As in the table.</param>
/// <param name="Initialization">How its weights start.</param>
/// <param name="LearningRate">Adam's.</param>
internal sealed record Cell(string Name, string Title, Initialization Initialization, double LearningRate)
{
    /// <summary>
    /// All kinds, in the order of the table. All but the simple RNN start by keeping what they have: the LSTM by a forget bias of 1
    /// (Jozefowicz et al. 2015), GRU and MGU by the same bias on the gate that keeps, the IRNN by U = I (Le et al. 2015), the second layer
    /// of the IndRNN by u = 1 (Li et al. 2018), which is 0 in its first.
    /// </summary>
    public static IReadOnlyList<Cell> All { get; } =
    [
        new("rnn", "RNN tanh", Initialization.Glorot, 1e-3),
        new("irnn", "IRNN", Initialization.Identity(), 3e-4) { ClipNorm = 10 },
        new("lstm", "LSTM", Initialization.Glorot, 5e-3),
        new("gru", "GRU", Initialization.Glorot, 5e-3) { Keeps = new("rnn.bias_ih_l0", Part: 1, Parts: 3, Value: 1) },
        new("mgu", "MGU", Initialization.Glorot, 5e-3) { Keeps = new("rnn.bias_ih_l0", Part: 0, Parts: 2, Value: -1) },
        new("indrnn", "IndRNN", Initialization.Glorot, 2e-3) { Keeps = new("rnn.u_l1", Part: 0, Parts: 1, Value: 1) },
    ];

    /// <summary>The norm that gradients are clipped to.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>What makes the cell keep its state at first, where the initialisation does not; null if it does.</summary>
    public KeepingStart? Keeps { get; init; }

    /// <summary>The cell of a name.</summary>
    public static Cell Named(string name) => All.First(cell => cell.Name == name);

    /// <summary>Finishes the initialisation of a network whose recurrent layers are of this kind.</summary>
    public void Start(ParameterSet<float> parameters)
    {
        if (Keeps is not { } keeps)
            return;
        ParameterView<float> vector = parameters[keeps.Vector];
        int count = vector.Count / keeps.Parts;
        for (int unit = 0; unit < count; unit++)
            vector[(keeps.Part * count) + unit] = keeps.Value;
    }
}

/// <summary>A vector of parameters, or one gate's part of it, that starts at a value.</summary>
/// <param name="Vector">Its name.</param>
/// <param name="Part">Which part, from 0: gates stack in the order that the cell's documentation names.</param>
/// <param name="Parts">How many parts it has.</param>
/// <param name="Value">What all units' elements start as.</param>
internal readonly record struct KeepingStart(string Vector, int Part, int Parts, float Value);
