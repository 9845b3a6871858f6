using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>A parameter that is a vector, with its padding in whole blocks.</summary>
/// <param name="Name">Its name behind the path: weight, bias.</param>
/// <param name="Role">RnnGen.Generated.ParameterRole's member.</param>
/// <param name="Size">Numbers.</param>
/// <param name="Offset">Its place among the parameters.</param>
internal sealed record ParameterVector(string Name, string Role, int Size, int Offset);

/// <summary>An operation on each vector by itself, whose parameters are vectors.</summary>
/// <param name="path">The beginning of its parameters' names.</param>
/// <param name="vectors">Its parameters, in the order of their places, which are neighbours.</param>
/// <param name="output">What it gives.</param>
/// <param name="input">What it takes, in no more blocks than it needs.</param>
internal abstract class VectorOperation(string path, IReadOnlyList<ParameterVector> vectors, Value output, Value input)
    : Operation(output, input)
{
    public string Path { get; } = path;

    public IReadOnlyList<ParameterVector> Vectors { get; } = vectors;

    public override long ParameterCount => Vectors.Sum(v => v.Size);

    public override int WeightCount => Vectors.Sum(v => Panel.Pad(v.Size));

    /// <summary>The operation in a word or two, for a summary.</summary>
    public abstract string Words { get; }

    /// <summary>Norm, PRelu: what names in generated code begin with, where there is one.</summary>
    protected abstract string Kind { get; }

    /// <summary>Norm; Norm2, where the model has several.</summary>
    public string NameIn(ModelLayout model)
    {
        var alike = model.Operations.OfType<VectorOperation>().Where(o => o.Kind == Kind).ToList();
        return alike.Count == 1 ? Kind : $"{Kind}{alike.IndexOf(this) + 1}";
    }
}
