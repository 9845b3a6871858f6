using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Sites;

/// <summary>The scratch memory of an inference.</summary>
internal sealed class ScratchSite : Site
{
    private readonly ScratchKind kind;
    private readonly ScratchLayout layout;

    public ScratchSite(ModelLayout model, ScratchKind kind)
        : base(model, isStep: false)
    {
        this.kind = kind;
        layout = ScratchLayout.Of(model, kind);
    }

    private ScratchSite(ScratchSite all)
        : base(all.Model, isStep: true)
    {
        kind = all.kind;
        layout = all.layout;
    }

    public override Site EachStep => new ScratchSite(this);

    /// <summary>True if there is one step only: the first of each buffer's vectors.</summary>
    public bool IsOne => kind is ScratchKind.OneStep or ScratchKind.Rows;

    /// <summary>The elements needed in all.</summary>
    public string Size =>
        layout.Size.PerStep == 0 ? $"{layout.Size.Fixed}" : string.Join(" + ", Terms(layout.Size).Where(t => !t.IsZero));

    public override Amount RowsOf(Timeline? time) =>
        kind == ScratchKind.Rows ? "rows" : time?.Grids is null || IsOne ? 1 : "count";

    public override Amount Steps(Timeline time) => time.IsInner ? time.Steps : IsOne ? 1 : "count";

    public override string Lengths(Timeline time) => "default";

    public override string Symbols(Value source) => IsStep ? "symbols.Slice((int)step, 1)" : "symbols";

    /// <summary>Each buffer has a name of its own in the method; what the decoder needs of its source lies in the memory of that.</summary>
    public override Address Buffer(string name) => Address.Of(Model.IsKept(name) ? $"memory.{name}.Start" : name);

    protected override Value SourceOf(Value value) => Model.InUse(value);

    /// <summary>A step that replaces the states has its output in the first of them.</summary>
    protected override Address Place(Value value) =>
        Model.Layers.FirstOrDefault(l => l.Output == value) is { } layer && IsOneKernel(layer) && layer.WholeStep.IsTogether
            ? StateOf(layer.StateOffset(0))
            : base.Place(value);

    public override Address VectorsOf(Address buffer, int stride) => IsStep ? buffer.Plus(new Amount(stride, "step")) : buffer;

    public override Amount Count(Timeline? time) =>
        time is { IsInner: true } ? RowsOf(time).Times(time.Steps) : time is null || IsStep || IsOne ? Rows : "count";

    /// <summary>True if one kernel takes the layer's step, its products with the input included.</summary>
    public bool IsOneKernel(LayerLayout layer) => kind == ScratchKind.OneStep && Model.IsOneKernel(layer);

    /// <summary>Writes where each buffer begins.</summary>
    public void WriteBuffers(CodeWriter writer)
    {
        foreach (var (buffer, start) in layout.Starts)
            writer.Line($"ref {Model.Real} {buffer} = ref {Terms(start).Aggregate(Address.Of("scratch"), (a, t) => a.Plus(t))};");
    }

    /// <summary>Reads one layer's state of each row into a buffer.</summary>
    /// <param name="writer">The writer of the text.</param>
    /// <param name="offset">The offset of that state in the model's.</param>
    /// <param name="place">The buffer, [row][length].</param>
    /// <param name="length">Its numbers.</param>
    public void LoadState(CodeWriter writer, int offset, Address place, int length)
    {
        using (writer.Under(EachRow))
            writer.Call("Copy", StateOf(offset), RowOf(place, length), length);
    }

    /// <summary>Writes it back.</summary>
    /// <inheritdoc cref="LoadState"/>
    public void StoreState(CodeWriter writer, Address place, int offset, int length)
    {
        using (writer.Under(EachRow))
            writer.Call("Copy", RowOf(place, length), StateOf(offset), length);
    }

    /// <summary>Reads what the steps before gave from each row's state.</summary>
    public void LoadCarried(CodeWriter writer, CarriedValue carried)
    {
        var first = Buffer(carried.Value.Buffer);
        if (carried.IsPast)
            MovePast(writer, "LoadPast", carried, StateOf(carried.FirstState), first);
        else
            LoadState(writer, carried.FirstState, first, carried.Value.Stride);
    }

    /// <summary>Writes what the next steps need to each row's state.</summary>
    public void StoreCarried(CodeWriter writer, CarriedValue carried)
    {
        var last = Last(Buffer(carried.Value.Buffer), carried.Value.Stride);
        if (carried.IsPast)
            MovePast(writer, "StorePast", carried, last, StateOf(carried.FirstState));
        else
            StoreState(writer, last, carried.FirstState, carried.Value.Stride);
    }

    private void MovePast(CodeWriter writer, string method, CarriedValue carried, Address from, Address to)
    {
        object row = kind == ScratchKind.Rows ? "row" : 0;
        using (writer.Under(EachRow))
            writer.Call($"Windows.{method}<{Model.Real}>", from, to, carried.Value.Initial, Rows, row, carried.Value.Stride);
    }

    private string? EachRow => kind == ScratchKind.Rows ? "for (int row = 0; row < rows; row++)" : null;

    private Address RowOf(Address place, int length) => kind == ScratchKind.Rows ? place.Plus(new Amount(length, "row")) : place;

    /// <summary>Behind the last step of vectors with an initial one.</summary>
    public Address Last(Address buffer, int stride) => buffer.Plus(kind switch
    {
        ScratchKind.OneStep => stride,
        ScratchKind.Rows => new(stride, "rows"),
        _ => new Amount(stride, "count"),
    });

    /// <summary>The numbers of the state at an offset.</summary>
    public Address StateOf(int offset) => Address.Of(kind == ScratchKind.Rows ? "states[first + row].Start" : "state").Plus(offset);

    private static Amount[] Terms(ScratchSize size) => [size.PerStep == 0 ? 0 : $"{size.PerStep} * (nint)count", new(size.Fixed)];
}
