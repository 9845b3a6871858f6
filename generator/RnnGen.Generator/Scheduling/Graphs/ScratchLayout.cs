using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>A number of elements: so many, and so many more for each step at hand.</summary>
internal readonly record struct ScratchSize(long Fixed, long PerStep);

/// <summary>The scratch memory of an inference: where each buffer begins.</summary>
internal sealed class ScratchLayout
{
    /// <summary>Rows that go through the model at a time.</summary>
    public const int MostRows = 32;

    private ScratchLayout(ModelLayout model, ScratchKind kind)
    {
        // Vectors of a buffer that has one per step; null where the caller decides.
        long? steps = kind switch
        {
            ScratchKind.OneStep => 1,
            ScratchKind.Rows => MostRows,
            ScratchKind.Steps when !model.NeedsWholeSequence => model.Chunk,
            _ => null,
        };
        int rows = kind == ScratchKind.Rows ? MostRows : 1;
        ScratchSize end = default;
        List<(string, ScratchSize)> starts = [];
        foreach (var buffer in model.Operations.Where(o => o.IsEncoding == (kind == ScratchKind.Source))
            .SelectMany(BuffersOf)
            .Where(b => b.Inference != Extent.None && !model.IsKept(b.Name)))
        {
            starts.Add((buffer.Name, end));
            long vector = Panel.Pad(buffer.Size);
            // What runs along positions has all of them for each grid, of which there is one a step or one a sequence.
            long grid = buffer.Time is { IsInner: true } ? vector * buffer.InferenceVectors : 0;
            bool isPerStep = buffer.Time?.Grids is not null;
            long perStep = grid > 0 ? (isPerStep ? grid : 0) : buffer.Inference is Extent.Steps or Extent.StepsAndInitial ? vector : 0;
            long once =
                grid > 0 ? (isPerStep ? 0 : grid * rows)
                : buffer.Inference == Extent.Once ? vector * rows
                : buffer.Inference == Extent.StepsAndInitial ? vector * rows * buffer.Initial
                : 0;
            end = steps is { } count ? new(end.Fixed + once + (perStep * count), 0) : new(end.Fixed + once, end.PerStep + perStep);
        }

        Starts = starts;
        Size = end;

        // One kernel that replaces the states needs room for its sums, any other for the new states.
        IEnumerable<PassBuffer> BuffersOf(Operation operation) =>
            operation is RecurrentOperation { Layer: var layer } && kind == ScratchKind.OneStep && model.IsOneKernel(layer)
            ? operation.Buffers.Where(b => layer.WholeStep.IsTogether
                ? b.Name == layer.Slots
                : Enumerable.Range(0, layer.States).Any(s => layer.IsMultiplied(s) && b.Name == layer.History(s)))
            : operation.Buffers;
    }

    /// <summary>The offset of each buffer.</summary>
    public IReadOnlyList<(string Buffer, ScratchSize Start)> Starts { get; }

    /// <summary>The elements needed in all.</summary>
    public ScratchSize Size { get; }

    public static ScratchLayout Of(ModelLayout model, ScratchKind kind) => new(model, kind);
}
