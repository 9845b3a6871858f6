using RnnGen.Generator.Equations;
using RnnGen.Generator.Reading;

namespace RnnGen.Generator.Scheduling;

/// <summary>The elements of a model's largest buffers, before anything is planned.</summary>
internal sealed record ModelSizes(long Weights, long State, long Outputs)
{
    public static ModelSizes Of(ModelDeclaration model)
    {
        long weights = 0, state = 0, outputs = 0;
        ElementShape.Of(model.Elements, out var inputs);
        for (int i = 0; i < model.Elements.Count; i++)
        {
            switch (model.Elements[i])
            {
                case SourceDeclaration { Kind: SourceKind.Embedding } source:
                    weights += (long)source.Symbols * Layout.Pad(source.Width);
                    break;
                case RnnDeclaration rnn:
                    AddLayers(rnn, rnn.FirstState ? 0 : inputs[i].Width);
                    break;
                case DenseDeclaration dense:
                    weights += Dense(inputs[i].Width, dense.Size);
                    break;
                case PoolDeclaration { Kind: PoolKind.Attention } pool:
                    weights += pool.Units > 0 ? Dense(inputs[i].Width, pool.Units) + Dense(pool.Units, 1) : Dense(inputs[i].Width, 1);
                    break;
                case FeedbackDeclaration feedback:
                    state += Layout.Pad(feedback.Size);
                    break;
                case HeadDeclaration:
                    outputs += Layout.Pad(inputs[i].Width) * (inputs[i].Once ? 1L : model.Steps);
                    break;
            }
        }

        return new(weights, state, outputs);

        void AddLayers(RnnDeclaration rnn, long width)
        {
            long padded = Layout.Pad(rnn.Hidden);
            int directions = rnn.Direction == DirectionKind.Bidirectional ? 2 : 1;
            for (int level = 0; level < rnn.Depth; level++)
            {
                long parameters = rnn.CellWithInput.Parameters.Sum(p => padded * (p.Kind switch { ParameterKind.Weight => width, ParameterKind.Recurrent or ParameterKind.Projection => rnn.Hidden, _ => 1 }));
                weights += directions * parameters;
                if (directions == 2 && rnn.Merge == MergeKind.Linear)
                    weights += Dense(2L * rnn.Output, rnn.Output);
                state += directions * padded * rnn.CellWithInput.States.Count;
                width = rnn.Width;
            }
        }

        static long Dense(long width, int size) => Layout.Pad(size) * (width + 1);
    }
}

/// <summary>The panel layout's arithmetic.</summary>
internal static class Layout
{
    /// <summary>Units per block.</summary>
    public const int Lanes = 16;

    public static int Blocks(int size) => (size + Lanes - 1) / Lanes;

    public static int Pad(int size) => Blocks(size) * Lanes;
}
