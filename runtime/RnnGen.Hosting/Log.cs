using Microsoft.Extensions.Logging;

namespace RnnGen.Hosting;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "{Model} serves {Path}, SHA-256 {Hash}.")]
    public static partial void Loaded(ILogger logger, string model, string path, string hash);

    [LoggerMessage(2, LogLevel.Warning, "{Model} goes on with the weights of SHA-256 {Hash}: {Path} cannot be loaded.")]
    public static partial void Refused(ILogger logger, string model, string path, string hash, Exception error);
}
