using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>
/// The products of <see cref="Panels"/> with compressed matrices, for generated code: the same methods, so that the same code is written
/// for either. A compressed matrix is laid out as [block of 16 outputs][head, then k / weights in a word][column][16 lanes], in words of 32
/// bits.
/// </summary>
/// <remarks>
/// Nothing is checked here: the generated methods in front check the lengths once. <c>T</c> is <see cref="float"/> everywhere.
/// </remarks>
/// <typeparam name="TFormat">The format of the weights.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class PackedPanels<TFormat> where TFormat : struct, IWeightFormat
{
    // Vectors that are prepared at once.
    private const int RowChunk = 32;

    // Words of a matrix, half a MiB of them, that single steps read from either end in turn: of what the second-level cache cannot keep
    // until the next step, it has what was read last.
    private const int TurnSize = 1 << 17;

    /// <summary>A compressed matrix, and the rows of slots that it feeds.</summary>
    /// <inheritdoc cref="Panels.Shape"/>
    public readonly record struct Shape(int Depth, int Blocks, int Columns, int BlockStride, int RowStride)
    {
        /// <summary>Words of one block of the matrix.</summary>
        public nint BlockSize => (nint)(TFormat.HeadRows + ((Depth + TFormat.Pack - 1) / TFormat.Pack)) * Run;

        internal nint Run => Columns * Panels.Lanes;

        internal nint HeadSize => TFormat.HeadRows * Run;

        internal Panels.Shape Slots => new(0, Blocks, Columns, BlockStride, RowStride);
    }

    /// <summary>y = bias + A · M for all blocks of M.</summary>
    /// <inheritdoc cref="Panels.Project"/>
    public static void Project<V, T>(
        in Shape shape, int rows, ref float a, nint rowA, ref float matrix, ref float bias, nint blockBias, ref float y)
        where V : struct, ILanes<V, T>
        where T : unmanaged => Multiply<V>(shape, rows, ref a, rowA, ref matrix, ref bias, blockBias, 0, ref y);

    /// <summary>y += A · M for all blocks of M.</summary>
    /// <inheritdoc cref="Panels.ProjectMore"/>
    public static void ProjectMore<V, T>(in Shape shape, int rows, ref float a, nint rowA, ref float matrix, ref float y)
        where V : struct, ILanes<V, T>
        where T : unmanaged => Multiply<V>(shape, rows, ref a, rowA, ref matrix, ref y, shape.BlockStride, shape.RowStride, ref y);

    /// <summary>y = bias + M e_symbol for every row: a weight of each unit is picked.</summary>
    /// <inheritdoc cref="Panels.Gather"/>
    public static void Gather<V, T>(
        in Shape shape, ReadOnlySpan<int> symbols, ref float matrix, ref float bias, nint blockBias, ref float y)
        where V : struct, ILanes<V, T>
        where T : unmanaged => Pick<V>(shape, symbols, ref matrix, ref bias, blockBias, 0, ref y);

    /// <summary>y += M e_symbol for every row.</summary>
    /// <inheritdoc cref="Panels.GatherMore"/>
    public static void GatherMore<V, T>(in Shape shape, ReadOnlySpan<int> symbols, ref float matrix, ref float y)
        where V : struct, ILanes<V, T>
        where T : unmanaged => Pick<V>(shape, symbols, ref matrix, ref y, shape.BlockStride, shape.RowStride, ref y);

    /// <inheritdoc cref="Panels.Fill"/>
    public static void Fill<V, T>(in Shape shape, int rows, ref float bias, nint blockBias, ref float y)
        where V : struct, ILanes<V, float>
        where T : unmanaged => Panels.Fill<V, float>(shape.Slots, rows, ref bias, blockBias, ref y);

    /// <inheritdoc cref="Panels.AddBias"/>
    public static void AddBias<V, T>(in Shape shape, int rows, ref float bias, nint blockBias, ref float y)
        where V : struct, ILanes<V, float>
        where T : unmanaged => Panels.AddBias<V, float>(shape.Slots, rows, ref bias, blockBias, ref y);

    /// <inheritdoc cref="Panels.Zero"/>
    public static ref T Zero<T>() where T : unmanaged => ref Panels.Zero<T>();

    /// <summary>x[row] = the vector of symbols[row].</summary>
    /// <param name="symbols">A symbol per row, each inside the table.</param>
    /// <param name="count">The number of symbols.</param>
    /// <param name="width">The padded width.</param>
    /// <param name="table">The symbols' scales, if there are any, rounded up to 16; then [symbol][16 lanes]: the weights of a word lie in
    /// neighbouring blocks of the vector.</param>
    /// <param name="x">[rows][width].</param>
    public static void Embed<V, T>(ReadOnlySpan<int> symbols, int count, nint width, ref float table, ref float x)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        if (typeof(V) == typeof(Float512))
            EmbedOn<Float512>(symbols, count, width, ref table, ref x);
        else if (typeof(V) == typeof(Float256))
            EmbedOn<Float256>(symbols, count, width, ref table, ref x);
        else if (typeof(V) == typeof(Float128))
            EmbedOn<Float128>(symbols, count, width, ref table, ref x);
        else
            EmbedOn<Float1>(symbols, count, width, ref table, ref x);
    }

    /// <summary>x[row][position] = the vector of numbers[row][position]: symbols that stand in wider vectors, as whole numbers.</summary>
    /// <param name="rows">Vectors.</param>
    /// <param name="stride">From one vector to the next.</param>
    /// <param name="positions">Symbols of a vector.</param>
    /// <param name="numbers">The first symbol of the first vector; each is inside the table.</param>
    /// <param name="count">The number of symbols.</param>
    /// <param name="width">The padded width.</param>
    /// <param name="table">The table, as above.</param>
    /// <param name="x">[rows][positions][width].</param>
    public static void Embed<V, T>(
        int rows, nint stride, int positions, ref float numbers, int count, nint width, ref float table, ref float x)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint row = 0; row < rows; row++)
        {
            for (nint position = 0; position < positions; position++)
            {
                int symbol = Embedding.SymbolAt(ref numbers, (row * stride) + position);
                Embed<V, T>(new(in symbol), count, width, ref table, ref Unsafe.Add(ref x, ((row * positions) + position) * width));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EmbedOn<V>(ReadOnlySpan<int> symbols, int count, nint width, ref float table, ref float x)
        where V : struct, ILanes<V, float>, IPackedLanes<V>
    {
        // −0 + x is x to the bit, whatever x is.
        V nothing = V.Broadcast(-0f);
        nint rowSize = PackedLayout.EmbeddingRow<TFormat>((int)width);
        ref float first = ref Unsafe.Add(ref table, PackedLayout.EmbeddingHead<TFormat>(count));
        for (int row = 0; row < symbols.Length; row++)
        {
            ref float words = ref Unsafe.Add(ref first, symbols[row] * rowSize);
            V scale = TFormat.HeadRows > 0 ? V.Broadcast(Unsafe.Add(ref table, symbols[row])) : V.Zero;
            for (nint block = 0; block < width / Panels.Lanes; block++)
            {
                for (nint lane = 0; lane < Panels.Lanes; lane += V.Count)
                {
                    V packed = V.Load(ref words, (block / TFormat.Pack * Panels.Lanes) + lane);
                    TFormat.Add(nothing, packed, (int)(block % TFormat.Pack), scale)
                        .Store(ref x, (row * width) + (block * Panels.Lanes) + lane);
                }
            }
        }
    }

    private static void Pick<V>(
        in Shape shape, ReadOnlySpan<int> symbols, ref float matrix, ref float init, nint blockInit, nint rowInit, ref float y)
    {
        if (typeof(V) == typeof(Float512))
            PickOn<Float512>(shape, symbols, ref matrix, ref init, blockInit, rowInit, ref y);
        else if (typeof(V) == typeof(Float256))
            PickOn<Float256>(shape, symbols, ref matrix, ref init, blockInit, rowInit, ref y);
        else if (typeof(V) == typeof(Float128))
            PickOn<Float128>(shape, symbols, ref matrix, ref init, blockInit, rowInit, ref y);
        else
            PickOn<Float1>(shape, symbols, ref matrix, ref init, blockInit, rowInit, ref y);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PickOn<V>(
        in Shape shape, ReadOnlySpan<int> symbols, ref float matrix, ref float init, nint blockInit, nint rowInit, ref float y)
        where V : struct, ILanes<V, float>, IPackedLanes<V>
    {
        nint run = shape.Run;
        for (int row = 0; row < symbols.Length; row++)
        {
            nint word = shape.HeadSize + (symbols[row] / TFormat.Pack * run);
            int place = symbols[row] % TFormat.Pack;
            for (nint block = 0; block < shape.Blocks; block++)
            {
                ref float panel = ref Unsafe.Add(ref matrix, block * shape.BlockSize);
                ref float start = ref Unsafe.Add(ref init, (row * rowInit) + (block * blockInit));
                ref float target = ref Unsafe.Add(ref y, ((nint)row * shape.RowStride) + (block * shape.BlockStride));
                for (nint lane = 0; lane < run; lane += V.Count)
                    TFormat.Add(V.Load(ref start, lane), V.Load(ref panel, word + lane), place, V.Load(ref panel, lane))
                        .Store(ref target, lane);
            }
        }
    }

    private static void Multiply<V>(
        in Shape shape, int rows, ref float a, nint rowA, ref float matrix, ref float init, nint blockInit, nint rowInit, ref float y)
    {
        for (int first = 0; first < rows; first += RowChunk)
        {
            int count = Math.Min(RowChunk, rows - first);
            ref float x = ref TFormat.Prepare(count, ref Unsafe.Add(ref a, first * rowA), rowA, shape.Depth, out nint rowX);
            bool isBackward = rows == 1 && shape.Blocks * shape.BlockSize >= TurnSize && Scratch<float>.NextTurn(ref matrix) != 0;
            var product = new Product(shape, shape.Run, shape.BlockSize, count, rowX, blockInit, rowInit, isBackward);
            ref float start = ref Unsafe.Add(ref init, first * rowInit), target = ref Unsafe.Add(ref y, (nint)first * shape.RowStride);
            if (typeof(V) == typeof(Float1))
                Blocks<Float1>(product, ref x, ref matrix, ref start, ref target);
            else if (typeof(V) == typeof(Float128))
                Blocks<Float128>(product, ref x, ref matrix, ref start, ref target);
            else if (typeof(V) == typeof(Float256) || TFormat.IsNarrower)
                Blocks<Float256>(product, ref x, ref matrix, ref start, ref target);
            else
                Blocks<Float512>(product, ref x, ref matrix, ref start, ref target);
        }
    }

    /// <summary>A product of some prepared vectors.</summary>
    internal readonly record struct Product(
        Shape Shape, nint Run, nint BlockSize, nint Rows, nint RowX, nint BlockInit, nint RowInit, bool IsBackward);

    /// <summary>All blocks: several at a time where one has too few lanes to keep eight sums busy.</summary>
    private static void Blocks<V>(in Product product, ref float x, ref float matrix, ref float init, ref float y)
        where V : struct, ILanes<V, float>, IPackedLanes<V>
    {
        switch (product.Run / V.Count)
        {
            case 1: Blocks<V, Count1, Count8>(product, ref x, ref matrix, ref init, ref y); break;
            case 2: Blocks<V, Count2, Count4>(product, ref x, ref matrix, ref init, ref y); break;
            case 3: Blocks<V, Count3, Count2>(product, ref x, ref matrix, ref init, ref y); break;
            case 4: Blocks<V, Count4, Count2>(product, ref x, ref matrix, ref init, ref y); break;
            // Twelve sums and two words of inputs fit into 16 registers; without an instruction for all of a product they do not.
            case 6 when TFormat.IsNarrower: Blocks<V, Count6, Count2>(product, ref x, ref matrix, ref init, ref y); break;
            case 6 or 12: Blocks<V, Count6, Count1>(product, ref x, ref matrix, ref init, ref y); break;
            default: Blocks<V, Count8, Count1>(product, ref x, ref matrix, ref init, ref y); break;
        }
    }

    private static void Blocks<V, TRun, TBlocks>(in Product product, ref float x, ref float matrix, ref float init, ref float y)
        where V : struct, ILanes<V, float>, IPackedLanes<V>
        where TRun : struct, ICount
        where TBlocks : struct, ICount
    {
        int blocks = product.Shape.Blocks, rest = blocks % TBlocks.Value;
        Rows<V, TRun, TBlocks>(product, 0, blocks / TBlocks.Value, ref x, ref matrix, ref init, ref y);
        if (rest > 0)
            Rows<V, TRun, Count1>(product, blocks - rest, rest, ref x, ref matrix, ref init, ref y);
    }

    private static void Rows<V, TRun, TBlocks>(
        in Product product, nint first, nint times, ref float x, ref float matrix, ref float init, ref float y)
        where V : struct, ILanes<V, float>, IPackedLanes<V>
        where TRun : struct, ICount
        where TBlocks : struct, ICount
    {
        nint lanes = TRun.Value * V.Count, atOnce = product.Rows == 1 && lanes == product.Run ? times : 1;
        nint next = product.IsBackward ? -TBlocks.Value : TBlocks.Value;
        nint block = product.IsBackward ? first + ((times - 1) * TBlocks.Value) : first;
        for (nint time = 0; time < times; time += atOnce)
        {
            for (nint lane = 0; lane < product.Run; lane += lanes)
            {
                for (nint row = 0; row < product.Rows; row++)
                {
                    PackedTile<V, TFormat, TRun, TBlocks>.Multiply(
                        product,
                        ref Unsafe.Add(ref x, row * product.RowX),
                        ref Unsafe.Add(ref matrix, (block * product.BlockSize) + lane),
                        ref Unsafe.Add(ref init, (row * product.RowInit) + (block * product.BlockInit) + lane),
                        ref Unsafe.Add(ref y, (row * product.Shape.RowStride) + (block * product.Shape.BlockStride) + lane),
                        atOnce,
                        next);
                }
            }

            block += next;
        }
    }
}
