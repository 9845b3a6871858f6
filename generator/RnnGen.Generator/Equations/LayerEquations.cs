namespace RnnGen.Generator.Equations;

/// <summary>
/// Turns a cell's equations into those of a layer: its functions for <c>Activation</c> and its like, its constants, and states of their own
/// for what <c>Delay</c> looks back to, and noise. What stands behind this knows of none of them.
/// </summary>
internal sealed class LayerEquations
{
    private static readonly Memo<(CellDeclaration Cell, CellOptions Options, int Units), CellDeclaration> Resolved =
        new(256, static layer => new LayerEquations(layer.Cell, layer.Options, layer.Units).Resolve());

    private readonly CellDeclaration cell;
    private readonly CellOptions options;

    // Of a score.
    private readonly int units;

    private readonly Dictionary<Identifier, double> constants;
    private readonly HashSet<Identifier> weights;
    private readonly HashSet<Identifier> recurrents;
    private readonly HashSet<Identifier> taken;

    // Equations that a missing input has left without a value.
    private readonly HashSet<Identifier> zeros = [];

    private readonly List<Noise> noises = [];

    // By state, the noise on it inside a matrix product.
    private readonly Dictionary<Identifier, Identifier> masks = [];

    // By state, what holds it one step earlier, two steps earlier, ….
    private readonly Dictionary<Identifier, List<Identifier>> earlier = [];

    // By the input, or by a matrix that is multiplied by it, the states that hold it one step earlier, two steps earlier, …; and what
    // becomes of each.
    private readonly Dictionary<Identifier, List<Identifier>> pasts = [];
    private readonly List<(Identifier State, Expression Next)> delayed = [];

    private LayerEquations(CellDeclaration cell, CellOptions options, int units)
    {
        this.cell = cell;
        this.options = options;
        this.units = units;
        constants = ConstantsOf(cell, options);
        weights = [.. cell.Parameters.Where(p => p.Kind == ParameterKind.Weight).Select(p => p.Name)];
        recurrents = [.. cell.Parameters.Where(p => p.Kind == ParameterKind.Recurrent).Select(p => p.Name)];
        taken = [.. cell.States.Concat(cell.Equations.Select(e => e.Name)).Append(cell.Input), .. cell.Parameters.Select(p => p.Name)];
    }

    public static CellDeclaration Resolve(CellDeclaration cell, CellOptions options) => Resolved.Of((cell, options, 0));

    /// <summary>The equations of a score with its constants, and the number of its units, in place.</summary>
    public static CellDeclaration ResolveScore(CellDeclaration score, int units) => Resolved.Of((score, new CellOptions(), units));

    /// <summary>The cell's constants by the names that equations call them, with the layer's values for them.</summary>
    public static Dictionary<Identifier, double> ConstantsOf(CellDeclaration cell, CellOptions options)
    {
        var constants = cell.Constants.ToDictionary(c => c.Name, c => (double)c.Value);
        foreach (var constant in options.Constants)
            constants[constant.Name] = constant.Value;
        return constants;
    }

    /// <summary>The value of an expression of numbers and constants.</summary>
    public static double ValueOf(Expression expression, IReadOnlyDictionary<Identifier, double> constants) => expression switch
    {
        Number number => number.Value,
        Reference reference => constants[reference.Name],
        Negation negation => -ValueOf(negation.Operand, constants),
        Binary { Operator: '+' } sum => ValueOf(sum.Left, constants) + ValueOf(sum.Right, constants),
        Binary { Operator: '-' } difference => ValueOf(difference.Left, constants) - ValueOf(difference.Right, constants),
        Binary { Operator: '*' } product => ValueOf(product.Left, constants) * ValueOf(product.Right, constants),
        _ => throw new InvalidOperationException($"unexpected {expression}"),
    };

    /// <summary>The calls of Delay anywhere in the cell: the state, and how far back.</summary>
    public static IEnumerable<(Identifier State, Expression Steps)> DelaysOf(CellDeclaration cell) =>
        cell.Equations.Select(e => e.Value)
            .Concat(cell.Results)
            .SelectMany(e => e.Subexpressions())
            .OfType<Call>()
            .Where(c => c.Function == Language.Delay)
            .Select(c => (((Reference)c.Arguments[0]).Name, c.Arguments[1]));

