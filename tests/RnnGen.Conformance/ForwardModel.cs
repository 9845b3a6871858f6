using RnnGen.Generated;
using static RnnGen.Conformance.Elements;

namespace RnnGen.Conformance;

/// <summary>A generated model that is only run forward, all in double.</summary>
public abstract class ForwardModel
{
    /// <summary>The model's sizes.</summary>
    public abstract ModelShape Shape { get; }

    /// <summary>Loads weights under the model's own names, or where they are in layouts.</summary>
    public abstract void Load(SafetensorsFile file, IReadOnlyList<LayerWeights>? layers = null);

    /// <summary>A whole sequence.</summary>
    /// <param name="inputs">[step][number], or [step] of symbols.</param>
    /// <param name="state">Where it starts, and then where it ends.</param>
    /// <param name="steps">Steps of the sequence, if there are not as many as inputs.</param>
    public abstract double[] Forward(double[] inputs, double[] state, int? steps = null);
}

/// <summary>The same of one generated model.</summary>
/// <param name="model">The model.</param>
internal sealed class ForwardModel<T, TInput, TTarget, TState>(IRnnModel<T, TInput, TTarget, TState> model) : ForwardModel
    where T : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
    where TState : struct, IRnnState<T>
{
    public override ModelShape Shape => model.Shape;

    public override void Load(SafetensorsFile file, IReadOnlyList<LayerWeights>? layers)
    {
        if (layers is null)
            WeightFile.Load(file, model.Parameters);
        else
            WeightFile.Load(file, model.Parameters, layers);
    }

    public override double[] Forward(double[] inputs, double[] state, int? steps)
    {
        int count = steps ?? (inputs.Length / Shape.InputWidth);
        TState current = default;
        current.CopyFrom(To<T>(state));
        var outputs = new T[(Shape.OutputSteps == 1 ? 1 : count) * Shape.OutputSize];
        model.Forward(To<TInput>(inputs), ref current, outputs);
        var after = new T[Shape.StateSize];
        current.CopyTo(after);
        From<T>(after).CopyTo(state, 0);
        return From<T>(outputs);
    }
}
