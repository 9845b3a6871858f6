using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Declarations;

/// <summary>The elements of a model's largest buffers, before anything is planned.</summary>
internal sealed class ModelSizes
{
    public long Weights { get; private set; }

    public long State { get; private set; }

    public long Outputs { get; private set; }

    /// <summary>The numbers that a decoder reads of a source.</summary>
    public long Memory { get; private set; }

    /// <summary>The attentions' weights of a target.</summary>
    public long Attention { get; private set; }

    /// <summary>The numbers that the largest convolution sees of a row.</summary>
    public long Windows { get; private set; }

    public static ModelSizes Of(ModelDeclaration model)
    {
        var sizes = new ModelSizes();
        if (model.Joint is { } joint)
        {
            sizes.Add(joint.Encoder.Elements, joint.Encoder.Steps, joint.Encoder, isEncoder: true);
            sizes.Memory += (joint.Encoder.Output.Once ? 1L : joint.Encoder.Steps) * Panel.Pad(joint.Encoder.Output.Width);
            if (joint.Bridge != BridgeKind.Direct)
                sizes.Weights += joint.Bridged(model.Elements).Where(s => s.From > 0).Sum(s => Dense(s.From, s.Width));
        }

        sizes.Add(model.Elements, model.Steps, model.Joint?.Encoder, isEncoder: false);
        return sizes;
    }

    private void Add(EquatableArray<ElementDeclaration> elements, int steps, EncoderDeclaration? encoder, bool isEncoder)
    {
        ElementShape.Of(elements, out var inputs);
        for (int i = 0; i < elements.Count; i++)
        {
            switch (elements[i])
            {
                case SourceDeclaration { Kind: SourceKind.Embedding } source:
                    Weights += (long)source.Symbols * Panel.Pad(source.Width);
                    break;
                case SymbolsDeclaration symbols:
                    Weights += (long)symbols.Symbols * Panel.Pad(symbols.Channels);
                    break;
                case RnnDeclaration rnn:
                    AddLayers(rnn, rnn.FirstState ? 0 : rnn.InputWidth(inputs[i]), isEncoder || rnn.IsAlongPositions);
                    break;
                case DenseDeclaration dense:
                    Weights += Dense(inputs[i].Width, dense.Size);
                    break;
                case ConvolutionDeclaration { Window: var window } convolution:
                    long seen = convolution.DepthOf(inputs[i].Channels);
                    Weights += Panel.Pad(convolution.Channels) * (seen + 1);
                    long windows = (inputs[i].Once ? 1L : steps) * window.PositionsOf(inputs[i].Length);
                    // Groups make no windows, but their outputs are in whole blocks.
                    long numbers = convolution.Groups == 1 ? seen + Panel.Lanes : Panel.Pad(convolution.Channels);
                    Windows = Math.Max(Windows, windows * numbers);
                    if (!isEncoder)
                        State += (long)window.Past * inputs[i].Width;
                    break;
                case PoolDeclaration { Kind: PoolKind.Attention } pool:
                    Weights += pool.Units > 0 ? Dense(inputs[i].Width, pool.Units) + Dense(pool.Units, 1) : Dense(inputs[i].Width, 1);
                    break;
                case TimeDenseDeclaration dense:
                    Weights += (dense.Steps + 1L) * Panel.Pad(dense.Steps);
                    break;
                case NormDeclaration norm:
                    Weights += ((norm.Gain ? 1L : 0) + (norm.Bias ? 1 : 0)) * Panel.Pad(inputs[i].Width);
                    break;
                case PReluDeclaration rectifier:
                    Weights += Panel.Pad(rectifier.Shared ? 1 : inputs[i].Width);
                    break;
                case StandardizeDeclaration:
                    Weights += 2L * Panel.Pad(inputs[i].Width);
                    break;
                case AttentionDeclaration attention:
                    AddAttention(attention, inputs[i].Width, steps, encoder!.Steps);
                    break;
                case FeedbackDeclaration feedback:
                    State += Panel.Pad(feedback.Size);
                    break;
                case HeadDeclaration:
                    Outputs += Panel.Pad(inputs[i].Width) * (inputs[i].Once ? 1L : steps);
                    break;
            }
        }

        // What the step before gave is carried to the next stream; recurrent layers have it in their states.
        foreach (int index in elements.SelectMany(e => e.From)
            .Where(u => u.IsPrevious && elements[u.Index] is not RnnDeclaration)
            .Select(u => u.Index).Distinct())
            State += Panel.Pad(elements[index].OwnWidth ?? 0);
    }

    private void AddLayers(RnnDeclaration rnn, long width, bool isStateless)
    {
        long padded = Panel.Pad(rnn.Hidden);
        int directions = rnn.Direction == DirectionKind.Bidirectional ? 2 : 1;
        for (int level = 0; level < rnn.Depth; level++)
        {
            long parameters = rnn.CellWithInput.Parameters.Sum(p =>
                padded * (p.Kind switch
                {
                    ParameterKind.Weight => width,
                    ParameterKind.Recurrent or ParameterKind.Projection =>
                    rnn.Hidden,
                    _ => 1
                }));
            Weights += directions * parameters;
            if (directions == 2 && rnn.Merge == MergeKind.Linear)
                Weights += Dense(2L * rnn.Output, rnn.Output);
            // An encoder begins with zeros for every source, and a layer along positions with every step.
            if (!isStateless)
                State += directions * padded * rnn.CellWithInput.States.Count;
            width = rnn.Width;
        }
    }

    private void AddAttention(AttentionDeclaration attention, long query, int steps, int sourceSteps)
    {
        long padded = Panel.Pad(attention.Units);
        foreach (var operand in AttentionPlan.Of(attention.Score).Operands.Where(o => o.Map is not null))
        {
            Weights += padded * (operand.Side == AttentionSide.Query ? query : attention.Width);
            Memory += operand.Side == AttentionSide.Key ? sourceSteps * padded : 0;
        }

        Weights += padded * attention.Score.Parameters.Count(p => p.Kind == ParameterKind.PerUnit);
        Attention += (long)steps * sourceSteps;
    }

    private static long Dense(long width, int size) => Panel.Pad(size) * (width + 1);
}
