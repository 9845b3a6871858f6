using RnnGen.Generated;

namespace RnnGen.Tests.CompressedWeights;

/// <summary>Every cell in both formats.</summary>
public class CellTests
{
    private const int Length = 20;

    [Fact]
    public void OfSimpleRnn() =>
        Check<float, float, OfSimpleRnn.State>(s => new OfSimpleRnn(s), m => ((OfSimpleRnn)m).ToInt8(), m => ((OfSimpleRnn)m).ToBFloat16());

    [Fact]
    public void OfIndRnn() =>
        Check<float, float, OfIndRnn.State>(s => new OfIndRnn(s), m => ((OfIndRnn)m).ToInt8(), m => ((OfIndRnn)m).ToBFloat16());

    [Fact]
    public void OfLeakyRnn() =>
        Check<float, float, OfLeakyRnn.State>(s => new OfLeakyRnn(s), m => ((OfLeakyRnn)m).ToInt8(), m => ((OfLeakyRnn)m).ToBFloat16());

    [Fact]
    public void OfLearnedLeakyRnn() =>
        Check<float, float, OfLearnedLeakyRnn.State>(
            s => new OfLearnedLeakyRnn(s), m => ((OfLearnedLeakyRnn)m).ToInt8(), m => ((OfLearnedLeakyRnn)m).ToBFloat16());

    [Fact]
    public void OfSkipRnn() =>
        Check<float, float, OfSkipRnn.State>(s => new OfSkipRnn(s), m => ((OfSkipRnn)m).ToInt8(), m => ((OfSkipRnn)m).ToBFloat16());

    [Fact]
    public void OfDelayedRnn() =>
        Check<float, float, OfDelayedRnn.State>(
            s => new OfDelayedRnn(s), m => ((OfDelayedRnn)m).ToInt8(), m => ((OfDelayedRnn)m).ToBFloat16());

    [Fact]
    public void OfJordanRnn() =>
        Check<float, float, OfJordanRnn.State>(s => new OfJordanRnn(s), m => ((OfJordanRnn)m).ToInt8(), m => ((OfJordanRnn)m).ToBFloat16());

    [Fact]
    public void OfLstm() => Check<float, float, OfLstm.State>(s => new OfLstm(s), m => ((OfLstm)m).ToInt8(), m => ((OfLstm)m).ToBFloat16());

    [Fact]
    public void OfPeepholeLstm() =>
        Check<float, float, OfPeepholeLstm.State>(
            s => new OfPeepholeLstm(s), m => ((OfPeepholeLstm)m).ToInt8(), m => ((OfPeepholeLstm)m).ToBFloat16());

    [Fact]
    public void OfCoupledLstm() =>
        Check<float, float, OfCoupledLstm.State>(
            s => new OfCoupledLstm(s), m => ((OfCoupledLstm)m).ToInt8(), m => ((OfCoupledLstm)m).ToBFloat16());

    [Fact]
    public void OfCoupledPeepholeLstm() =>
        Check<float, float, OfCoupledPeepholeLstm.State>(
            s => new OfCoupledPeepholeLstm(s), m => ((OfCoupledPeepholeLstm)m).ToInt8(), m => ((OfCoupledPeepholeLstm)m).ToBFloat16());

    [Fact]
    public void OfProjectedLstm() =>
        Check<float, float, OfProjectedLstm.State>(
            s => new OfProjectedLstm(s), m => ((OfProjectedLstm)m).ToInt8(), m => ((OfProjectedLstm)m).ToBFloat16());

    // What is normalised is divided by how far it spreads, and so are the errors.
    [Fact]
    public void OfLayerNormLstm() =>
        Check<float, float, OfLayerNormLstm.State>(
            s => new OfLayerNormLstm(s), m => ((OfLayerNormLstm)m).ToInt8(), m => ((OfLayerNormLstm)m).ToBFloat16(), 0.1);

    [Fact]
    public void OfGru() => Check<float, float, OfGru.State>(s => new OfGru(s), m => ((OfGru)m).ToInt8(), m => ((OfGru)m).ToBFloat16());

    [Fact]
    public void OfGruResetBefore() =>
        Check<float, float, OfGruResetBefore.State>(
            s => new OfGruResetBefore(s), m => ((OfGruResetBefore)m).ToInt8(), m => ((OfGruResetBefore)m).ToBFloat16());

    [Fact]
    public void OfGruTakeNew() =>
        Check<float, float, OfGruTakeNew.State>(
            s => new OfGruTakeNew(s), m => ((OfGruTakeNew)m).ToInt8(), m => ((OfGruTakeNew)m).ToBFloat16());

