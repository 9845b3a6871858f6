using System.Diagnostics;
using System.Text;
using LongMemory;

Console.OutputEncoding = Encoding.UTF8;
return Options.Command(options =>
{
    if (options.Flow is { } path)
    {
        FlowPicture.Draw(path, Console.Out);
        return 0;
    }

    Stopwatch clock = Stopwatch.StartNew();
    Table table = new(options.Tasks, options.Cells);
    foreach (TaskRow task in options.Tasks)
    {
        foreach (Cell cell in options.Cells)
        {
            Outcome outcome = Runs.Run(task.Name, cell, new(options.Quick ? task.Updates / 10 : task.Updates, options.Seconds));
            table[task, cell] = outcome;
            Console.WriteLine($"{task.Title,-30}{cell.Title,-10}{outcome.Ending,-11}{outcome.Updates,7:N0} updates  error "
                + $"{outcome.Error:F5}  {outcome.Seconds:F1} s");
        }
    }

    Console.WriteLine();
    Console.Write(table);
    Console.WriteLine();
    Console.WriteLine($"An update learns from {Solver.Rows} sequences; one seed. \"no\": not solved, with the error on test sequences "
        + $"when it was given up. {clock.Elapsed.TotalMinutes:F1} minutes.");
    return 0;
}).Parse(args).Invoke();
