using RnnGen.Onnx;

namespace RnnGen.Formats;

/// <summary>
/// Classes that were compiled at build, for files that a program is given while it runs, where it has no JIT: NativeAOT, iOS,
/// WebAssembly. A file's network goes into the smallest class of the same network that has as many units or more, and gives the same
/// outputs.
/// </summary>
/// <remarks>
/// A class has the declaration that <c>rnngen import</c> writes for one of the files, with other numbers of units. Weights beyond the
/// file's own are 0. A family is not changed by opening files: threads may share it once all classes are in it.
/// </remarks>
public sealed class ModelFamily
{
    private const long MostBytes = 256 << 20;
    private const int LongestText = 300;

    private readonly List<FamilyClass> classes = [];

    /// <summary>Adds a class.</summary>
    /// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise <see cref="float"/>.</typeparam>
    /// <typeparam name="TTarget"><see cref="int"/> where targets are classes, otherwise <see cref="float"/>.</typeparam>
    /// <typeparam name="TState">The class's nested type <c>State</c>.</typeparam>
    /// <param name="create">Creates a model: <c>() => new Amp16()</c>. It is called once here, and once for each file that is
    /// opened.</param>
    /// <returns>This family.</returns>
    public ModelFamily Add<TInput, TTarget, TState>(Func<IRnnModel<float, TInput, TTarget, TState>> create)
        where TInput : unmanaged
        where TTarget : unmanaged
        where TState : struct, IRnnState<float>
    {
        ArgumentNullException.ThrowIfNull(create);
        var model = create();
        classes.Add(new(
            model.GetType().Name, ClassAttributes.Of(model.GetType()), model.Parameters.ParameterCount,
            () =>
            {
                var created = create();
                return (created, start => RnnStream.Of(created, start));
            }));
        return this;
    }

    /// <summary>Opens a file that has an architecture and weights: GuitarML, AIDA-X, NAM, RTNeural, Keras or TensorFlow Lite.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is broken, larger than 256 MiB, has something that RnnGen does not, or fits no
    /// class; the message says what it is and why each class does not fit.</exception>
    public FamilyModel Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        long length = new FileInfo(path).Length;
        if (length > MostBytes)
            throw new InvalidDataException($"{path} has {length:N0} bytes, and {MostBytes:N0} are allowed.");
        try
        {
            return Open(File.ReadAllBytes(path));
        }
        catch (InvalidDataException problem)
        {
            throw new InvalidDataException($"{path} cannot be opened: {problem.Message}", problem);
        }
    }

    /// <summary>Opens a file that is in memory.</summary>
    /// <param name="file">The whole file.</param>
    /// <inheritdoc cref="Open(string)" path="/exception"/>
    public FamilyModel Open(byte[] file) => Open(ModelImport.Read(file));

    /// <summary>Opens a network that was imported: of an ONNX file, too.</summary>
    /// <param name="network">The network.</param>
    /// <exception cref="InvalidDataException">It fits no class; the message says what it is and why each class does not fit.</exception>
    public FamilyModel Open(ImportedModel network)
    {
        ArgumentNullException.ThrowIfNull(network);
        List<string> problems = [];
        foreach (FamilyClass candidate in classes.OrderBy(c => c.Parameters))
        {
            try
            {
                PaddedNetwork padded = PaddedNetwork.Fit(network.Attributes, candidate.Attributes);
                SafetensorsFile weights = padded.Weights(network.Weights);
                float[] start = padded.State(network.FirstState);
                var (model, stream) = candidate.Create();
                model.Load(weights);
                return new(candidate.Name, model, () => stream(start), network);
            }
            catch (InvalidDataException problem)
            {
                problems.Add($"{candidate.Name}: {problem.Message}");
            }
        }

        string what = string.Join(' ', network.Attributes);
        throw new InvalidDataException(
            $"the network {FileText.Escape(what, LongestText)} fits no class of the family"
            + (problems.Count == 0 ? ", which has none." : $": {FileText.Escape(string.Join("; ", problems), 4 * LongestText)}."));
    }
}

/// <summary>A class of a family.</summary>
/// <param name="Name">The class's name.</param>
/// <param name="Attributes">Its declaration.</param>
/// <param name="Parameters">How many numbers it has.</param>
/// <param name="Create">Creates a model, and what makes streams of it that begin in a state.</param>
internal sealed record FamilyClass(
    string Name, IReadOnlyList<AttributeText> Attributes, long Parameters,
    Func<(ITrainedModel<float> Model, Func<float[], RnnStream<float>> Stream)> Create);
