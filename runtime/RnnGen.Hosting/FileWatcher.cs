using Microsoft.Extensions.Hosting;

namespace RnnGen.Hosting;

/// <summary>Loads a model when the host starts, and its file again whenever that has changed and come to rest.</summary>
internal sealed class FileWatcher<TModel>(RnnModelFile<TModel> file, TimeProvider time) : BackgroundService
    where TModel : class, ITrainedModel
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!file.Options.Watch)
            return;
        using PeriodicTimer timer = new(file.Options.PollInterval, time);
        FileStamp last = file.Seen;
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            FileStamp now = FileStamp.Of(file.Options.Path);
            if (now == last && now != file.Seen)
                file.Reload();
            last = now;
        }
    }
}
