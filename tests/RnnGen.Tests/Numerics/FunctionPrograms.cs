using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen.Tests.Numerics;

/// <summary>One of the functions under test.</summary>
internal interface IFunction
{
    V Apply<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged;
}

internal readonly struct Tanh : IFunction
{
    public V Apply<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged => Functions.Tanh<V, T>(x);
}

internal readonly struct Sigmoid : IFunction
{
    public V Apply<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged => Functions.Sigmoid<V, T>(x);
}

internal readonly struct Exp : IFunction
{
    public V Apply<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged => Functions.Exp<V, T>(x);
}

internal readonly struct Softplus : IFunction
{
    public V Apply<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged => Functions.Softplus<V, T>(x);
}

internal readonly struct Relu : IFunction
{
    public V Apply<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged => Functions.Relu<V, T>(x);
}

/// <summary>Applies a function to a buffer whose length is a multiple of 16.</summary>
internal readonly struct FunctionKernel<TFunction>(TFunction function, int length) : IKernel where TFunction : IFunction
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Run<V, T>(ref T x, ref T y, ref T z, ref T w) where V : struct, ILanes<V, T> where T : unmanaged
    {
        for (nint i = 0; i < length; i += V.Count)
            function.Apply<V, T>(V.Load(ref x, i)).Store(ref y, i);
        return 0;
    }
}

/// <summary>A function over small and large arguments, infinities and NaN.</summary>
internal readonly struct Sweep<TFunction> : ILaneProgram where TFunction : struct, IFunction
{
    public T[] Run<V, T>() where V : struct, ILanes<V, T> where T : unmanaged
    {
        T[] x = [.. Enumerable.Range(-8000, 16000).Select(i => Element.FromDouble<T>(i * Math.Abs(i) * 1.3e-5)), .. new T[16]];
        x[^1] = Element.FromDouble<T>(double.NaN);
        x[^2] = Element.FromDouble<T>(double.PositiveInfinity);
        x[^3] = Element.FromDouble<T>(double.NegativeInfinity);
        new FunctionKernel<TFunction>(default, x.Length).Run<V, T>(ref x[0], ref x[0], ref x[0], ref x[0]);
        return x;
    }
}
