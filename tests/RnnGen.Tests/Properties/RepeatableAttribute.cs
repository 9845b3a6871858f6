using FsCheck.Xunit;

namespace RnnGen.Tests.Properties;

/// <summary>
/// A property whose random values are the same in every run. Another run: RNNGEN_SEED=123,45, two numbers of which the second is odd; what
/// a failure prints is of this form.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RepeatableAttribute : PropertyAttribute
{
    /// <summary>With the values of <see cref="Generators"/>.</summary>
    public RepeatableAttribute()
    {
        Replay = Environment.GetEnvironmentVariable("RNNGEN_SEED") ?? "20,17";
        Arbitrary = [typeof(Generators)];
        QuietOnSuccess = true;
    }
}
