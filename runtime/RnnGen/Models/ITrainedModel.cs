using System.ComponentModel;

namespace RnnGen;

/// <summary>A generated model's weights, for code that need not know the type of its numbers, such as a server.</summary>
/// <remarks>Paths, streams and tasks: <see cref="TrainedModelExtensions"/>.</remarks>
public interface ITrainedModel
{
    /// <summary>
    /// A table of the layers: output shape, parameters, floating-point operations of the matrix products of a step, and bytes of the
    /// weights in memory. <c>ToString()</c> is one line.
    /// </summary>
    string Summary();

    /// <summary>Replaces all weights at once. Calls that have begun go on with the old ones, and nothing waits.</summary>
    /// <param name="file">Tensors of the same names and shapes, and no others but an optimiser's.</param>
    /// <exception cref="InvalidDataException">They do not fit; the message lists all mistakes. Nothing has changed.</exception>
    void Load(SafetensorsFile file);

    /// <summary>The weights as they are now. It waits for an update that is under way.</summary>
    SafetensorsFile ToSafetensors();
}

/// <summary>A generated model's parameters, behind one reference.</summary>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
public interface ITrainedModel<T> : ITrainedModel where T : unmanaged
{
    /// <summary>
    /// The parameters under PyTorch's names, in PyTorch's shapes: those that the next call will use. A <c>Load</c> replaces the whole set;
    /// one that was asked for before is then no longer the model's.
    /// </summary>
    ParameterSet<T> Parameters { get; }

    /// <summary>
    /// Puts another set in the place of <see cref="Parameters"/>, at once and as a whole. Calls that have begun go on with the set that
    /// they began with.
    /// </summary>
    /// <param name="parameters">A set of this class's parameters. From now on it belongs to the model.</param>
    /// <exception cref="ArgumentException">It is of other parameters. Nothing has changed.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    void Publish(ParameterSet<T> parameters);

    /// <inheritdoc/>
    void ITrainedModel.Load(SafetensorsFile file) => Publish(WeightFile.Read(file, Parameters));

    /// <inheritdoc/>
    SafetensorsFile ITrainedModel.ToSafetensors() => new(WeightFile.Tensors(Parameters));
}
