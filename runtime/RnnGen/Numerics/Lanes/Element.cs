using System.Runtime.CompilerServices;

namespace RnnGen;

/// <summary>
/// The types that a model's numbers can have: <see cref="float"/> or <see cref="double"/>. The JIT decides every test here.
/// </summary>
internal static class Element
{
    /// <summary>The name safetensors gives to <typeparamref name="T"/>.</summary>
    public static string TypeName<T>() where T : unmanaged =>
        typeof(T) == typeof(float) ? "F32" : typeof(T) == typeof(double) ? "F64" : throw Unsupported<T>();

    public static double ToDouble<T>(T value) where T : unmanaged =>
        typeof(T) == typeof(float) ? Unsafe.BitCast<T, float>(value)
        : typeof(T) == typeof(double) ? Unsafe.BitCast<T, double>(value)
        : throw Unsupported<T>();

    /// <summary>The nearest <typeparamref name="T"/>; beyond the range of <see cref="float"/> an infinity.</summary>
    public static T FromDouble<T>(double value) where T : unmanaged =>
        typeof(T) == typeof(float) ? Unsafe.BitCast<float, T>((float)value)
        : typeof(T) == typeof(double) ? Unsafe.BitCast<double, T>(value)
        : throw Unsupported<T>();

    /// <summary>
    /// The correctly rounded sum: two floats add up exactly, or nearly so, in double, and never round differently for it.
    /// </summary>
    public static T Add<T>(T left, T right) where T : unmanaged => FromDouble<T>(ToDouble(left) + ToDouble(right));

    public static bool IsFinite<T>(T value) where T : unmanaged => double.IsFinite(ToDouble(value));

    public static bool IsZero<T>(T value) where T : unmanaged => ToDouble(value) == 0;

    public static NotSupportedException Unsupported<T>() =>
        new($"A model's numbers are float or double, not {typeof(T).Name}.");
}
