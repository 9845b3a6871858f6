namespace System.Runtime.CompilerServices;

/// <summary>The C# compiler needs this type for <c>required</c>; netstandard2.0 does not have it.</summary>
[AttributeUsage(AttributeTargets.All)]
internal sealed class RequiredMemberAttribute : Attribute;

/// <summary>The C# compiler needs this type for <c>required</c>; netstandard2.0 does not have it.</summary>
[AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
internal sealed class CompilerFeatureRequiredAttribute(string featureName) : Attribute
{
    public string FeatureName { get; } = featureName;
}
