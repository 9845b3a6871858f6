using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;

namespace RnnGen.Tests.Properties;

/// <summary>One of <see cref="Sessions.All"/>.</summary>
public sealed record Subject(string Name)
{
    internal Session Start(ulong seed) => Sessions.All[Name].Start(seed);
}

/// <summary>
/// Text with what tends to break files: quotes, control characters, text from right to left, and halves of surrogate pairs.
/// </summary>
public sealed record Text(string Value);

/// <summary>Any finite float.</summary>
public sealed record Finite(float Value);

/// <summary>Random values of the tests' own types. FsCheck shrinks lists of them by itself.</summary>
public static class Generators
{
    private static readonly string[] Pieces =
    [
        "a", "weight", ".", "\"", "\\", "\0", "\n", "\u202e", "é", "名", "😀", "\ud83d", "\udc00", "__metadata__", "optimizer.",
        "{", "\u2028", "",
    ];

    public static Arbitrary<Subject> Subjects() => Arb.From(Gen.Elements(Sessions.All.Keys.Select(name => new Subject(name))));

    public static Arbitrary<Call> Calls()
    {
        Gen<Call> calls = from kind in Gen.Elements(Enum.GetValues<Kind>())
                          from fault in Gen.Frequency((3, Gen.Constant(Fault.None)), (2, Gen.Elements(Enum.GetValues<Fault>()[1..])))
                          from rows in Gen.Choose(1, 4)
                          from seed in Gen.Choose(1, 99)
                          select new Call(kind, fault, rows, seed);
        return Arb.From(calls, call => new[] { call with { Rows = 1 }, call with { Seed = 1 } }.Where(smaller => smaller != call));
    }

    public static Arbitrary<Text> Texts() => Arb.From(
        Gen.Elements(Pieces).ListOf().Select(pieces => new Text(string.Concat(pieces))),
        text => Enumerable.Range(0, text.Value.Length).Select(i => new Text(text.Value.Remove(i, 1))));

    public static Arbitrary<Finite> Numbers()
    {
        Gen<float> ofBits = Gen.Choose(int.MinValue, int.MaxValue).Select(BitConverter.Int32BitsToSingle).Where(float.IsFinite);
        return Arb.From(Gen.OneOf(ofBits, Gen.Elements(0f, -0f, float.Epsilon, -float.MaxValue, 1f)).Select(value => new Finite(value)));
    }

    /// <summary>Numbers by their bits, as zeros of both signs differ, and NaN is itself.</summary>
    public static long[] Bits(ReadOnlySpan<double> numbers) => MemoryMarshal.Cast<double, long>(numbers).ToArray();
}
