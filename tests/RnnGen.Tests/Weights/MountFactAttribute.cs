using Xunit;

namespace RnnGen.Tests;

/// <summary>A test with file systems of its own; skipped, with the reason, where they cannot be mounted.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MountFactAttribute : FactAttribute
{
    /// <summary>Tries.</summary>
    public MountFactAttribute() => Skip = Mount.Reason;
}
