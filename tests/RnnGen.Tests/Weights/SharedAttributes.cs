using Xunit;

namespace RnnGen.Tests;

/// <summary>A test that is skipped, and says so, where the shared cases it needs are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedFactAttribute : FactAttribute
{
    /// <param name="cases">The file or folder among the cases.</param>
    public SharedFactAttribute(string cases) => Skip = SharedCases.SkipReason(cases);
}

/// <summary>
/// A theory that is skipped, and says so, where the shared cases it needs are absent. Its data must then be empty, not an error.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    /// <param name="cases">The file or folder among the cases.</param>
    public SharedTheoryAttribute(string cases) => Skip = SharedCases.SkipReason(cases);
}
