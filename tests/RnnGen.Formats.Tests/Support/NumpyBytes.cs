using System.IO.Compression;
using System.Text;

namespace RnnGen.Formats.Tests;

/// <summary>Writes NumPy's files.</summary>
internal static class NumpyBytes
{
    /// <param name="type">As NumPy writes it: <c>&lt;f4</c>.</param>
    /// <param name="shape">A tuple: <c>(2, 3)</c>.</param>
    /// <param name="data">The elements.</param>
    /// <param name="order">True or False: Fortran's order.</param>
    /// <param name="version">Of the format.</param>
    public static byte[] Array(string type, string shape, byte[] data, string order = "False", int version = 1)
    {
        byte[] header = Encoding.Latin1.GetBytes($"{{'descr': '{type}', 'fortran_order': {order}, 'shape': {shape}, }}".PadRight(117) + "\n");
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)header.Length) : BitConverter.GetBytes(header.Length);
        return [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. header, .. data];
    }

    public static byte[] Archive(params (string Name, byte[] File)[] arrays)
    {
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create))
        {
            foreach (var (name, file) in arrays)
            {
                using Stream entry = zip.CreateEntry(name).Open();
                entry.Write(file);
            }
        }

        return stream.ToArray();
    }
}
