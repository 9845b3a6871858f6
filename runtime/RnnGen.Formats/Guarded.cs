namespace RnnGen.Formats;

/// <summary>Calls of libraries that throw whatever they like for a broken file.</summary>
internal static class Guarded
{
    /// <summary>Calls a library.</summary>
    /// <param name="what">What the message begins with: "The Keras file".</param>
    /// <param name="call">The call.</param>
    /// <exception cref="InvalidDataException">Whatever was thrown, with its message.</exception>
    public static T Call<T>(string what, Func<T> call) => Call(what, "is broken", call);

    /// <summary>The same for what may be whole and still is not taken: "The Keras model cannot be taken: …".</summary>
    public static T Refuse<T>(string what, Func<T> call) => Call(what, "cannot be taken", call);

    private static T Call<T>(string what, string outcome, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new InvalidDataException($"{what} {outcome}: {FileText.Escape(exception.Message, 300)}", exception);
        }
    }
}
