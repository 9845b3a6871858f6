using RnnGen.Generator.Diagnostics;

namespace RnnGen.Generator.Reading;

/// <summary>
/// The result of reading a declaration. The model and the diagnostics travel separately, so that a moved diagnostic reruns no emission.
/// </summary>
internal sealed record ReadResult<T>(T? Declaration, EquatableArray<DiagnosticInfo> Diagnostics) where T : class;
