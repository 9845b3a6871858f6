namespace RnnGen.Formats;

/// <summary>Calls of libraries that throw whatever they like for a broken file.</summary>
internal static class Guarded
{
    /// <summary>Calls a library.</summary>
    /// <param name="what">What the message begins with: "The Keras file".</param>
    /// <param name="call">The call.</param>
    /// <exception cref="InvalidDataException">Whatever was thrown, with its message.</exception>
    public static T Call<T>(string what, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new InvalidDataException($"{what} is broken: {FileText.Escape(exception.Message, 300)}", exception);
        }
    }
}
