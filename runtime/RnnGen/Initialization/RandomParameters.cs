using System.ComponentModel;
using RnnGen.Numerics;

namespace RnnGen.Generated;

/// <summary>The parameters that a new model begins with, for generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class RandomParameters
{
    /// <summary>Draws parameters.</summary>
    /// <param name="table">The tensors.</param>
    /// <param name="length">Elements of their buffer, padding included.</param>
    /// <param name="seed">Equal seeds give equal parameters on every machine.</param>
    /// <param name="initialization">The way they are drawn; PyTorch's if null.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    public static ParameterSet<T> Draw<T>(ParameterInfo[] table, int length, ulong seed, Initialization? initialization) where T : unmanaged
    {
        AlignedBuffer<T> values = new(length);
        (initialization ?? Initialization.PyTorch).Apply(table, values, seed);
        return new(table, values);
    }
}
