using System.Runtime.InteropServices;
using System.Text;
using CharRnn;

// Ctrl-C asks the training to stop, which then saves; a second Ctrl-C ends the program at once.
using CancellationTokenSource stop = new();
void Stop(PosixSignalContext context)
{
    context.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}

using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
Console.OutputEncoding = Encoding.UTF8;

return Options.Command(options =>
{
    try
    {
        new Session(options, Display.ForConsole(), Console.Out, stop.Token).Run();
        return 0;
    }
    catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException or NotFiniteNumberException)
    {
        Console.Error.WriteLine($"error: {error.Message}");
        return 1;
    }
}).Parse(args).Invoke();
