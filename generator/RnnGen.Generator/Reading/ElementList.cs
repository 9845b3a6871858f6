using Microsoft.CodeAnalysis;
using RnnGen.Generator.Declarations;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Reading;

/// <summary>
/// A model's elements as they are read. Within a step each takes only what stands above it, so there are no cycles.
/// </summary>
internal sealed class ElementList(DiagnosticBag diagnostics)
{
    private readonly List<(AttributeReader Attribute, ElementDeclaration Declaration)> items = [];
    private readonly Dictionary<string, int> names = [];
    private readonly List<(AttributeReader Attribute, SourceDeclaration Declaration)> sources = [];

    // What elements take from the step before may stand below them: it is looked up when all are read. A delay is known by its position.
    private readonly List<(string Name, int? Position, AttributeReader Attribute)> previous = [];
    private readonly Dictionary<(string Name, int Steps), int> delays = [];

    /// <summary>The sources as they were declared.</summary>
    public IEnumerable<SourceDeclaration> Sources => sources.Select(s => s.Declaration);

    public bool HasSource => sources.Count > 0;

    public EquatableArray<ElementDeclaration> Declarations => items.Select(i => i.Declaration).ToEquatableArray();

    /// <summary>
    /// Adds a source. One alone is the first element; several, or several symbols a step, are parts of the vector that is.
    /// </summary>
    public void AddSource(AttributeReader attribute, SourceDeclaration source)
    {
        sources.Add((attribute, source));
        if (diagnostics.HasErrors || (sources.Count == 1 && !SourceReader.HasSeveralSymbols(source)))
        {
            if (sources.Count == 1)
                items.Insert(0, (attribute, source));
            return;
        }

        items.Clear();
        int width = 0;
        foreach (var (place, part) in sources)
        {
            InputDeclaration input = part.Kind == SourceKind.Embedding
                ? new SymbolsDeclaration(part.Name, width, part.Length, part.Symbols, part.Width) { IsFrozen = part.IsFrozen }
                : new NumbersDeclaration(part.Name, width, part.Width, part.Length);
            names[part.Name] = items.Count + 1;
            items.Add((place, input));
            width += input.Width;
        }

        items.Insert(0, (sources[0].Attribute, new SourceDeclaration(InputDeclaration.DefaultName, SourceKind.Input, width, width, false)));
    }

    public void Add(AttributeReader attribute, ElementDeclaration element)
    {
        if (element.Name.Length > 0)
            names[element.Name] = items.Count;
        items.Add((attribute, element));
    }

    /// <summary>Keeps the name of an element that has errors of its own, so that what takes it has none.</summary>
    public void Claim(string name)
    {
        if (name.Length > 0)
            names[name] = 0;
    }

    /// <summary>An element's name: an identifier that no other element has.</summary>
    public string ReadName(AttributeReader attribute, string otherwise)
    {
        string name = attribute.Words("Name") ?? otherwise;
        if (name.Length > 0 && !(char.IsLetter(name[0]) && name.All(c => char.IsLetterOrDigit(c) || c == '_')))
            diagnostics.Report(Descriptors.BadName, attribute.LocationOf("Name"), name);
        else if (name.Length > 0 && names.ContainsKey(name) && !(HasSource && otherwise == InputDeclaration.DefaultName))
            diagnostics.Report(Descriptors.NameTwice, attribute.LocationOf("Name"), name);
        if (otherwise.Length > 0)
            Claim(name);
        return name;
    }

    /// <summary>The inputs of an element: those that its <c>From</c> says, or the last one above.</summary>
    public EquatableArray<ElementUse> ReadFrom(AttributeReader attribute)
    {
        string? text = attribute.Words("From");
        if (string.IsNullOrWhiteSpace(text))
        {
            int last = items.FindLastIndex(i => i.Declaration is not (HeadDeclaration or CombineDeclaration or DelayDeclaration));
            return last < 0 ? default : new ElementUse[] { new(last) }.ToEquatableArray();
        }

        try
        {
            var expression = FromExpression.Parse(text!);
            var operands = expression is FromOperation { Operator: ',' } join ? join.Operands : [expression];
            return operands.Select(o => Use(attribute, o)).OfType<ElementUse>().ToEquatableArray();
        }
        catch (FormatException e)
        {
            diagnostics.Report(Descriptors.BadFrom, attribute.LocationOf("From"), text!, e.Message);
            return default;
        }
    }

