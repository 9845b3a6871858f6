using System.Globalization;

namespace RnnGen.Generator.Support;

/// <summary>
/// A double that equals another if they have the same bits: with 0 and −0, which C# calls equal, equations give other results.
/// </summary>
internal readonly struct Real(double value) : IEquatable<Real>
{
    private readonly long bits = BitConverter.DoubleToInt64Bits(value);

    public static implicit operator double(Real real) => BitConverter.Int64BitsToDouble(real.bits);

    public static implicit operator Real(double value) => new(value);

    public bool Equals(Real other) => bits == other.bits;

    public override bool Equals(object? obj) => obj is Real other && Equals(other);

    public override int GetHashCode() => bits.GetHashCode();

    public override string ToString() => ((double)this).ToString("R", CultureInfo.InvariantCulture);
}
