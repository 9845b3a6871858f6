using System.Diagnostics;
using System.Globalization;
using RnnGen.FormatCheck;

// What takes another program or much time, and so is not among the tests: see compare.sh for the first two.
//   write DIRECTORY COUNT               random models as ONNX, with inputs and the outputs they should have
//   part DIRECTORY FILE                 the recurrent parts of an ONNX file, cut out, with the outputs of what is imported
//   fuzz READER COUNT [SEED]            damaged files through a reader: onnx, safetensors, rtneural, numpy, pytorch,
//                                       keras, json, models (of Keras and TensorFlow Lite), or amps (of all that
//                                       is JSON: GuitarML, AIDA-X, NAM, RTNeural)
//   mutated READER INDEX SEED FILE      one of those files, to look at
switch (args)
{
    case ["write", var directory, var count]:
        RandomCases.Write(directory, Whole(count));
        return 0;
    case ["part", var directory, var file]:
        PartCases.Write(directory, file);
        return 0;
    case ["fuzz", var reader, var count, ..]:
        var clock = Stopwatch.StartNew();
        var result = Fuzzed(reader).Run(Whole(count), args.Length > 3 ? Whole(args[3]) : 1);
        Console.WriteLine($"{result}; {clock.Elapsed.TotalSeconds:F0} s in all");
        return 0;
    case ["mutated", var reader, var index, var seed, var file]:
        File.WriteAllBytes(file, Fuzzed(reader).Mutated(Whole(index), Whole(seed)));
        return 0;
    default:
        Console.Error.WriteLine("write DIRECTORY COUNT | part DIRECTORY FILE | fuzz READER COUNT [SEED] | mutated READER INDEX SEED FILE");
        return 2;
}

static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static IFuzzedReader Fuzzed(string reader) => reader switch
{
    "onnx" => FuzzedOnnx.Reader(),
    "safetensors" => FuzzedSafetensors.Reader(),
    "rtneural" => FuzzedRtNeural.Reader(),
    _ when FuzzedFormats.Readers.TryGetValue(reader, out var create) => create(),
    _ => throw new ArgumentException(
        $"There is no reader {reader}, but onnx, safetensors, rtneural, {string.Join(", ", FuzzedFormats.Readers.Keys)}."),
};
