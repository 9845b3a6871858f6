using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

public static partial class Losses
{
    internal interface IFunction
    {
        V Apply<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged;
    }

    // y = f(x), element by element; y may be x.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Map<TFunction, V, T>(TFunction function, ref T x, ref T y, nint size)
        where TFunction : struct, IFunction
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        Block<T> spare = default;
        for (nint i = 0; i < size; i += Block<T>.Size)
        {
            ref T source = ref spare.Read(ref x, i, size, V.Zero);
            ref T target = ref spare.Write(ref y, i, size);
            for (nint lane = 0; lane < Block<T>.Size; lane += V.Count)
                function.Apply<V, T>(V.Load(ref source, lane)).Store(ref target, lane);
            spare.Written(ref y, i, size);
        }
    }
}
