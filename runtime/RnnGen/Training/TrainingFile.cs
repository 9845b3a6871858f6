using System.Globalization;

namespace RnnGen;

/// <summary>
/// Weights and an optimiser's state in one safetensors file, so that training goes on as if it had never stopped: bit by bit.
/// </summary>
/// <remarks>
/// Beside the weights, as <see cref="WeightFile"/> has them, there is a tensor <c>optimizer.moment.parameter</c> for each moment of
/// each parameter, and under <c>__metadata__</c> the optimiser's name, its number of updates, what a <see cref="LossSchedule"/> remembers,
/// and the most shards of a batch, unless they are 8. It also loads as a weight file.
/// </remarks>
internal static class TrainingFile
{
    private const string NameKey = WeightFile.OptimizerPrefix + "name";
    private const string StepKey = WeightFile.OptimizerPrefix + "step";
    private const string MemoryKey = WeightFile.OptimizerPrefix + "schedule";
    private const string ShardsKey = WeightFile.OptimizerPrefix + "shards";
    private const string BesidePrefix = WeightFile.OptimizerPrefix + "beside.";

    /// <summary>Writes weights and state to a file, as a whole or not at all; see <see cref="SafetensorsFile.Write(string)"/>.</summary>
    /// <typeparam name="T">The model's element; stored as F32 or F64.</typeparam>
    /// <param name="path">The file to write; an existing file is replaced.</param>
    /// <param name="parameters">The model's parameters.</param>
    /// <param name="state">The optimiser's state for them.</param>
    /// <param name="metadata">Texts to keep beside them; none under <c>optimizer.name</c>, <c>optimizer.step</c>,
    /// <c>optimizer.schedule</c> or <c>optimizer.shards</c>.</param>
    /// <param name="memory">The schedule's memory; empty if it has none.</param>
    /// <param name="mostShards">The most shards that batches are cut into.</param>
    /// <param name="beside">Further sets of the parameters, by name.</param>
    /// <exception cref="ArgumentException">The state is for another number of parameters, or the metadata have a reserved key or what could
    /// not be read back. Nothing is written.</exception>
    public static void Save<T>(
        string path, ParameterSet<T> parameters, OptimizerState<T> state, IReadOnlyDictionary<string, string>? metadata = null,
        ReadOnlySpan<double> memory = default, int mostShards = RunOptions.DefaultMostShards,
        IReadOnlyDictionary<string, ParameterSet<T>>? beside = null)
        where T : unmanaged => File(parameters, state, metadata, memory, mostShards, beside).Write(path);

    /// <summary>Writes weights and state to a stream. Equal values give equal bytes.</summary>
    /// <typeparam name="T">The model's element; stored as F32 or F64.</typeparam>
    /// <param name="stream">A writable stream.</param>
    /// <param name="parameters">The model's parameters.</param>
    /// <param name="state">The optimiser's state for them.</param>
    /// <param name="metadata">Texts to keep beside them; none under <c>optimizer.name</c>, <c>optimizer.step</c>,
    /// <c>optimizer.schedule</c> or <c>optimizer.shards</c>.</param>
    /// <param name="memory">The schedule's memory; empty if it has none.</param>
    /// <param name="mostShards">The most shards that batches are cut into.</param>
    /// <exception cref="ArgumentException">The state is for another number of parameters, or the metadata have a reserved key or what could
    /// not be read back. Nothing is written.</exception>
    public static void Save<T>(
        Stream stream, ParameterSet<T> parameters, OptimizerState<T> state, IReadOnlyDictionary<string, string>? metadata = null,
        ReadOnlySpan<double> memory = default, int mostShards = RunOptions.DefaultMostShards)
        where T : unmanaged => File(parameters, state, metadata, memory, mostShards).Write(stream);

