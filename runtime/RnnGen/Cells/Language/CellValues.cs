namespace RnnGen;

/// <summary>Values for the parameters of a cell or a score, to evaluate its equations as they are written.</summary>
/// <param name="matrices">The values of each Weight, Recurrent, Projection and Map, by the field's name.</param>
/// <param name="vectors">The values of each Bias, PerUnit and Scalar, by the field's name; a Scalar has one.</param>
/// <param name="activation">The function that <c>Activation</c> stands for; tanh if null.</param>
/// <param name="gateActivation">The function that <c>GateActivation</c> stands for; the logistic function if null.</param>
/// <param name="outputActivation">The function that <c>OutputActivation</c> stands for; tanh if null.</param>
public sealed class CellValues(
    IReadOnlyDictionary<string, double[,]> matrices,
    IReadOnlyDictionary<string, double[]> vectors,
    Func<double, double>? activation = null,
    Func<double, double>? gateActivation = null,
    Func<double, double>? outputActivation = null)
{
    private readonly LayerFunctions functions = new(
        activation ?? LayerFunctions.Default.Activation, gateActivation ?? LayerFunctions.Default.Gate,
        outputActivation ?? LayerFunctions.Default.Output);

    /// <summary>A field of the type <see cref="RnnGen.Weight"/>.</summary>
    /// <param name="name">The field.</param>
    /// <exception cref="KeyNotFoundException">It has no value.</exception>
    public Weight Weight(string name) => new(new Matrix(matrices[name], functions));

    /// <summary>A field of the type <see cref="RnnGen.Recurrent"/>.</summary>
    /// <inheritdoc cref="Weight"/>
    public Recurrent Recurrent(string name) => new(new Matrix(matrices[name], functions));

    /// <summary>A field of the type <see cref="RnnGen.Projection"/>.</summary>
    /// <inheritdoc cref="Weight"/>
    public Projection Projection(string name) => new(new Matrix(matrices[name], functions));

    /// <summary>A field of the type <see cref="RnnGen.Map"/>.</summary>
    /// <inheritdoc cref="Weight"/>
    public Map Map(string name) => new(new Matrix(matrices[name], functions));

    /// <summary>A field of the type <see cref="RnnGen.Bias"/>.</summary>
    /// <inheritdoc cref="Weight"/>
    public Bias Bias(string name) => new(vectors[name]);

    /// <summary>A field of the type <see cref="RnnGen.PerUnit"/>.</summary>
    /// <inheritdoc cref="Weight"/>
    public PerUnit PerUnit(string name) => new(vectors[name]);

    /// <summary>A field of the type <see cref="RnnGen.Scalar"/>.</summary>
    /// <inheritdoc cref="Weight"/>
    public Scalar Scalar(string name) => new(vectors[name].Single());
}
