using System.CommandLine;
using RnnGen.Tool;

return Cli.Create(Console.Out, Console.Error).Parse(args).Invoke();
