namespace RnnGen.Generator.Scheduling.Layouts;

/// <summary>A place in a buffer, under the name that generated code has for it.</summary>
/// <param name="Table">The class of such constants.</param>
/// <param name="Name">The constant.</param>
/// <param name="Value">In elements, from the start of the buffer or from where what is named begins.</param>
/// <param name="Comment">A note on the place.</param>
internal sealed record NamedOffset(string Table, string Name, int Value, string Comment)
{
    public override string ToString() => $"{Table}.{Name}";
}
