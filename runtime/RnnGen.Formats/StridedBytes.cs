using System.Numerics;

namespace RnnGen.Formats;

/// <summary>Tensors that lie in memory with strides: views, transposed matrices, Fortran's order.</summary>
internal static class StridedBytes
{
    /// <summary>The strides of a tensor that lies row by row.</summary>
    public static long[] RowByRow(ReadOnlySpan<int> shape)
    {
        long[] strides = new long[shape.Length];
        long stride = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride = checked(stride * Math.Max(shape[i], 1));
        }

        return strides;
    }

    /// <summary>True if elements follow each other row by row; the stride of a dimension of one element means nothing.</summary>
    public static bool IsRowByRow(ReadOnlySpan<int> shape, ReadOnlySpan<long> strides)
    {
        long[] usual = RowByRow(shape);
        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] != 1 && strides[i] != usual[i])
                return false;
        }

        return true;
    }

    /// <summary>The elements row by row.</summary>
    /// <param name="memory">Where they lie.</param>
    /// <param name="shape">The dimensions.</param>
    /// <param name="strides">By dimension, in elements; every element is in the memory.</param>
    /// <param name="size">Bytes of an element.</param>
    public static byte[] Copy(ReadOnlySpan<byte> memory, int[] shape, long[] strides, int size)
    {
        long count = shape.Aggregate(1L, (product, length) => checked(product * length));
        byte[] bytes = new byte[checked(count * size)];
        int[] index = new int[shape.Length];
        long place = 0;
        for (long i = 0; i < count; i++)
        {
            memory.Slice((int)(place * size), size).CopyTo(bytes.AsSpan((int)(i * size)));
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                place += strides[axis];
                if (++index[axis] < shape[axis])
                    break;
                place -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }

        return bytes;
    }

    /// <summary>The number of elements; null if it is beyond an array.</summary>
    public static long? Count(ReadOnlySpan<int> shape)
    {
        BigInteger count = 1;
        foreach (int length in shape)
        {
            count *= length;
            if (count > Array.MaxLength)
                return null;
        }

        return (long)count;
    }
}
