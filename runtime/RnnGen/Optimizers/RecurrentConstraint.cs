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

    /// <summary>
    /// The Frobenius norm of U − I is at most a bound: a U further away is moved toward the identity until it is that near. A U that is not
    /// square is held near the matrix with ones on its diagonal.
    /// </summary>
    /// <param name="bound">Finite and more than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is outside that range.</exception>
    public static RecurrentConstraint NearIdentity(double bound) => bound > 0 && double.IsFinite(bound)
        ? new NearIdentityConstraint(bound)
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

    /// <summary>Applies it to all recurrent matrices that an update moves.</summary>
    /// <param name="parameters">The model's.</param>
    /// <param name="plan">What an update moves.</param>
    /// <param name="matrix">Memory to work in.</param>
    /// <exception cref="NotFiniteNumberException">A number is not finite. Matrices before it have been changed.</exception>
    internal void Apply<T>(ParameterSet<T> parameters, UpdatePlan plan, RecurrentMatrix matrix) where T : unmanaged
    {
        for (int i = 0; i < parameters.Table.Length; i++)
        {
            ParameterInfo info = parameters.Table[i];
            foreach (ParameterSlice slice in info.Slices)
            {
                if (!RecurrentMatrix.Is(info, slice) || !plan.Moves(i))
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

/// <inheritdoc cref="RecurrentConstraint.NearIdentity"/>
internal sealed record NearIdentityConstraint(double Bound) : RecurrentConstraint
{
    internal override bool NeverFails => true;

    protected override bool Change(RecurrentMatrix matrix)
    {
        // Of the largest distance, or the squares of large matrices would overflow.
        double largest = 0, sum = 0;
        for (int i = 0; i < matrix.Rows * matrix.Columns; i++)
            largest = Math.Max(largest, Math.Abs(Distance(i)));
        for (int i = 0; i < matrix.Rows * matrix.Columns && largest > 0; i++)
            sum += Distance(i) / largest * (Distance(i) / largest);
        double norm = largest * Math.Sqrt(sum);
        if (!(norm > Bound))
            return false;
        for (int i = 0; i < matrix.Rows * matrix.Columns; i++)
        {
            var (row, column) = Math.DivRem(i, matrix.Columns);
            matrix[row, column] = (row == column ? 1 : 0) + (Distance(i) / norm * Bound);
        }

        return true;

        double Distance(int place)
        {
            var (row, column) = Math.DivRem(place, matrix.Columns);
            return matrix[row, column] - (row == column ? 1 : 0);
        }
    }
}
