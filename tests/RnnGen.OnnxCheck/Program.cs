using System.Diagnostics;
using System.Globalization;
using RnnGen.OnnxCheck;

// What takes another program or much time, and so is not among the tests: see compare.sh for the first two.
//   write DIRECTORY COUNT       random models as ONNX, with inputs and the outputs they should have
//   part DIRECTORY FILE         the recurrent parts of an ONNX file, cut out, with the outputs of what is imported
//   fuzz COUNT [SEED]           mutated ONNX files through the importer
//   mutated INDEX SEED FILE     one of those files, to look at
switch (args)
{
    case ["write", var directory, var count]:
        RandomCases.Write(directory, int.Parse(count, CultureInfo.InvariantCulture));
        return 0;
    case ["part", var directory, var file]:
        PartCases.Write(directory, file);
        return 0;
    case ["fuzz", var count, ..]:
        var clock = Stopwatch.StartNew();
        int seed = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 1;
        Console.WriteLine($"{Fuzzing.Run(int.Parse(count, CultureInfo.InvariantCulture), seed)} in {clock.Elapsed.TotalSeconds:F0} s");
        return 0;
    case ["mutated", var index, var seedText, var file]:
        File.WriteAllBytes(file, Fuzzing.Mutated(int.Parse(index, CultureInfo.InvariantCulture), int.Parse(seedText, CultureInfo.InvariantCulture)));
        return 0;
    default:
        Console.Error.WriteLine("write DIRECTORY COUNT | part DIRECTORY FILE | fuzz COUNT [SEED] | mutated INDEX SEED FILE");
        return 2;
}
