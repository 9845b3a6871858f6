using RnnGen.Numerics;

namespace RnnGen;

/// <summary>Parameters and moments as they were before an update, for a way back from one that fails behind it.</summary>
internal sealed class UpdateBackup<T> where T : unmanaged
{
    private readonly AlignedBuffer<T> parameters;
    private readonly AlignedBuffer<T>[] moments;
    private long step;

    public UpdateBackup(ParameterSet<T> parameters, OptimizerState<T> state)
    {
        this.parameters = new(parameters.Buffer.Length);
        moments = new AlignedBuffer<T>[state.MomentNames.Count];
        for (int i = 0; i < moments.Length; i++)
            moments[i] = new(state.Length);
    }

    /// <summary>Copies what an update changes.</summary>
    public void Keep(ParameterSet<T> from, OptimizerState<T> state)
    {
        from.Buffer.Span.CopyTo(parameters.Span);
        for (int i = 0; i < moments.Length; i++)
            state.Buffer(i).Span.CopyTo(moments[i].Span);
        step = state.Step;
    }

    /// <summary>Copies it back.</summary>
    public void Restore(ParameterSet<T> to, OptimizerState<T> state)
    {
        parameters.Span.CopyTo(to.Buffer.Span);
        for (int i = 0; i < moments.Length; i++)
            moments[i].Span.CopyTo(state.Buffer(i).Span);
        state.Step = step;
        state.Bound = double.NaN;
    }
}
