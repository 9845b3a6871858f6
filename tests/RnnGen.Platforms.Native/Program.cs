using RnnGen.Worker;

// The lines of the worker's "bits".
foreach (string line in Bits.Lines())
    Console.WriteLine(line);
