using RnnGen.Generator.Diagnostics;

namespace RnnGen.Generator.Reading;

/// <summary>What reading a declaration gave. The two parts travel separately, so that a moved diagnostic reruns no emission.</summary>
internal sealed record ReadResult<T>(T? Declaration, EquatableArray<DiagnosticInfo> Diagnostics) where T : class;
