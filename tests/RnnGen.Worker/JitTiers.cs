using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Reflection;
using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen.Worker;

/// <summary>Compiles every generated method at every width, and asks the JIT which of them it gave up optimising.</summary>
internal static class JitTiers
{
    // MethodLoadVerbose: the tier is in bits 7–9 of the flags; 1 is MinOpts.
    private const int TierShift = 7;
    private const int TierMask = 7;
    private const int MinOpts = 1;

    public static IEnumerable<string> Lines()
    {
        using var listener = new Listener();
        int prepared = 0;
        foreach (var model in typeof(JitTiers).Assembly.GetTypes())
        {
            if ((model.GetCustomAttribute<RnnModelAttribute>()?.Precision
                ?? model.GetCustomAttribute<Seq2SeqAttribute>()?.Precision) is not { } precision)
                continue;
            // The model's own, and those of its weights in fewer bytes.
            var kernels = new[] { "", ".Int8", ".BFloat16" }.Select(
                f => model.Assembly.GetType($"RnnGen.Kernels.{model.FullName}{f}.Kernels`1")).OfType<Type>();
            bool isDouble = precision == Precision.Double;
            Type[] widths = isDouble
                ? [typeof(Double512), typeof(Double256), typeof(Double128), typeof(Double1)]
                : [typeof(Float512), typeof(Float256), typeof(Float128), typeof(Float1)];
            foreach (var (width, type) in widths.SelectMany(w => kernels.Select(k => (w, k))))
            {
                foreach (var method in type.MakeGenericType(width)
                    .GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                {
                    RuntimeHelpers.PrepareMethod(method.MethodHandle, [width.TypeHandle]);
                    prepared++;
                }
            }
        }

        yield return $"prepared {prepared}";
        var kernelMethods = listener.Methods.Where(m => m.Type.StartsWith("RnnGen.Kernels.", StringComparison.Ordinal)).ToList();
        yield return $"seen {kernelMethods.Select(m => (m.Type, m.Name)).Distinct().Count()}";
        foreach (var (type, name, tier, _) in kernelMethods.Where(m => m.Tier == MinOpts))
            yield return $"minopts {type} {name} tier {tier}";
        foreach (var (type, name, _, size) in kernelMethods.OrderByDescending(m => m.Size).Take(3))
            yield return $"largest {type} {name} {size} bytes";
    }

    private sealed class Listener : EventListener
    {
        private const EventKeywords JitKeyword = (EventKeywords)0x10;

        public ConcurrentBag<(string Type, string Name, int Tier, uint Size)> Methods { get; } = [];

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
                EnableEvents(eventSource, EventLevel.Verbose, JitKeyword);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventName?.StartsWith("MethodLoadVerbose", StringComparison.Ordinal) != true)
                return;
            object? Field(string name) => eventData.Payload![eventData.PayloadNames!.IndexOf(name)];
            Methods.Add((
                (string)Field("MethodNamespace")!, (string)Field("MethodName")!, (int)((uint)Field("MethodFlags")! >> TierShift) & TierMask,
                (uint)Field("MethodSize")!));
        }
    }
}
