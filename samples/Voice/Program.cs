using System.Globalization;
using System.Text;
using Voice;

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
        or InvalidOperationException or NotFiniteNumberException)
    {
        Console.Error.WriteLine($"error: {error.Message}");
        return 1;
    }
}).Parse(args).Invoke();
