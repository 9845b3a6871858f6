namespace RnnGen.Tests;

/// <summary>What a model's parameters are, and its gradients.</summary>
internal static class ParameterValues
{
    /// <summary>All values, row by row.</summary>
    public static T[] Values<T>(ParameterView<T> view) where T : unmanaged
    {
        var values = new T[view.Count];
        view.CopyTo(values);
        return values;
    }
}
