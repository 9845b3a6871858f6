namespace RnnGen;

/// <summary>The functions that a layer chooses.</summary>
internal sealed record LayerFunctions(Func<double, double> Activation, Func<double, double> Gate, Func<double, double> Output)
{
    public static readonly LayerFunctions Default = new(Math.Tanh, x => 1 / (1 + Math.Exp(-x)), Math.Tanh);
}
