using System.Text;
using Pronounce;

Console.OutputEncoding = Encoding.UTF8;
return Options.Command(options =>
{
    try
    {
        return new Session(options, Display.ForConsole(), Console.In, Console.Out, Console.Error).Run();
    }
    catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException or NotFiniteNumberException)
    {
        Console.Error.WriteLine($"error: {error.Message}");
        return 1;
    }
}).Parse(args).Invoke();
