using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RnnGen.Numerics;

/// <summary>The vectors that make this program faster. The JIT knows each answer, so a choice by them costs nothing.</summary>
internal static class Vectors
{
    /// <summary>True for vectors of 512 bits.</summary>
    public static bool Have512
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.IsHardwareAccelerated;
    }

    /// <summary>True for vectors of 256 bits.</summary>
    public static bool Have256
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.IsHardwareAccelerated;
    }

    /// <summary>
    /// True for vectors of 128 bits. A browser has them, but .NET interprets its code there, unless it was compiled ahead of time, and
    /// takes six times as long for a vector's operation as for a number's.
    /// </summary>
    public static bool Have128
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.IsHardwareAccelerated && !OperatingSystem.IsBrowser();
    }
}
