namespace RnnGen;

/// <summary>Says where in a file the weights of one of a model's layers are, and in which framework's layout.</summary>
/// <param name="Layer">
/// The layer's name among the model's parameters: <c>rnn</c> if these are <c>rnn.weight_ih_l0</c>, …; the <c>Name</c> it was declared with,
/// if it has one.
/// </param>
/// <param name="Layout">The layout.</param>
public sealed record LayerWeights(string Layer, WeightLayout Layout)
{
    private readonly string layer = Layer ?? throw new ArgumentNullException(nameof(Layer));
    private readonly WeightLayout layout = Layout ?? throw new ArgumentNullException(nameof(Layout));
    private readonly string prefix = "";
    private readonly string reversePrefix = "";

    /// <summary>The layer's name among the model's parameters.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public string Layer
    {
        get => layer;
        init => layer = value ?? throw new ArgumentNullException(nameof(Layer));
    }

    /// <summary>The layout.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public WeightLayout Layout
    {
        get => layout;
        init => layout = value ?? throw new ArgumentNullException(nameof(Layout));
    }

    /// <summary>
    /// The beginning of the tensors' names in the file, a separating dot or slash included: <c>encoder.lstm.</c>. The default is nothing.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public string Prefix
    {
        get => prefix;
        init => prefix = value ?? throw new ArgumentNullException(nameof(Prefix));
    }

    /// <summary>
    /// The beginning of the names of the second direction's tensors, in layouts that have tensors but no names for each direction, as in
    /// Keras: <c>backward_lstm/</c>. A bidirectional layer needs it there.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public string ReversePrefix
    {
        get => reversePrefix;
        init => reversePrefix = value ?? throw new ArgumentNullException(nameof(ReversePrefix));
    }

    /// <summary>
    /// The file's names, behind the prefix, in place of <see cref="WeightLayout.Tensors"/> and in that order; names of tensors that the
    /// layer does not need may be left out at the end.
    /// </summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>
    /// The model's layer for the second direction, where the two are declared as two layers, for instance because their activations differ.
    /// The default is the second direction of <see cref="Layer"/>, if it has one.
    /// </summary>
    public string? ReverseLayer { get; init; }

    /// <summary>
    /// The index of the layer within a declaration's <c>Depth</c>, from 0. PyTorch's modules, which have a depth too, cover all of them at
    /// once. The default is 0.
    /// </summary>
    public int Level { get; init; }
}
