using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Sites;

/// <summary>
/// The places where a pass over time finds things, as generated code says it: on a tape, or in the scratch memory of an inference; all
/// steps, or in a loop the one that a variable <c>step</c> counts.
/// </summary>
internal abstract class Site(ModelLayout model, bool isStep)
{
    /// <summary>True if this is one step of a loop.</summary>
    public bool IsStep => isStep;

    /// <summary>This place for a single step of a loop.</summary>
    public abstract Site EachStep { get; }

    /// <summary>Sequences side by side.</summary>
    public Amount Rows => RowsOf(null);

    protected ModelLayout Model => model;

    /// <summary>Sequences side by side: of steps that are positions, grids.</summary>
    public abstract Amount RowsOf(Timeline? time);

    /// <summary>Steps of a sequence.</summary>
    public abstract Amount Steps(Timeline time);

    /// <summary>The lengths of the sequences; empty if all have all steps.</summary>
    public abstract string Lengths(Timeline time);

    /// <summary>The symbols that come in.</summary>
    public abstract string Symbols(Value source);

    /// <summary>A buffer's first element.</summary>
    public abstract Address Buffer(string name);

    /// <summary>The first vector of a buffer that has one per step, or this step's.</summary>
    public abstract Address VectorsOf(Address buffer, int stride);

    /// <summary>The number of vectors.</summary>
    public abstract Amount Count(Timeline? time);

    public Amount Count(Value value) => Count(value.Time);

    /// <summary>The first of some values, or this step's.</summary>
    public Address Of(Value value) => Place(SourceOf(value));

    protected virtual Address Place(Value value) => Of(value, Buffer(value.Buffer), value.Stride);

    /// <summary>The value in whose buffer a value is kept.</summary>
    protected virtual Value SourceOf(Value value) => value;

    /// <summary>A value of another timeline, such as an encoder's, stays where it is whatever the step.</summary>
    protected Address Of(Value value, Address buffer, int stride) =>
        value.Once ? buffer : Behind(value, value.Time == Time ? VectorsOf(buffer, stride) : buffer, stride);

    /// <summary>The timeline that the steps belong to.</summary>
    protected virtual Timeline Time => model.Time;

    /// <summary>The address of the vectors after the initial ones.</summary>
    private Address Behind(Value value, Address place, int stride) =>
        value.IsBehindInitial ? place.Plus(Wide(RowsOf(value.Time)).Times(stride * value.Initial)) : place;

    /// <summary>An amount as wide as an offset.</summary>
    private static Amount Wide(Amount rows) => rows.Expression is { } expression ? $"(nint){expression}" : rows;
}
