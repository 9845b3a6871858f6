using System.Runtime.InteropServices;
using System.Text;
using CharRnn;
using RnnGen.Mpi;

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
    using MpiExchange? mpi = options.Mpi ? MpiExchange.Join() : null;
    try
    {
        new Session(options, Display.ForConsole(), Console.Out, stop.Token, mpi).Run();
        return 0;
    }
    catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException or NotFiniteNumberException)
    {
        Console.Error.WriteLine($"error: {error.Message}");
        return 1;
    }
}).Parse(args).Invoke();
