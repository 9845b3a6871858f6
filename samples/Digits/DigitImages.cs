using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace Digits;

/// <summary>Pictures of digits, square, with what they show.</summary>
/// <param name="Size">Rows of a picture, and pixels of a row.</param>
/// <param name="Pixels">[picture][row][pixel], 0 to 1.</param>
/// <param name="Labels">[picture], 0 to 9.</param>
internal sealed record DigitImages(int Size, float[] Pixels, int[] Labels)
{
    /// <summary>How many pictures there are.</summary>
    public int Count => Labels.Length;

    /// <summary>Reads the 8×8 digits: 64 numbers from 0 to 16 and the digit a line.</summary>
    /// <exception cref="InvalidDataException">A line is something else.</exception>
    public static DigitImages ReadCsv(string path)
    {
        const int Size = 8, Most = 16, Columns = (Size * Size) + 1;
        List<float> pixels = [];
        List<int> labels = [];
        foreach (string line in File.ReadLines(path))
        {
            int[] numbers =
                [.. line.Split(',').Select(text => int.TryParse(text, CultureInfo.InvariantCulture, out int number) ? number : -1)];
            if (numbers.Length != Columns || numbers[..^1].Any(number => number is < 0 or > Most) || numbers[^1] is < 0 or > 9)
                throw new InvalidDataException($"{path}, line {labels.Count + 1}: "
                    + $"expected {Columns - 1} numbers from 0 to {Most} and a digit.");
            pixels.AddRange(numbers[..^1].Select(number => (float)number / Most));
            labels.Add(numbers[^1]);
        }

        return new(Size, [.. pixels], [.. labels]);
    }

    /// <summary>Reads MNIST's files, compressed by gzip.</summary>
    /// <exception cref="InvalidDataException">A file is something else, or the two do not belong together.</exception>
    public static DigitImages ReadMnist(string folder)
    {
        byte[] images = ReadIdx(Path.Combine(folder, "images-idx3-ubyte.gz"), out int[] imageShape);
        byte[] labels = ReadIdx(Path.Combine(folder, "labels-idx1-ubyte.gz"), out int[] labelShape);
        if (imageShape.Length != 3 || labelShape.Length != 1 || imageShape[0] != labelShape[0] || imageShape[1] != imageShape[2])
            throw new InvalidDataException($"{folder} must hold square pictures and as many labels, not "
                + $"[{string.Join(", ", imageShape)}] and [{string.Join(", ", labelShape)}].");
        return new(imageShape[1], [.. images.Select(pixel => pixel / 255f)], [.. labels.Select(label => (int)label)]);
    }

    /// <summary>Some of the pictures.</summary>
    public DigitImages Slice(Range range)
    {
        (int start, int count) = range.GetOffsetAndLength(Count);
        return new(Size, Pixels.AsSpan(start * Size * Size, count * Size * Size).ToArray(), Labels[range]);
    }

    /// <summary>Lays pictures side by side, the way a batch is laid out: [row of the picture][batch row][pixel].</summary>
    /// <param name="images">Which pictures.</param>
    /// <param name="inputs">Receives their pixels.</param>
    /// <param name="targets">Receives what they show.</param>
    /// <param name="shift">How many pixels down and right each picture is moved; what leaves the picture is lost. Null for none.</param>
    public void CopyTo(ReadOnlySpan<int> images, Span<float> inputs, Span<int> targets, Func<int, (int Down, int Right)>? shift = null)
    {
        inputs.Clear();
        for (int row = 0; row < images.Length; row++)
        {
            int image = images[row];
            targets[row] = Labels[image];
            (int down, int right) = shift?.Invoke(row) ?? (0, 0);
            for (int y = Math.Max(down, 0); y < Size + Math.Min(down, 0); y++)
            {
                for (int x = Math.Max(right, 0); x < Size + Math.Min(right, 0); x++)
                    inputs[(((y * images.Length) + row) * Size) + x] = Pixels[(((image * Size) + y - down) * Size) + x - right];
            }
        }
    }

    /// <summary>
    /// MNIST's format: two zeros, the type 8 for bytes, the number of dimensions, each dimension in four bytes, and the bytes.
    /// </summary>
    private static byte[] ReadIdx(string path, out int[] shape)
    {
        using GZipStream file = new(File.OpenRead(path), CompressionMode.Decompress);
        using MemoryStream content = new();
        file.CopyTo(content);
        byte[] bytes = content.ToArray();
        if (bytes.Length < 4 || bytes[0] != 0 || bytes[1] != 0 || bytes[2] != 8 || bytes.Length < 4 + (4 * bytes[3]))
            throw new InvalidDataException($"{path} is not an idx file of bytes.");
        shape = [.. Enumerable.Range(1, bytes[3]).Select(i => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(4 * i)))];
        byte[] values = bytes[(4 + (4 * bytes[3]))..];
        if (shape.Aggregate(1L, (product, size) => product * size) != values.Length)
            throw new InvalidDataException($"{path} says [{string.Join(", ", shape)}], but holds {values.Length} bytes.");
        return values;
    }
}
