namespace RnnGen.Generator.Equations;

/// <summary>The kind of struct that holds equations.</summary>
internal enum EquationKind
{
    Cell,
    Score,
    Loss,
}

/// <summary>
/// The kind of struct that equations belong to: a cell, an attention's score, or a loss. All are written in one language, and each may
/// use its part of it; messages call the struct by its kind.
/// </summary>
internal sealed class Dialect
{
    public static readonly Dialect Cell = new()
    {
        Kind = EquationKind.Cell,
        Noun = "cell",
        Attribute = "RnnCell",
        Method = "Step",
        Fields = [
            ParameterKind.Weight, ParameterKind.Recurrent, ParameterKind.Projection, ParameterKind.Bias, ParameterKind.PerUnit,
            ParameterKind.Scalar
        ],
        FieldsInWords = "Weight, Recurrent, Projection, Bias, PerUnit or Scalar",
        Vectors = "the Input, states",
        Vector = "a state",
        Products = "a Weight is multiplied by the Input, a Recurrent or Projection by a Hidden",
        Terms = "hidden vectors, the Input and numbers",
        Result = "a new state is a hidden vector",
        Functions = [.. Language.Functions.Where(f => f.InCells)],
    };

    public static readonly Dialect Score = new()
    {
        Kind = EquationKind.Score,
        Noun = "score",
        Attribute = "RnnAttention",
        Method = "Score",
        Fields = [ParameterKind.Map, ParameterKind.PerUnit],
        FieldsInWords = "Map or PerUnit",
        Vectors = "the query, the key",
        Vector = "the query, the key",
        Products = "a Map is multiplied by the query or the key as they are",
        Terms = "hidden vectors and numbers",
        Result = "a score is a hidden vector, which is summed up",
        Functions = [.. Language.Functions.Where(f => f.InScores)],
    };

    public static readonly Dialect Loss = new()
    {
        Kind = EquationKind.Loss,
        Noun = "loss",
        Attribute = "RnnLoss",
        Method = "Loss",
        Fields = [],
        FieldsInWords = "none",
        Vectors = "the outputs, the target",
        Vector = "an output, the target",
        Products = "a loss has no matrices",
        Terms = "outputs, the target and numbers",
        Result = "a loss is a hidden vector, of which the mean is taken",
        Functions = [.. Language.Functions.Where(f => f.InCells && f.InScores)],
    };

    public required EquationKind Kind { get; init; }

    /// <summary>True if its method takes an input, then states, and returns these anew.</summary>
    public bool ReturnsStates => Kind == EquationKind.Cell;

    /// <summary>The word for the struct in messages.</summary>
    public required string Noun { get; init; }

    /// <summary>The attribute that marks it, without its suffix.</summary>
    public required string Attribute { get; init; }

    /// <summary>The method that has its equations.</summary>
    public required string Method { get; init; }

    /// <summary>The kinds of fields that it may have.</summary>
    public required ParameterKind[] Fields { get; init; }

    public required string FieldsInWords { get; init; }

    /// <summary>The vectors that its method takes, in a list of what expressions are made of.</summary>
    public required string Vectors { get; init; }

    /// <summary>One of them, in a list of what a name can mean.</summary>
    public required string Vector { get; init; }

    /// <summary>The word for the vectors that its matrices multiply.</summary>
    public required string Products { get; init; }

    /// <summary>The word for the operands of + − * /.</summary>
    public required string Terms { get; init; }

    /// <summary>The word for its method's result.</summary>
    public required string Result { get; init; }

    public required IReadOnlyList<LanguageFunction> Functions { get; init; }

    /// <summary>All of them, in the order of their kinds.</summary>
    public static IReadOnlyList<Dialect> All { get; } = [Cell, Score, Loss];

    public static Dialect Of(EquationKind kind) => All[(int)kind];

    public LanguageFunction? Find(string function) => Functions.FirstOrDefault(f => f.Name == function);
}
