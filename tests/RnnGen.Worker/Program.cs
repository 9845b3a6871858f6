using System.Runtime.Intrinsics;
using RnnGen.Worker;

switch (args)
{
    case ["bits"]:
        Console.WriteLine($"width {(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 1)}");
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
