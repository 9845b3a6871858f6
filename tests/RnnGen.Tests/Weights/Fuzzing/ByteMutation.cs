namespace RnnGen.Tests;

/// <summary>Damages files without any sense for what their bytes mean.</summary>
internal static class ByteMutation
{
    private const int LargestPiece = 16;

    public static byte[] Apply(byte[] file, Random random)
    {
        List<byte> bytes = [.. file];
        for (int edits = random.Next(1, 9); edits > 0 && bytes.Count > 1; edits--)
        {
            int place = random.Next(bytes.Count);
            switch (random.Next(20))
            {
                case < 7:
                    bytes[place] ^= (byte)(1 << random.Next(8));
                    break;
                case < 13:
                    bytes[place] = (byte)random.Next(256);
                    break;
                case < 16:
                    bytes.RemoveRange(place, Math.Min(random.Next(1, LargestPiece), bytes.Count - place));
                    break;
                case < 19:
                    int from = random.Next(bytes.Count);
                    bytes.InsertRange(place, bytes.GetRange(from, Math.Min(random.Next(1, LargestPiece), bytes.Count - from)));
                    break;
                default:
                    bytes.RemoveRange(place, bytes.Count - place);
                    break;
            }
        }

        return [.. bytes];
    }
}
