namespace RnnGen.Generator.Writing;

/// <summary>The runtime's types as generated code names them: in full, so that nothing a user declares can hide them.</summary>
internal static class Api
{
    public const string Numerics = "global::RnnGen.Numerics";
    public const string Panels = "RnnGenPanels";
    public const string Optimized = "[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]";
    public const string Inlined = "[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]";
    public const string Unsafe = "global::System.Runtime.CompilerServices.Unsafe";
    public const string Span = "global::System.Runtime.InteropServices.MemoryMarshal.CreateSpan";
    public const string Vectors = "global::System.Runtime.Intrinsics";
}