    [Fact]
    public void OfGruResetBeforeTakeNew() =>
        Check<float, float, OfGruResetBeforeTakeNew.State>(
            s => new OfGruResetBeforeTakeNew(s), m => ((OfGruResetBeforeTakeNew)m).ToInt8(),
            m => ((OfGruResetBeforeTakeNew)m).ToBFloat16());

    [Fact]
    public void OfMgu() => Check<float, float, OfMgu.State>(s => new OfMgu(s), m => ((OfMgu)m).ToInt8(), m => ((OfMgu)m).ToBFloat16());

    [Fact]
    public void OfSru() => Check<float, float, OfSru.State>(s => new OfSru(s), m => ((OfSru)m).ToInt8(), m => ((OfSru)m).ToBFloat16());

    [Fact]
    public void OfBypass() =>
        Check<float, float, OfBypass.State>(s => new OfBypass(s), m => ((OfBypass)m).ToInt8(), m => ((OfBypass)m).ToBFloat16());

    [Fact]
    public void OfBypassInBlocks() =>
        Check<float, float, OfBypassInBlocks.State>(
            s => new OfBypassInBlocks(s), m => ((OfBypassInBlocks)m).ToInt8(), m => ((OfBypassInBlocks)m).ToBFloat16());

    [Fact]
    public void OfLarder() =>
        Check<float, float, OfLarder.State>(s => new OfLarder(s), m => ((OfLarder)m).ToInt8(), m => ((OfLarder)m).ToBFloat16());

    [Fact]
    public void EveryCellIsHere()
    {
        string[] cells = [.. typeof(Lstm).Assembly.GetTypes()
            .Where(t => t.GetCustomAttributes(typeof(RnnCellAttribute), false).Length > 0)
            .Select(t => $"Of{t.Name}").Order(StringComparer.Ordinal)];
        Assert.True(cells.Length >= 18);
        Assert.Empty(cells.Except(typeof(CellTests).GetMethods().Select(m => m.Name)));
    }

    /// <summary>Halves are what a model with rounded matrices gives, to the bit; bytes are near what the model gives.</summary>
    internal static void Check<TInput, TTarget, TState>(
        Func<ulong, IRnnModel<float, TInput, TTarget, TState>> create, Func<object, IRnnInference<float, TInput, TState>> toInt8,
        Func<object, IRnnInference<float, TInput, TState>> toBFloat16, double most = 0.02)
        where TInput : unmanaged
        where TTarget : unmanaged
        where TState : struct, IRnnState<float>
    {
        var model = create(3);
        foreach (var view in model.Parameters.Where(v => v.Columns == 0))
        {
            // Biases are not all 0.
            for (int row = 0; row < view.Rows; row++)
            {
                if (view.Owns(row))
                    view[row] += 0.1f * MathF.Sin(row);
            }
        }

        float[] exact = Run(model, out var exactState);
        float[] small = Run(toInt8(model), out var smallState);
        Assert.NotEqual(exact, small);
        Assert.InRange(Distance(exact, small), 0, most);
        Assert.InRange(Distance(exactState, smallState), 0, 2 * most);

        float[] halves = Run(toBFloat16(model), out var halvesState);
        Round(model.Parameters);
        float[] rounded = Run(model, out var roundedState);
        Assert.Equal(rounded, halves);
        Assert.Equal(roundedState, halvesState);
        Assert.InRange(Distance(exact, halves), 1e-9, most);
    }

    private static void Round(ParameterSet<float> parameters)
    {
        foreach (var view in parameters.Where(v => v.Columns > 0))
        {
            float[] values = new float[view.Count];
            view.CopyTo(values);
            view.CopyFrom([.. values.Select(BFloat16.Round)]);
        }
    }

    private static float[] Run<TInput, TState>(IRnnInference<float, TInput, TState> model, out float[] final)
        where TInput : unmanaged
        where TState : struct, IRnnState<float>
    {
        var shape = model.Shape;
        float[] outputs = new float[(shape.IsPooled ? 1 : Length) * shape.OutputSize];
        TState state = default;
        model.Forward(Inputs<TInput>(shape), ref state, outputs);
        final = new float[shape.StateSize];
        state.CopyTo(final);
        return outputs;
    }

    private static TInput[] Inputs<TInput>(ModelShape shape)
    {
        int count = shape.InputSteps == 1 ? shape.InputWidth : Length * shape.InputWidth;
        return typeof(TInput) == typeof(int)
            ? (TInput[])(object)Enumerable.Range(0, count).Select(i => i * 7 % shape.InputSize).ToArray()
            : (TInput[])(object)Enumerable.Range(0, count).Select(i => MathF.Sin(i * 0.7f)).ToArray();
    }

    private static double Distance(float[] first, float[] second) =>
        first.Zip(second).Select(p => Math.Abs((double)p.First - p.Second)).DefaultIfEmpty(0).Max();
}
