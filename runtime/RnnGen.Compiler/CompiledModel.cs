using RnnGen.Formats;
using RnnGen.Generated;
using RnnGen.Onnx;

namespace RnnGen.Compiler;

/// <summary>
/// A model that was compiled in a running program. Threads may share it, each with a stream of its own. It is what
/// <see cref="WeightFile"/> and all else takes that takes an <see cref="ITrainedModel{T}"/>.
/// </summary>
/// <remarks>
/// Its code is unloaded after <see cref="Dispose"/> or when the model is collected, once no stream or trainer of it is left either: these
/// stay usable, so a model may be disposed of while another thread still plays it.
/// </remarks>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class CompiledModel<T> : ITrainedModel<T>, IDisposable where T : unmanaged
{
    private ModelContext? context;
    private volatile CompiledCode<T>? code;

    internal CompiledModel(ModelContext context, CompiledCode<T> code, string declaration, bool isFromCache)
    {
        (this.context, this.code) = (context, code);
        (Declaration, IsFromCache) = (declaration, isFromCache);
    }

    /// <summary>The C# that was compiled.</summary>
    public string Declaration { get; }

    /// <summary>True if it was compiled before, and comes from the <see cref="ModelCache"/>.</summary>
    public bool IsFromCache { get; }

    /// <summary>
    /// What the file says of itself, for instance <c>sample_rate</c>. Texts of somebody's file, of any content and length.
    /// </summary>
    public IReadOnlyDictionary<string, string> Metadata { get; internal init; } = new Dictionary<string, string>();

    /// <summary>The warnings of the reader: a file may come from an exporter that is known to be wrong.</summary>
    public IReadOnlyList<string> Warnings { get; internal init; } = [];

    /// <summary>The inputs of an ONNX graph and where their numbers are in a step's input; empty for other formats.</summary>
    public IReadOnlyList<ImportedTensor> InputTensors { get; internal init; } = [];

    /// <summary>The outputs of an ONNX graph and where their numbers are in a step's output; empty for other formats.</summary>
    public IReadOnlyList<ImportedTensor> OutputTensors { get; internal init; } = [];

    /// <summary>The states of an ONNX graph and where their numbers are in a stream's; empty for other formats.</summary>
    public IReadOnlyList<ImportedState> States { get; internal init; } = [];

    /// <summary>True if inputs are symbols, <see cref="int"/>; false if they are numbers.</summary>
    public bool TakesSymbols => Code.InputType == typeof(int);

    /// <summary>True if the targets of training are classes, <see cref="int"/>; false if they are numbers.</summary>
    public bool LearnsClasses => Code.TargetType == typeof(int);

    /// <summary>True if streams run step by step; false if the model needs whole sequences.</summary>
    public bool HasSteps => !Code.Shape.NeedsWholeSequence;

    /// <summary>Numbers of an input, or symbols that an input can be.</summary>
    public int InputSize => Code.Shape.InputSize;

    /// <summary>Numbers of an output, those of all heads together.</summary>
    public int OutputSize => Code.Shape.OutputSize;

    /// <summary>Numbers that a stream remembers between steps.</summary>
    public int StateSize => Code.Shape.StateSize;

    /// <summary>Steps that BPTT is unrolled over.</summary>
    public int Steps => Code.Shape.Steps;

    /// <summary>True if a sequence has one output, and not one of each step.</summary>
    public bool HasOneOutput => Code.Shape.OutputSteps != Code.Shape.Steps || Code.Shape.IsPooled;

    /// <inheritdoc/>
    public ParameterSet<T> Parameters => Code.Model.Parameters;

    private CompiledCode<T> Code => code ?? throw new ObjectDisposedException(nameof(CompiledModel<T>));

    /// <inheritdoc/>
    public string Summary() => Code.Model.Summary();

    /// <inheritdoc/>
    void ITrainedModel<T>.Publish(ParameterSet<T> parameters) => Code.Model.Publish(parameters);

    /// <summary>A stream, in the state that the file's model starts in, or in zeros.</summary>
    public RnnStream<T> CreateStream() => Code.CreateStream();

    /// <summary>Runs a sequence from the state that a stream begins in.</summary>
    /// <param name="inputs">[step][<see cref="InputSize"/>].</param>
    /// <param name="outputs">Receives [step][<see cref="OutputSize"/>]; one output where a sequence has one.</param>
    /// <exception cref="ArgumentException">A length or a number is not valid.</exception>
    /// <exception cref="InvalidOperationException">The model takes symbols.</exception>
    /// <exception cref="NotFiniteNumberException">An output is not finite. Outputs are as computed.</exception>
    public void Forward(ReadOnlySpan<T> inputs, Span<T> outputs) => Code.Forward(inputs, outputs);

    /// <summary>Runs a sequence of symbols from the state that a stream begins in.</summary>
    /// <param name="symbols">[step]: 0 to <see cref="InputSize"/> − 1.</param>
    /// <param name="outputs">Receives [step][<see cref="OutputSize"/>]; one output where a sequence has one.</param>
    /// <exception cref="ArgumentException">A length or a symbol is not valid.</exception>
    /// <exception cref="InvalidOperationException">The model takes numbers.</exception>
    /// <exception cref="NotFiniteNumberException">An output is not finite. Outputs are as computed.</exception>
    public void Forward(ReadOnlySpan<int> symbols, Span<T> outputs) => Code.Forward(symbols, outputs);

    /// <summary>A trainer.</summary>
    /// <typeparam name="TInput"><see cref="int"/> if the model <see cref="TakesSymbols"/>, otherwise <typeparamref name="T"/>.</typeparam>
    /// <typeparam name="TTarget"><see cref="int"/> if it <see cref="LearnsClasses"/>, otherwise <typeparamref name="T"/>.</typeparam>
    /// <param name="optimizer">The rule by which gradients move parameters.</param>
    /// <param name="settings">Sets the trainer's options: <c>t => t with { Threads = 2, ClipNorm = 1 }</c>.</param>
    /// <exception cref="InvalidOperationException">The types are not the model's.</exception>
    public CompiledTrainer<T, TInput, TTarget> CreateTrainer<TInput, TTarget>(
        Optimizer optimizer, Func<BatchTrainer<T>, BatchTrainer<T>>? settings = null)
        where TInput : unmanaged
        where TTarget : unmanaged =>
        Code.InputType == typeof(TInput) && Code.TargetType == typeof(TTarget)
            ? (CompiledTrainer<T, TInput, TTarget>)Code.CreateTrainer(optimizer, settings)
            : throw new InvalidOperationException(
                $"Expected CreateTrainer<{Code.InputType.Name}, {Code.TargetType.Name}>, the types of the model's inputs and targets, not "
                + $"<{typeof(TInput).Name}, {typeof(TTarget).Name}>.");

    /// <summary>Reads weights from a file of any format that <see cref="TensorFile"/> knows, and replaces all at once.</summary>
    /// <param name="path">The file. If it does not fit, nothing changes.</param>
    /// <param name="layers">The file's tensors for each layer; empty if they have the model's own names.</param>
    /// <exception cref="InvalidDataException">The file is broken or does not fit; the message lists all mistakes.</exception>
    public void Load(string path, params IReadOnlyList<LayerWeights> layers)
    {
        using SafetensorsFile file = TensorFile.Open(path);
        Load(file, layers);
    }

    /// <summary>Takes weights from tensors, and replaces all at once.</summary>
    /// <param name="file">The tensors. If they do not fit, nothing changes.</param>
    /// <param name="layers">The file's tensors for each layer; empty if they have the model's own names.</param>
    /// <exception cref="InvalidDataException">The tensors do not fit; the message lists all mistakes.</exception>
    public void Load(SafetensorsFile file, params IReadOnlyList<LayerWeights> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        CompiledCode<T> now = Code;
        ParameterSet<T> parameters = now.Model.Parameters.Copy();
        _ = layers.Count == 0 ? WeightFile.Load(file, parameters) : WeightFile.Load(file, parameters, layers);
        now.Model.Publish(parameters);
    }

    /// <summary>Writes the weights as a safetensors file, under PyTorch's names and in PyTorch's shapes.</summary>
    /// <param name="path">The file; an existing one is replaced as a whole.</param>
    public void Save(string path) => WeightFile.Save(path, Parameters);

    /// <summary>A line about the model.</summary>
    public override string ToString() => code?.Model.ToString() ?? "a compiled model that was disposed of";

    /// <summary>Gives the model up. Its code is unloaded once no stream or trainer of it is left.</summary>
    public void Dispose()
    {
        code = null;
        Interlocked.Exchange(ref context, null)?.Unload();
    }
}
