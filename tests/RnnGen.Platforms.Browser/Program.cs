using System.Runtime.Intrinsics;
using Microsoft.AspNetCore.Components.WebAssembly.Hosting;
using RnnGen.Worker;

// The lines of the worker's "bits", on the browser's console.
Console.WriteLine($"width {(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 1)}");
foreach (string line in Bits.Lines())
    Console.WriteLine(line);
Console.WriteLine("end");
await WebAssemblyHostBuilder.CreateDefault(args).Build().RunAsync();
