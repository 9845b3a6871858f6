using Microsoft.Extensions.Logging;

namespace RnnGen.Orleans;

internal static partial class ShardLog
{
    [LoggerMessage(1, LogLevel.Warning, "The shard {Shard} could not be saved. Its streams go on, and it will be tried again.")]
    public static partial void NotSaved(ILogger logger, string shard, Exception error);

    [LoggerMessage(2, LogLevel.Warning, "The shard {Shard} was saved by another activation. This one ends, and clients replay.")]
    public static partial void Superseded(ILogger logger, string shard, Exception error);
}
