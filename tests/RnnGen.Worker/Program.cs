using RnnGen.Worker;

switch (args)
{
    case ["bits"]:
        foreach (string line in Bits.Lines())
            Console.WriteLine(line);
        return 0;
    case ["jit"]:
        foreach (string line in JitTiers.Lines())
            Console.WriteLine(line);
        return 0;
    default:
        Console.Error.WriteLine("usage: bits | jit");
        return 2;
}
