using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Sites;

/// <summary>
/// Where a pass over time finds things, as generated code says it: on a tape, or in the scratch memory of an inference; all steps, or in a loop the
/// one that a variable <c>step</c> counts.
/// </summary>
internal abstract class Site(ModelLayout model, bool isStep)
{
    /// <summary>Whether this is one step of a loop.</summary>
    public bool IsStep => isStep;

    /// <summary>The same place, step by step.</summary>
    public abstract Site EachStep { get; }

    /// <summary>Sequences side by side.</summary>
    public abstract Amount Rows { get; }

    protected ModelLayout Model => model;

    /// <summary>The elements of a vector per row.</summary>
    public Amount RowsOf(int width) => Rows.Times(width);

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

    /// <summary>How many vectors that is.</summary>
    public abstract Amount Count(Timeline? time);

    public Amount Count(Value value) => Count(value.Time);

    /// <summary>The first of some values, or this step's.</summary>
    public Address Of(Value value) => Place(SourceOf(value));

    protected virtual Address Place(Value value) => Of(value, Buffer(value.Buffer), value.Stride);

    /// <summary>Where the value really is.</summary>
    protected virtual Value SourceOf(Value value) => value;

    /// <summary>What has other steps than the ones that this is about, such as an encoder's, stays where it is whatever the step.</summary>
    protected Address Of(Value value, Address buffer, int stride) => value.Once ? buffer : Behind(value, value.Time == Time ? VectorsOf(buffer, stride) : buffer, stride);

    /// <summary>What the steps are of.</summary>
    protected virtual Timeline Time => model.Time;

    /// <summary>The same vectors, behind the initial ones.</summary>
    private Address Behind(Value value, Address place, int stride) => value.IsBehindInitial ? place.Plus(Vectors.Times(stride)) : place;

    /// <summary>The rows, as wide as an offset.</summary>
    private Amount Vectors => Rows.Expression is { } rows ? $"(nint){rows}" : Rows;
}
