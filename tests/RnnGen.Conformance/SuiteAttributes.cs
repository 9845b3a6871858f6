namespace RnnGen.Conformance;

/// <summary>A suite: skipped, and says so, where there are no cases at all.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SuiteFactAttribute : FactAttribute
{
    /// <summary>Looks for cases.</summary>
    public SuiteFactAttribute() => Skip = Reason;

    /// <summary>Why nothing runs; null if something does.</summary>
    internal static string? Reason =>
        CaseFolders.AreAbsent
            ? "The cases are neither in ../shared/cases beside the repository nor where the variable RNNGEN_CASES points."
            : null;
}

/// <summary>Suites that only differ in where their cases come from; skipped in the same way.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SuiteTheoryAttribute : TheoryAttribute
{
    /// <summary>Looks for cases.</summary>
    public SuiteTheoryAttribute() => Skip = SuiteFactAttribute.Reason;
}
