using RnnGen.Generated;
using static RnnGen.Conformance.Elements;

namespace RnnGen.Conformance;

/// <summary>A generated model of any kind with weights of its own, run forward, all in double.</summary>
public abstract class GoldenModel
{
    /// <summary>The model's sizes.</summary>
    public abstract ModelShape Shape { get; }

    /// <summary>Loads weights under the model's own names.</summary>
    public abstract void Load(SafetensorsFile file);

    /// <summary>A whole sequence.</summary>
    /// <param name="inputs">[step][number], or [step] of symbols.</param>
    /// <param name="state">Where it starts, and then where it ends.</param>
    /// <param name="steps">Steps of the sequence.</param>
    public abstract double[] Forward(double[] inputs, double[] state, int steps);
}

/// <summary>The same of one generated model.</summary>
/// <param name="model">The model.</param>
internal sealed class GoldenModel<T, TInput, TTarget, TState>(IRnnModel<T, TInput, TTarget, TState> model) : GoldenModel
    where T : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
    where TState : struct, IRnnState<T>
{
    public override ModelShape Shape => model.Shape;

    public override void Load(SafetensorsFile file) => WeightFile.Load(file, model.Parameters);

    public override double[] Forward(double[] inputs, double[] state, int steps)
    {
        TState current = default;
        current.CopyFrom(To<T>(state));
        var outputs = new T[(Shape.OutputSteps == 1 ? 1 : steps) * Shape.OutputSize];
        model.Forward(To<TInput>(inputs), ref current, outputs);
        var after = new T[Shape.StateSize];
        current.CopyTo(after);
        From<T>(after).CopyTo(state, 0);
        return From<T>(outputs);
    }
}
