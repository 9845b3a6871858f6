namespace RnnGen.Tests.CompressedWeights;

// Each cell once, on an odd number of inputs and of units.

[RnnModel(Steps = 2), Input(5), Rnn<SimpleRnn>(21), Dense(10), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class OfSimpleRnn;

[RnnModel(Steps = 2), Input(5), Rnn<IndRnn>(21), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class OfIndRnn;

[RnnModel(Steps = 2), Input(5), Rnn<LeakyRnn>(21), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class OfLeakyRnn;

[RnnModel(Steps = 2), Input(5), Rnn<LearnedLeakyRnn>(21), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class OfLearnedLeakyRnn;

[RnnModel(Steps = 2), Input(5), Rnn<SkipRnn>(21), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class OfSkipRnn;

[RnnModel(Steps = 2), Input(5), Rnn<DelayedRnn>(21), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class OfDelayedRnn;

[RnnModel(Steps = 2), Input(5), Rnn<JordanRnn>(21, Projection = 4), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class OfJordanRnn;

[RnnModel(Steps = 2), Input(5), Rnn<Lstm>(21), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class OfLstm;

[RnnModel(Steps = 2), Input(5), Rnn<PeepholeLstm>(21), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class OfPeepholeLstm;

[RnnModel(Steps = 2), Input(5), Rnn<CoupledLstm>(21), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class OfCoupledLstm;

[RnnModel(Steps = 2), Input(5), Rnn<CoupledPeepholeLstm>(21), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class OfCoupledPeepholeLstm;

[RnnModel(Steps = 2), Input(5), Rnn<ProjectedLstm>(21, Projection = 6), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class OfProjectedLstm;

[RnnModel(Steps = 2), Input(5), Rnn<LayerNormLstm>(21), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class OfLayerNormLstm;

[RnnModel(Steps = 2), Input(5), Rnn<Gru>(21), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class OfGru;

[RnnModel(Steps = 2), Input(5), Rnn<GruResetBefore>(21), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class OfGruResetBefore;

[RnnModel(Steps = 2), Input(5), Rnn<GruTakeNew>(21), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class OfGruTakeNew;

[RnnModel(Steps = 2), Input(5), Rnn<GruResetBeforeTakeNew>(21), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class OfGruResetBeforeTakeNew;

[RnnModel(Steps = 2), Input(5), Rnn<Mgu>(21), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class OfMgu;

[RnnModel(Steps = 2), Input(21), Rnn<Sru>(21), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class OfSru;

/// <summary>
/// Five sums on one operand, three stages, products of computed vectors, a sum that no input feeds, one that is fed twice, two biases.
/// </summary>
[RnnCell]
public readonly partial struct Larder
{
    private readonly Weight Wa, Wb, Wc, Wd, We, Wf;
    private readonly Recurrent Ua, Ub, Uc, Ud, Ue;
    private readonly Bias ba, ca, bb, be;
    private readonly PerUnit p;

    public (Hidden, Hidden, Hidden) Step(Input x, Hidden h, Hidden c, Hidden s)
    {
        var a = Sigmoid(Wa * x + ba + (Ua * h + ca) + Wf * x);
        var both = Wb * x + Ub * c + bb;
        var b = Tanh(both) / (2 + Relu(both + 9) + Exp(-(p * c)));
        var d = Tanh(Wc * x - Uc * (a * h) + s * 0.5);
        var e = Sigmoid(Wd * x + Ud * (b * d - h));
        var f = We * x + e * (Ue * h + be);
        return (e * d + (1 - e) * Tanh(f), 0.9 * c + 0.1 * both, (s + d) / 2);
    }
}

[RnnModel(Steps = 2), Input(5), Rnn<Larder>(21), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class OfLarder;

/// <summary>
/// The input itself beside a gate, of this step and of one before, a product with an earlier input, and a number that all units share.
/// </summary>
[RnnCell]
public readonly partial struct Bypass
{
    private readonly Weight W, V;
    private readonly Recurrent U;
    private readonly Bias b;
    private readonly Scalar s;

    public Hidden Step(Input x, Hidden h)
    {
        var gate = Sigmoid(W * x + U * h + b);
        return gate * Tanh(V * Delay(x, 2) + s * Delay(x, 1)) + (1 - gate) * x;
    }
}

[RnnModel(Steps = 2), Input(21), Rnn<Bypass>(21), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class OfBypass;

[RnnModel(Steps = 2), Input(5), Dense(32), Rnn<Bypass>(32), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class OfBypassInBlocks;
