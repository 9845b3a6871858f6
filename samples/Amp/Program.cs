using System.Globalization;
using System.Text;
using Amp;

Console.OutputEncoding = Encoding.UTF8;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return Options.Command(options =>
{
    try
    {
        new Session(options, Console.Out).Run();
        return 0;
    }
    catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException
        or NotFiniteNumberException or PlatformNotSupportedException)
    {
        Console.Error.WriteLine($"error: {error.Message}");
        return 1;
    }
}).Parse(args).Invoke();
