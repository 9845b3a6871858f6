using RnnGen.Generated;

namespace RnnGen;

/// <summary>
/// Makes a partial class a model that turns one sequence into another (Sutskever et al. 2014, Cho et al. 2014): the encoder reads the
/// source, the decoder writes the target, and the generator compiles both, and everything between them, into one model.
/// </summary>
/// <param name="encoder">A class with <see cref="EncoderAttribute"/>.</param>
/// <param name="decoder">A class with <see cref="DecoderAttribute"/>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface, Inherited = false)]
public sealed class Seq2SeqAttribute(Type encoder, Type decoder) : Attribute
{
    /// <summary>The class that declares the encoder.</summary>
    public Type Encoder { get; } = encoder;

    /// <summary>The class that declares the decoder.</summary>
    public Type Decoder { get; } = decoder;

    /// <summary>The state that the decoder begins in. The default is <see cref="Bridge.Dense"/>.</summary>
    public Bridge Bridge { get; set; } = Bridge.Dense;

    /// <summary>The type all numbers of the model have. The default is <see cref="Precision.Float"/>.</summary>
    public Precision Precision { get; set; }
}

/// <summary>
/// Declares an encoder: the attributes beside it are a source and layers, of any cell, depth and direction, without a loss. Its outputs are
/// those of the last of them; the class is only ever named in <see cref="Seq2SeqAttribute"/> and needs no members.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EncoderAttribute : Attribute
{
    /// <summary>The longest source, 1 to 65,536. The default is 32.</summary>
    public int Steps { get; set; } = 32;
}

/// <summary>
/// Declares a decoder: the attributes beside it are a source, layers that run forward and a loss. Its inputs are what came before, in
/// training the true sequence (teacher forcing). The class is only ever named in <see cref="Seq2SeqAttribute"/> and needs no members.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class DecoderAttribute : Attribute
{
    /// <summary>The longest target, its end symbol included, 1 to 65,536. The default is 32.</summary>
    public int Steps { get; set; } = 32;

    /// <summary>For targets that are symbols: the first input, before any symbol. Given together with <see cref="End"/>.</summary>
    public int Start { get; set; }

    /// <summary>
    /// For targets that are symbols: the class that says that the target is over; it may be the same number as <see cref="Start"/>.
    /// </summary>
    public int End { get; set; }
}

/// <summary>
/// The state that a decoder begins in. An encoder's last state is, in each direction, the one behind the last step that it ran.
/// </summary>
public enum Bridge
{
    /// <summary>
    /// The first state of each layer is a learned map of the encoder's context c, h = tanh(W c + b) (Bahdanau et al. 2015); the others are
    /// 0. The context is the last output of the encoder, in both directions, or if the encoder ends in a pool, that.
    /// </summary>
    Dense,

    /// <summary>
    /// Every state of each layer is a learned map of the state of the same name of the encoder's recurrent layers at the same height, from
    /// the top, both directions side by side: tanh(W s + b) for the first state, W s + b for the others.
    /// </summary>
    EveryState,

    /// <summary>
    /// Every state of each layer is that of the encoder's at the same height, from the top, both directions side by side (Sutskever et al.
    /// 2014). Their sizes must be equal.
    /// </summary>
    Direct,

    /// <summary>
    /// The decoder begins in a state of 0: what it knows of the source it has from <see cref="AttentionAttribute{TScore}"/> or
    /// <see cref="ContextAttribute"/>.
    /// </summary>
    None,
}

/// <summary>
/// In a decoder: at each step looks at all outputs m of the encoder and gives their mean by weight, Σ a m, where a is the softmax over the
/// source's steps of the score of what stands above, the query, with each m.
/// </summary>
/// <remarks>
/// The query is what the layer takes: with <c>From = "rnn'"</c> the state of the step before (Bahdanau et al. 2015), otherwise that of this
/// one (Luong et al. 2015). What it gives is the context alone; a layer that needs query and context names both. Feed the context to the
/// next step (input feeding) with <c>From = "input, context'"</c>.
/// </remarks>
/// <typeparam name="TScore">
/// The score: <see cref="AdditiveScore"/>, <see cref="DotScore"/>, <see cref="GeneralScore"/>, <see cref="ScaledDotScore"/>, or any struct
/// with <see cref="RnnAttentionAttribute"/>.
/// </typeparam>
/// <param name="units">The length of the vector whose sum is the score, 1 to 16,384; of scores that use query or key element by element
/// also theirs.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class AttentionAttribute<TScore>(int units) : ParameterLayerAttribute where TScore : struct
{
    /// <summary>The length of the vector whose sum is the score.</summary>
    public int Units { get; } = units;
}

/// <summary>In a decoder: gives the encoder's context at every step (Cho et al. 2014). It takes nothing; layers name it.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ContextAttribute : Attribute
{
    /// <summary>The name of the context for layers, in their <c>From</c>. The default is <c>context</c>.</summary>
    public string Name { get; set; } = "context";
}
