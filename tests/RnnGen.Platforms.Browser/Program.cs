using Microsoft.AspNetCore.Components.WebAssembly.Hosting;
using RnnGen.Worker;

// The lines of the worker's "bits", on the browser's console.
foreach (string line in Bits.Lines())
    Console.WriteLine(line);
Console.WriteLine("end");
await WebAssemblyHostBuilder.CreateDefault(args).Build().RunAsync();
