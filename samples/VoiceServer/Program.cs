using System.CommandLine;
using System.Globalization;
using System.Text;
using VoiceServer;

Console.OutputEncoding = Encoding.UTF8;
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return await CommandLine.Create(Console.Out).Parse(args).InvokeAsync();