    private CellDeclaration Resolve()
    {
        NameEarlierStates();
        var equations = new List<Equation>();
        foreach (var equation in cell.Equations)
        {
            if (Map(equation.Value) is { } value)
                equations.Add(equation with { Value = value });
            else
                zeros.Add(equation.Name);
        }

        var results = cell.Results.Select((r, i) => Zoned(cell.States[i], Map(r) ?? new Number(0))).ToList();
        var resolved = cell with
        {
            Constants = default,
            Noises = noises.ToEquatableArray(),
            Results = results.Concat(Shifts()).Concat(delayed.Select(d => d.Next)).ToEquatableArray(),
            States = cell.States.Concat(earlier.Values.SelectMany(s => s)).Concat(delayed.Select(d => d.State)).ToEquatableArray(),
        };
        return options.HasInput ? resolved with { Equations = equations.ToEquatableArray() } : WithoutUnused(resolved, equations);
    }

    private void NameEarlierStates()
    {
        foreach (var state in cell.States)
        {
            int furthest =
                DelaysOf(cell).Where(d => d.State == state).Select(d => (int)ValueOf(d.Steps, constants)).DefaultIfEmpty(1).Max();
            var names = new List<Identifier>();
            for (int steps = 2; steps <= furthest; steps++)
            {
                names.Add(Name(state, $"_{steps}"));
            }

            if (names.Count > 0)
                earlier.Add(state, names);
        }
    }

    private Identifier Name(Identifier state, string suffix)
    {
        string name = state.Text + suffix;
        while (!taken.Add(name))
            name += "_";
        return name;
    }

    /// <summary>Renames h to h_2, and so on.</summary>
    private IEnumerable<Expression> Shifts() =>
        earlier.SelectMany(e => e.Value.Take(e.Value.Count - 1).Prepend(e.Key)).Select(n => new Reference(n));

    /// <summary>
    /// The input, or its product with a matrix, some steps earlier, which states hold. A product is as wide as a state, whatever the
    /// input's width, and is 0 before the first step as well.
    /// </summary>
    private Reference Past(Identifier name, Expression current, int steps)
    {
        if (!pasts.TryGetValue(name, out var states))
            pasts.Add(name, states = []);
        while (states.Count < steps)
        {
            var state = Name(current is Reference ? name : name.Text + cell.Input.Text, $"_{states.Count + 1}");
            delayed.Add((state, states.Count == 0 ? current : new Reference(states[states.Count - 1])));
            states.Add(state);
        }

        return new Reference(states[steps - 1]);
    }

    private int StepsOf(Call delay) => (int)ValueOf(delay.Arguments[1], constants);

    /// <summary>The layer's form of an expression; null for one that is 0 because there is no input.</summary>
    private Expression? Map(Expression expression)
    {
        switch (expression)
        {
            case Reference reference:
                return zeros.Contains(reference.Name) || (reference.Name == cell.Input && !options.HasInput) ? null
                    : constants.TryGetValue(reference.Name, out double value) ? new Number(value)
                    : reference;
            case Negation negation:
                return Map(negation.Operand) is { } operand
                    ? operand is Number number ? new Number(-number.Value) : new Negation(operand)
                    : null;
            case Binary { Operator: '*', Left: Reference weight } product when weights.Contains(weight.Name):
                return !options.HasInput ? null
                    : product.Right is Call past ? Past(weight.Name, product with { Right = past.Arguments[0] }, StepsOf(past))
                    : product;
            case Binary { Operator: '*', Left: Reference recurrent } product when recurrents.Contains(recurrent.Name):
                return Map(product.Right) is { } vector ? product with { Right = Masked(vector) } : null;
            case Binary binary:
                return Combine(binary, Map(binary.Left), Map(binary.Right));
            case Call { Function: Language.Delay } delay:
                var state = ((Reference)delay.Arguments[0]).Name;
                int steps = StepsOf(delay);
                if (state == cell.Input)
                    return options.HasInput ? Past(state, delay.Arguments[0], steps) : null;
                return new Reference(steps == 1 ? state : earlier[state][steps - 2]);
            case Call call:
                return Map(call, Language.Find(call.Function)!.Vectors);
            default:
                return expression;
        }
    }

