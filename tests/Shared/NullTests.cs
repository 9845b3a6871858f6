using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit;

namespace RnnGen.Tests.Shared;

/// <summary>
/// Options and records refuse null wherever their type does, also in <c>with { … = null! }</c>, which the compiler only warns of.
/// </summary>
public class NullTests
{
    [Fact]
    public void NoPropertyTakesANullThatItsTypeForbids()
    {
        NullabilityInfoContext nullability = new();
        List<string> checkedProperties = [], wrong = [];
        foreach (PropertyInfo property in Tested.Assemblies.SelectMany(assembly => assembly.GetExportedTypes())
            .Where(IsChecked)
            .SelectMany(Own))
        {
            if (property.PropertyType.IsValueType
                || property.SetMethod is not { } set
                || !(set.IsPublic || set.IsFamily || set.IsFamilyOrAssembly))
                continue;
            if (nullability.Create(property).WriteState != NullabilityState.NotNull)
                continue;
            string name = $"{property.DeclaringType!.Name}.{property.Name}";
            checkedProperties.Add(name);
            if (Refusal(property) is not ArgumentNullException error || error.ParamName != property.Name)
                wrong.Add(name);
        }

        Assert.Equal([], wrong);
        Assert.Superset(Tested.Properties.ToHashSet(), checkedProperties.ToHashSet());
    }

    private static bool IsChecked(Type type) => !type.IsInterface && !typeof(Attribute).IsAssignableFrom(type);

    private static IEnumerable<PropertyInfo> Own(Type type) =>
        type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly);

    /// <summary>The exception of setting it to null, on an object without contents: a check comes before all else.</summary>
    private static Exception? Refusal(PropertyInfo property)
    {
        Type concrete = Tested.Concrete(property.DeclaringType!);
        PropertyInfo own = concrete.GetProperty(property.Name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)!;
        own = own.DeclaringType!.GetProperty(property.Name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)!;
        try
        {
            own.SetValue(RuntimeHelpers.GetUninitializedObject(concrete), null);
            return null;
        }
        catch (TargetInvocationException error)
        {
            return error.InnerException;
        }
    }
}
