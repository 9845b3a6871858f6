using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace RnnGen.Mpi.Tests;

/// <summary>A hash of all that training gives: losses, states, weights.</summary>
internal sealed class ResultHash : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public ResultHash Add<TElement>(ReadOnlySpan<TElement> elements) where TElement : struct
    {
        hash.AppendData(MemoryMarshal.AsBytes(elements));
        return this;
    }

    public ResultHash Add(double number) => Add<double>([number]);

    public ResultHash Add<T>(ParameterSet<T> parameters) where T : unmanaged
    {
        foreach (ParameterView<T> view in parameters)
        {
            T[] values = new T[view.Count];
            view.CopyTo(values);
            Add<T>(values);
        }

        return this;
    }

    public override string ToString() => Convert.ToHexStringLower(hash.GetCurrentHash()[..8]);

    public void Dispose() => hash.Dispose();
}
