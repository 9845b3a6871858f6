using System.CommandLine;
using RnnGen.Tool;

return Cli.Create(Console.Out, Console.Error, Environment.CurrentDirectory).Parse(args).Invoke();
