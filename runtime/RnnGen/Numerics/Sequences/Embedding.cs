using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>The vectors of symbols, for generated code: a table [symbol][width, padded to 16].</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Embedding
{
    /// <summary>x[row] = table[symbols[row]].</summary>
    /// <param name="symbols">A symbol per row, each inside the table.</param>
    /// <param name="width">The padded width.</param>
    /// <param name="table">The table.</param>
    /// <param name="x">[rows][width].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather<V, T>(ReadOnlySpan<int> symbols, nint width, ref T table, ref T x)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (int row = 0; row < symbols.Length; row++)
        {
            for (nint lane = 0; lane < width; lane += V.Count)
                V.Load(ref table, (symbols[row] * width) + lane).Store(ref x, (row * width) + lane);
        }
    }

    /// <summary>dtable[symbols[row]] += dx[row], rows in their order.</summary>
    /// <param name="symbols">A symbol per row, each inside the table.</param>
    /// <param name="width">The padded width.</param>
    /// <param name="dx">[rows][width].</param>
    /// <param name="gradient">The table's gradient.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scatter<V, T>(ReadOnlySpan<int> symbols, nint width, ref T dx, ref T gradient)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (int row = 0; row < symbols.Length; row++)
        {
            for (nint lane = 0; lane < width; lane += V.Count)
            {
                nint place = (symbols[row] * width) + lane;
                (V.Load(ref gradient, place) + V.Load(ref dx, (row * width) + lane)).Store(ref gradient, place);
            }
        }
    }

    /// <summary>x[row][position] = table[numbers[row][position]]: symbols that stand in wider vectors, as whole numbers.</summary>
    /// <param name="rows">Vectors.</param>
    /// <param name="stride">From one vector to the next.</param>
    /// <param name="positions">Symbols of a vector.</param>
    /// <param name="numbers">The first symbol of the first vector; each is inside the table.</param>
    /// <param name="width">The padded width.</param>
    /// <param name="table">The table.</param>
    /// <param name="x">[rows][positions][width].</param>
    public static void Gather<V, T>(int rows, nint stride, int positions, ref T numbers, nint width, ref T table, ref T x)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint row = 0; row < rows; row++)
        {
            for (nint position = 0; position < positions; position++)
            {
                int symbol = SymbolAt(ref numbers, (row * stride) + position);
                Gather<V, T>(new(in symbol), width, ref table, ref Unsafe.Add(ref x, ((row * positions) + position) * width));
            }
        }
    }

    /// <summary>dtable[numbers[row][position]] += dx[row][position], in their order.</summary>
    /// <param name="rows">Vectors.</param>
    /// <param name="stride">From one vector to the next.</param>
    /// <param name="positions">Symbols of a vector.</param>
    /// <param name="numbers">The first symbol of the first vector; each is inside the table.</param>
    /// <param name="width">The padded width.</param>
    /// <param name="dx">[rows][positions][width].</param>
    /// <param name="gradient">The table's gradient.</param>
    public static void Scatter<V, T>(int rows, nint stride, int positions, ref T numbers, nint width, ref T dx, ref T gradient)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint row = 0; row < rows; row++)
        {
            for (nint position = 0; position < positions; position++)
            {
                int symbol = SymbolAt(ref numbers, (row * stride) + position);
                Scatter<V, T>(new(in symbol), width, ref Unsafe.Add(ref dx, ((row * positions) + position) * width), ref gradient);
            }
        }
    }

    /// <summary>A symbol that stands in a vector.</summary>
    internal static int SymbolAt<T>(ref T numbers, nint place) where T : unmanaged =>
        (int)Element.ToDouble(Unsafe.Add(ref numbers, place));
}
