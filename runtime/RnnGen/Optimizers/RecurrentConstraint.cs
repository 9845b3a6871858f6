using RnnGen.Generated;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// A constraint on every recurrent matrix U of a model, applied after updates, so that a state neither explodes nor fades through it: set
/// <see cref="Trainer{T}.RecurrentConstraint"/>. A cell with several gates has a U for each.
/// </summary>
/// <remarks>
/// Computed in double, with the same bits on every machine. Those here leave finite matrices finite, however large; the cost of an update
/// grows by some products of U with itself. One of your own overrides <see cref="Change"/>. If that throws or leaves a number that is not
/// finite, the whole update is undone; for that the trainer keeps a copy of parameters and moments.
/// </remarks>
public abstract record RecurrentConstraint
{
    private readonly int every = 1;

    /// <summary>
    /// UᵀU = I: U becomes the orthogonal matrix nearest to it, its polar factor (Higham 1986). A U that is not square gets orthonormal
    /// columns, or rows if it has fewer of them.
    /// </summary>
    /// <remarks>Where U is singular, the nearest is not unique; it becomes one of them.</remarks>
    public static RecurrentConstraint Orthogonal { get; } = new OrthogonalConstraint();

    /// <summary>
    /// The largest singular value of U is at most a bound: a U beyond it is multiplied by what is missing, any other is left alone.
    /// </summary>
    /// <param name="bound">Finite and more than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is outside that range.</exception>
    public static RecurrentConstraint SpectralNorm(double bound) => bound > 0 && double.IsFinite(bound)
        ? new SpectralNormConstraint(bound)
        : throw new ArgumentOutOfRangeException(nameof(bound), bound, "Must be finite and more than 0.");

    /// <summary>After how many updates it is applied each time, at least 1, the default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int Every
    {
        get => every;
        init => every = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Every), value, "Must be at least 1.");
    }

    /// <summary>True if <see cref="Change"/> neither throws nor leaves a number that is not finite.</summary>
    internal virtual bool NeverFails => false;

    /// <summary>Applies it to all recurrent matrices.</summary>
    /// <param name="parameters">The model's.</param>
    /// <param name="matrix">Memory to work in.</param>
    /// <exception cref="NotFiniteNumberException">A number is not finite. Matrices before it have been changed.</exception>
    internal void Apply<T>(ParameterSet<T> parameters, RecurrentMatrix matrix) where T : unmanaged
    {
        foreach (ParameterInfo info in parameters.Table)
        {
            foreach (ParameterSlice slice in info.Slices)
            {
                if (!RecurrentMatrix.Is(info, slice))
                    continue;
                matrix.Load(parameters.Buffer, info, slice);
                if (Change(matrix))
                    matrix.Store(parameters.Buffer, slice);
            }
        }
    }

    /// <summary>Changes a matrix.</summary>
    /// <param name="matrix">One gate's U, to be used during this call only.</param>
    /// <returns>True if it has been changed; if not, the model's matrix keeps its bits.</returns>
    protected abstract bool Change(RecurrentMatrix matrix);
}

/// <inheritdoc cref="RecurrentConstraint.Orthogonal"/>
internal sealed record OrthogonalConstraint : RecurrentConstraint
{
    internal override bool NeverFails => true;

    protected override bool Change(RecurrentMatrix matrix)
    {
        matrix.MakeOrthogonal();
        return true;
    }
}

/// <inheritdoc cref="RecurrentConstraint.SpectralNorm"/>
internal sealed record SpectralNormConstraint(double Bound) : RecurrentConstraint
{
    internal override bool NeverFails => true;

    protected override bool Change(RecurrentMatrix matrix) => matrix.Limit(Bound);
}