    /// <summary>Adds the elements that an expression needs, and returns the use of its value; null, with a diagnostic, if none.</summary>
    private ElementUse? Use(AttributeReader attribute, FromExpression expression)
    {
        if (expression is FromOperation operation)
        {
            var operands = operation.Operands.Select(o => Use(attribute, o)).ToList();
            if (operands.Any(o => o is null))
                return null;
            return operation.Operator == ','
                ? Combine(attribute, MergeKind.Concat, operands.OfType<ElementUse>())
                : operands.Aggregate((a, b) =>
                    Combine(attribute, operation.Operator == '+' ? MergeKind.Sum : MergeKind.Multiply, [a!.Value, b!.Value]));
        }

        var (name, stepsBefore) = (FromName)expression;
        if (stepsBefore > 0)
            return Before(attribute, name, stepsBefore);
        if (names.TryGetValue(name, out int index))
            return new(index);
        diagnostics.Report(
            Descriptors.UnknownLayer, attribute.LocationOf("From", name), name, names.Count == 0 ? "none" : string.Join(", ", names.Keys));
        return null;
    }

    private ElementUse Combine(AttributeReader attribute, MergeKind kind, IEnumerable<ElementUse> uses)
    {
        var combined = new CombineDeclaration(uses.ToEquatableArray(), kind);
        int same = items.FindIndex(i => combined.Equals(i.Declaration));
        if (same >= 0)
            return new(same);
        items.Add((attribute, combined));
        return new(items.Count - 1);
    }

    /// <summary>An output of some steps before: that of the step before, of the layer itself or of a delay.</summary>
    private ElementUse Before(AttributeReader attribute, string name, int steps)
    {
        int? delay = steps == 1 ? null : DelayOf(attribute, name, steps - 1);
        previous.Add((name, delay, attribute));
        return new(previous.Count - 1, IsPrevious: true);
    }

    /// <summary>The position of a layer's delay, which all of its takers share.</summary>
    private int DelayOf(AttributeReader attribute, string name, int steps)
    {
        if (!delays.TryGetValue((name, steps), out int position))
        {
            var from = new[] { Before(attribute, name, steps) }.ToEquatableArray();
            delays[(name, steps)] = position = items.Count;
            items.Add((attribute, new DelayDeclaration(name, steps, from, Width: 0)));
        }

        return position;
    }

    /// <summary>Everything about the elements that one alone does not show.</summary>
    /// <param name="kind">The attribute of their class: RnnModel, Encoder or Decoder.</param>
    public void CheckShapes(string kind)
    {
        ResolvePrevious();
        if (!diagnostics.HasErrors)
            new ElementChecks(items, diagnostics).Check(kind);
    }

    /// <summary>Gives what is taken from the step before its position.</summary>
    private void ResolvePrevious()
    {
        for (int i = 0; i < items.Count; i++)
        {
            var (attribute, element) = items[i];
            if (element.From.Any(u => u.IsPrevious))
                element = element with { From = element.From.Select(Resolve).ToEquatableArray() };
            if (element is DelayDeclaration delay && !diagnostics.HasErrors)
                element = delay with { Width = items[delay.From[0].Index].Declaration.OwnWidth ?? 0 };
            items[i] = (attribute, element);
        }

        ElementUse Resolve(ElementUse use)
        {
            if (!use.IsPrevious)
                return use;
            var (name, position, attribute) = previous[use.Index];
            if (position is { } known)
                return new(known, IsPrevious: true);
            if (names.TryGetValue(name, out int index))
                return new(index, IsPrevious: true);
            diagnostics.Report(
                Descriptors.BadPrevious, attribute.LocationOf("From", name), name,
                $"no layer has this name; there are: {string.Join(", ", names.Keys)}");
            return use;
        }
    }
}