    private Expression Map(Call call, int vectors)
    {
        var arguments =
            call.Arguments.Select((a, i) => i < vectors ? Map(a) ?? new Number(0) : new Number(ValueOf(a, constants))).ToEquatableArray();
        return call.Function switch
        {
            "Activation" => options.Activation.Of(Clipped(arguments[0])),
            "GateActivation" => options.GateActivation.Of(Clipped(arguments[0])),
            Language.Scaled => new Binary('*', new Number(1 / Math.Sqrt(units)), arguments[0]),
            "OutputActivation" => options.OutputActivation.Of(arguments[0]),
            _ => new Call(call.Function, arguments),
        };
    }

    /// <summary>The operand of a matrix with each state in it behind its mask.</summary>
    private Expression Masked(Expression operand) => options.RecurrentDropout == 0 ? operand : operand switch
    {
        Reference reference when cell.States.FirstOrDefault(
            s => s == reference.Name || (earlier.TryGetValue(s, out var names) && names.Contains(reference.Name))) is { } state =>
            new Binary('*', new Reference(MaskOf(state)), reference),
        Negation negation => new Negation(Masked(negation.Operand)),
        Binary binary => binary with { Left = Masked(binary.Left), Right = Masked(binary.Right) },
        Call call => call with { Arguments = call.Arguments.Select(Masked).ToEquatableArray() },
        _ => operand,
    };

    private Identifier MaskOf(Identifier state)
    {
        if (!masks.TryGetValue(state, out var mask))
        {
            masks[state] = mask = Name(state, "Mask");
            noises.Add(new(mask, NoiseKind.Dropout, options.RecurrentDropout));
        }

        return mask;
    }

    /// <summary>The new value of a state, or its old one where the noise says so.</summary>
    private Expression Zoned(Identifier state, Expression result)
    {
        if (options.Zoneout == 0)
            return result;
        var keep = new Reference(Name(state, "Keep"));
        noises.Add(new(keep.Name, NoiseKind.Zoneout, options.Zoneout));
        return new Binary('+', new Binary('*', keep, new Reference(state)), new Binary('*', new Binary('-', new Number(1), keep), result));
    }

    private Expression Clipped(Expression x) =>
        options.Clip is { } limit ? new Call("Clip", new[] { x, new Number(limit) }.ToEquatableArray()) : x;

    private static Expression? Combine(Binary binary, Expression? left, Expression? right) => (left, right) switch
    {
        (not null, not null) => binary with { Left = left, Right = right },
        (null, not null) when binary.Operator == '+' => right,
        (null, not null) when binary.Operator == '-' => new Negation(right),
        (not null, null) when binary.Operator is '+' or '-' => left,
        (not null, null) when binary.Operator == '/' => new Binary('/', left, new Number(0)),
        _ => null,
    };

    /// <summary>Without the equations and parameters that only the missing input used.</summary>
    private static CellDeclaration WithoutUnused(CellDeclaration cell, List<Equation> equations)
    {
        var used = NamesIn(cell.Results);
        var kept = new List<Equation>();
        foreach (var equation in equations.AsEnumerable().Reverse().Where(e => used.Contains(e.Name)))
        {
            kept.Insert(0, equation);
            used.UnionWith(NamesIn([equation.Value]));
        }

        return cell with
        {
            Equations = kept.ToEquatableArray(),
            Parameters = cell.Parameters.Where(p => used.Contains(p.Name)).ToEquatableArray()
        };

        static HashSet<Identifier> NamesIn(IEnumerable<Expression> expressions) =>
            [.. expressions.SelectMany(e => e.Subexpressions()).OfType<Reference>().Select(r => r.Name)];
    }
}
