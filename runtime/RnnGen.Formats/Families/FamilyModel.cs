using RnnGen.Onnx;

namespace RnnGen.Formats;

/// <summary>
/// A file's network in a class of a <see cref="ModelFamily"/>. Threads may share it, each with a stream of its own.
/// </summary>
public sealed class FamilyModel
{
    private readonly Func<RnnStream<float>> stream;

    internal FamilyModel(string className, ITrainedModel<float> model, Func<RnnStream<float>> stream, ImportedModel network)
    {
        (ClassName, Model, this.stream) = (className, model, stream);
        (Declaration, Metadata) = (network.Architecture ?? network.Declaration, network.Weights.Metadata);
    }

    /// <summary>The name of the class that was chosen.</summary>
    public string ClassName { get; }

    /// <summary>The class's model. Its parameters have the class's sizes: beyond the file's own they are 0.</summary>
    public ITrainedModel<float> Model { get; }

    /// <summary>The declaration of exactly the file's network.</summary>
    public string Declaration { get; }

    /// <summary>
    /// What the file says of itself, for instance <c>sample_rate</c>. Texts of somebody's file, of any content and length.
    /// </summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>A stream, in the state that the file's network starts in, or in zeros. Its state has the class's size.</summary>
    public RnnStream<float> CreateStream() => stream();
}