    /// <summary>Fills a set and a state that nobody uses yet; see <see cref="Trainer{T}.Load(string, IReadOnlyDictionary{string,
    /// ParameterSet{T}})"/>.</summary>
    /// <remarks>Neither the file nor another set of weights is held in memory, but the header, the vectors and one matrix.</remarks>
    /// <typeparam name="T">The model's element.</typeparam>
    /// <param name="file">The file.</param>
    /// <param name="parameters">A set of the model's parameters.</param>
    /// <param name="state">The optimiser's state for them, made by an optimiser of the kind that was saved.</param>
    /// <param name="memory">Receives what the schedule remembers.</param>
    /// <param name="mostShards">The most shards that the trainer cuts batches into.</param>
    /// <param name="beside">Further sets to be filled, by name; others that the file has are passed over.</param>
    /// <exception cref="ArgumentException">The state is for another number of parameters.</exception>
    /// <exception cref="InvalidDataException">
    /// Tensors are missing, surplus, of another shape or type, or not finite, a mean of squares is negative, or the state is another
    /// optimiser's, or that of batches that were cut otherwise: the message lists all that is wrong. Nothing has been filled.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read, or was changed after it had been checked. All are filled in part then, and of
    /// no use.</exception>
    public static void Load<T>(
        SafetensorsFile file, ParameterSet<T> parameters, OptimizerState<T> state, Span<double> memory = default,
        int mostShards = RunOptions.DefaultMostShards, IReadOnlyDictionary<string, ParameterSet<T>>? beside = null)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(file);
        CheckLengths(parameters, state);
        TensorLoad<T> load = new(file);
        string? name = file.Metadata.GetValueOrDefault(NameKey);
        if (name != state.OptimizerName)
            load.Report(
                name is null ? "it holds no optimiser's state" : $"its state is that of {FileText.Quote(name)}, not {state.OptimizerName}");
        if (!long.TryParse(file.Metadata.GetValueOrDefault(StepKey), NumberStyles.None, CultureInfo.InvariantCulture, out long step))
            load.Report($"its metadata have no number of updates under {StepKey}");
        string shards = file.Metadata.GetValueOrDefault(ShardsKey) ?? Text(RunOptions.DefaultMostShards);
        if (shards != Text(mostShards))
            load.Report(
                $"its batches were cut into at most {FileText.Quote(shards)} shards, the trainer's into {mostShards}: set MostShards");
        double[] remembered = ReadMemory(file, load, memory.Length);
        load.Ignore(BesidePrefix);
        load.Stage(parameters);
        foreach (var (key, set) in beside ?? Nothing<T>.Sets)
            load.Stage(set, BesidePrefix + key + ".");
        for (int i = 0; i < state.MomentNames.Count; i++)
            load.Stage(parameters.TrainedIn(state.Buffer(i)), Prefix(state, i), mayBeNegative: !state.HoldsSquares(i));
        load.Commit("; neither the model nor the optimiser's state has changed");
        state.Bound = double.NaN;
        state.Step = step;
        remembered.CopyTo(memory);
    }

    private static SafetensorsFile File<T>(
        ParameterSet<T> parameters, OptimizerState<T> state, IReadOnlyDictionary<string, string>? metadata, ReadOnlySpan<double> memory,
        int mostShards, IReadOnlyDictionary<string, ParameterSet<T>>? beside = null)
        where T : unmanaged
    {
        CheckLengths(parameters, state);
        Dictionary<string, string> texts = SafetensorsHeader.CheckMetadata(metadata);
        if (texts.ContainsKey(MemoryKey) || texts.ContainsKey(ShardsKey)
            || !texts.TryAdd(NameKey, state.OptimizerName)
            || !texts.TryAdd(StepKey, state.Step.ToString(CultureInfo.InvariantCulture)))
            throw new ArgumentException(
                $"The keys {NameKey}, {StepKey}, {MemoryKey} and {ShardsKey} belong to the optimiser's state.", nameof(metadata));
        if (memory.Length > 0)
            texts.Add(MemoryKey, string.Join(' ', memory.ToArray().Select(number => number.ToString("R", CultureInfo.InvariantCulture))));
        if (mostShards != RunOptions.DefaultMostShards)
            texts.Add(ShardsKey, Text(mostShards));
        List<SafetensorsTensor> tensors = WeightFile.Tensors(parameters);
        for (int i = 0; i < state.MomentNames.Count; i++)
            tensors.AddRange(WeightFile.Tensors(parameters.TrainedIn(state.Buffer(i)), Prefix(state, i)));
        foreach (var (key, set) in beside ?? Nothing<T>.Sets)
            tensors.AddRange(WeightFile.Tensors(set, BesidePrefix + key + "."));
        return new(tensors, texts);
    }

    /// <summary>The numbers that a schedule remembers; of a wrong count or format they are a problem of the file.</summary>
    private static double[] ReadMemory<T>(SafetensorsFile file, TensorLoad<T> load, int count) where T : unmanaged
    {
        string[] texts = file.Metadata.TryGetValue(MemoryKey, out string? all) ? all.Split(' ') : [];
        double[] numbers = new double[count];
        if (texts.Length != count)
        {
            load.Report($"its metadata have {texts.Length} numbers of a schedule under {MemoryKey}, "
                + $"but the trainer's schedule remembers {count}");
            return numbers;
        }

        for (int i = 0; i < count; i++)
        {
            if (!double.TryParse(texts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]))
                load.Report($"its metadata have {FileText.Quote(texts[i])} under {MemoryKey}, which is no number");
        }

        return numbers;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static class Nothing<T> where T : unmanaged
    {
        public static readonly Dictionary<string, ParameterSet<T>> Sets = [];
    }

    private static string Prefix<T>(OptimizerState<T> state, int moment) where T : unmanaged =>
        $"{WeightFile.OptimizerPrefix}{state.MomentNames[moment]}.";

    private static void CheckLengths<T>(ParameterSet<T> parameters, OptimizerState<T> state) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(state);
        if (parameters.Buffer.Length != state.Length)
            throw new ArgumentException(
                $"The state was made for {state.Length} parameters, but there are {parameters.Buffer.Length}.", nameof(state));
    }
}
