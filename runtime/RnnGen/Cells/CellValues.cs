namespace RnnGen;

/// <summary>Values for the parameters of a cell, to evaluate its equations as they are written.</summary>
/// <param name="matrices">The values of each Weight and Recurrent, by the field's name.</param>
/// <param name="vectors">The values of each Bias and PerUnit, by the field's name.</param>
/// <param name="activation">What <c>Activation</c> stands for; tanh if null.</param>
public sealed class CellValues(IReadOnlyDictionary<string, double[,]> matrices, IReadOnlyDictionary<string, double[]> vectors, Func<double, double>? activation = null)
{
    private readonly Func<double, double> activation = activation ?? Math.Tanh;

    /// <summary>A field of the type <see cref="RnnGen.Weight"/>.</summary>
    /// <param name="name">The field.</param>
    /// <exception cref="KeyNotFoundException">It has no value.</exception>
    public Weight Weight(string name) => new(new Matrix(matrices[name], activation));

    /// <summary>A field of the type <see cref="RnnGen.Recurrent"/>.</summary>
    /// <inheritdoc cref="Weight"/>
    public Recurrent Recurrent(string name) => new(new Matrix(matrices[name], activation));

    /// <summary>A field of the type <see cref="RnnGen.Bias"/>.</summary>
    /// <inheritdoc cref="Weight"/>
    public Bias Bias(string name) => new(vectors[name]);

    /// <summary>A field of the type <see cref="RnnGen.PerUnit"/>.</summary>
    /// <inheritdoc cref="Weight"/>
    public PerUnit PerUnit(string name) => new(vectors[name]);
}

/// <summary>The functions of the equation language, evaluated plainly.</summary>
public static class CellFunctions
{
    /// <summary>1 / (1 + e^−x).</summary>
    public static Hidden Sigmoid(Hidden value) => value.Map(x => 1 / (1 + Math.Exp(-x)));

    /// <summary>tanh(x).</summary>
    public static Hidden Tanh(Hidden value) => value.Map(Math.Tanh);

    /// <summary>max(x, 0).</summary>
    public static Hidden Relu(Hidden value) => value.Map(x => Math.Max(x, 0));

    /// <summary>What the layer's Activation stands for.</summary>
    public static Hidden Activation(Hidden value) => value.Activated();

    /// <summary>e^x.</summary>
    public static Hidden Exp(Hidden value) => value.Map(Math.Exp);
}
