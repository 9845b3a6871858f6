namespace RnnGen.Hosting;

/// <summary>Options of a served model: the file of its weights, and when that is read again.</summary>
public sealed class RnnModelOptions
{
    /// <summary>A safetensors file, as <c>Save</c> writes it.</summary>
    public string Path { get; set; } = "";

    /// <summary>True, the default, if a change of the file is picked up while the model serves.</summary>
    public bool Watch { get; set; } = true;

    /// <summary>
    /// How often the file's length and time are looked at: 10 ms to a day, 2 seconds by default. New weights serve after one to two of
    /// these, because a file has to be the same at two looks.
    /// </summary>
    /// <remarks>Looking works on every file system and through links, where notifications do not.</remarks>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    internal static bool IsPollInterval(TimeSpan interval) => interval >= TimeSpan.FromMilliseconds(10) && interval <= TimeSpan.FromDays(1);
}
