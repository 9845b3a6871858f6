using RnnGen.Generated;

namespace RnnGen;

/// <summary>
/// The flow of gradients back through a model, as a batch shows it: where they vanish, explode, or meet gates that hardly move.
/// </summary>
/// <param name="Layers">The recurrent layers in the order of the model, both directions of a bidirectional one.</param>
public sealed record GradientFlow(IReadOnlyList<GradientFlow.Layer> Layers)
{
    /// <summary>The recurrent layers.</summary>
    public IReadOnlyList<Layer> Layers { get; } = Guard.NotNull(Layers);

    /// <summary>One recurrent layer.</summary>
    /// <param name="Name">The name that its parameters begin with: <c>rnn</c> and the suffix <c>_l0</c>, <c>_l0_reverse</c>.</param>
    /// <param name="Norms">
    /// ‖∂L/∂h_t‖, the Euclidean norm over units and rows, for the state h at each end of a step in the order of time: steps + 1 numbers. Of
    /// a forward layer the first belongs to the initial state, of a reverse layer the last.
    /// </param>
    /// <param name="SaturatedGates">
    /// The share of gate values σ(…) below 0.1 or above 0.9 (Karpathy, Johnson and Li 2015), over units, steps and rows: there they, and
    /// the gradients through them, hardly move. NaN for a cell without such gates.
    /// </param>
    /// <param name="Stretches">The largest singular value of each recurrent matrix.</param>
    public sealed record Layer(string Name, IReadOnlyList<double> Norms, double SaturatedGates, IReadOnlyList<RecurrentStretch> Stretches)
    {
        /// <summary>The layer's name.</summary>
        public string Name { get; } = Guard.NotNull(Name);

        /// <summary>The gradients' norms in the order of time.</summary>
        public IReadOnlyList<double> Norms { get; } = Guard.NotNull(Norms);

        /// <summary>The largest singular value of each recurrent matrix.</summary>
        public IReadOnlyList<RecurrentStretch> Stretches { get; } = Guard.NotNull(Stretches);
    }
}
