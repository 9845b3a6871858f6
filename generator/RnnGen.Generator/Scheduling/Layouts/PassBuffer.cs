namespace RnnGen.Generator.Scheduling.Layouts;

/// <summary>Memory that an operation works on.</summary>
/// <param name="Name">The field.</param>
/// <param name="Size">Numbers per vector.</param>
/// <param name="Shape">A vector's shape, for the comment: [8 blocks][5 slots][16].</param>
/// <param name="Training">Vectors on a tape.</param>
/// <param name="Inference">Vectors in the scratch memory of an inference.</param>
/// <param name="Time">The steps; null if the extent is none of steps.</param>
/// <param name="Initial">The number of vectors per row beside those of the steps, if there are such.</param>
internal sealed record PassBuffer(string Name, int Size, string Shape, Extent Training, Extent Inference, Timeline? Time, int Initial = 1)
{
    /// <summary>Vectors per row on a tape.</summary>
    public int TapeVectors => VectorsOf(Training) * (Time?.Outer ?? 1);

    /// <summary>Vectors per row of an inference; of what runs along positions, per grid.</summary>
    public int InferenceVectors => VectorsOf(Inference);

    private int VectorsOf(Extent extent) => extent switch
    {
        Extent.None => 0,
        Extent.Once => 1,
        Extent.TwoInTurn => 2,
        Extent.Steps => Time!.Steps,
        _ => Time!.Steps + Initial,
    };

    /// <summary>The buffer of an operation's outputs.</summary>
    public static PassBuffer Of(Value value) =>
        new(value.Buffer, value.Stride, $"[{value.Stride}]", ExtentOf(value), ExtentOf(value), value.Time, InitialOf(value));

    /// <summary>The buffer of their gradients.</summary>
    public static PassBuffer GradientOf(Value value) =>
        new(
            "d" + value.Buffer, value.GradientStride, $"[{value.GradientStride}]", ExtentOf(value), Extent.None, value.Time,
            InitialOf(value));

    private static int InitialOf(Value value) => Math.Max(1, value.Initial);

    private static Extent ExtentOf(Value value) => value.Once ? Extent.Once : value.IsBehindInitial ? Extent.StepsAndInitial : Extent.Steps;
}
