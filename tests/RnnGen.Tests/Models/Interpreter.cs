using RnnGen.Generator.Equations;
using RnnGen.Generator.Support;
using RnnGen.Tests.LanguageFunctions;

namespace RnnGen.Tests.Models;

/// <summary>
/// The oracle: a cell's equations as they were declared, evaluated number by number in double, and differentiated by recording every
/// operation. It shares nothing with the generator but the reading of the declaration.
/// </summary>
internal sealed class Interpreter
{
    private readonly List<(int Left, double ByLeft, int Right, double ByRight)> operations = [];
    private readonly List<double> values = [];

    /// <summary>A number that gradients are wanted of.</summary>
    public int Leaf(double value) => Record(value, -1, 0, -1, 0);

    public double Value(int number) => values[number];

    /// <summary>The gradients of Σ seed · number with respect to everything recorded.</summary>
    public double[] Gradients(IEnumerable<(int Number, double Seed)> seeds)
    {
        var gradients = new double[values.Count];
        foreach (var (number, seed) in seeds)
            gradients[number] += seed;
        for (int i = values.Count - 1; i >= 0; i--)
        {
            var (left, byLeft, right, byRight) = operations[i];
            if (left >= 0)
                gradients[left] += gradients[i] * byLeft;
            if (right >= 0)
                gradients[right] += gradients[i] * byRight;
        }

        return gradients;
    }

    /// <summary>One step of a cell: the new states.</summary>
    /// <param name="cell">The equations.</param>
    /// <param name="parameters">[unit][column] by field; fields that the layer goes without are absent.</param>
    /// <param name="x">The input.</param>
    /// <param name="states">The previous states.</param>
    /// <param name="layer">What the layer says about the cell.</param>
    public int[][] Step(CellDeclaration cell, IReadOnlyDictionary<string, int[][]> parameters, int[] x, int[][] states, TestRnn layer)
    {
        int hidden = layer.Hidden;
        var names = new Dictionary<Identifier, int[]>();
        foreach (var constant in cell.Constants)
            names[constant.Name] = [.. Enumerable.Range(0, hidden).Select(_ => Leaf(layer.ValueOf(constant)))];
        var earlier = Earlier(cell, layer);
        for (int i = 0; i < cell.States.Count; i++)
            names[cell.States[i]] = states[i];
        foreach (var parameter in cell.Parameters.Where(p => p.Kind is ParameterKind.Bias or ParameterKind.PerUnit or ParameterKind.Scalar))
        {
            names[parameter.Name] = !parameters.TryGetValue(parameter.Name.Text, out var rows) ? Zeros()
                : parameter.Kind == ParameterKind.Scalar ? [.. Enumerable.Repeat(rows[0][0], hidden)]
                : [.. rows.Select(r => r[0])];
        }

        // A layer whose input is its first state has no other input.
        names[cell.Input] = x.Length == hidden ? x : Zeros();
        var pasts = Pasts(cell, layer);
        foreach (var equation in cell.Equations)
            names[equation.Name] = Evaluate(equation.Value);
        // What was a state becomes that of a step earlier; and what the input was, or a matrix made of it.
        return
        [
            .. cell.Results.Select(Evaluate),
            .. earlier.Select(e => e.Steps == 2 ? names[e.State] : states[cell.States.Count + earlier.IndexOf((e.State, e.Steps - 1))]),
            .. pasts.Select(p => p.Steps > 1 ? Past(p.Matrix, p.Steps - 1)
                : p.Matrix.Length == 0 ? x
                : [.. parameters[p.Matrix].Select(row => Dot(row, x))]),
        ];

        int[] Zeros() => [.. Enumerable.Range(0, hidden).Select(_ => Leaf(0))];

        int[] Past(string matrix, int steps) => states[cell.States.Count + earlier.Count + pasts.IndexOf((matrix, steps))];

        int[] Evaluate(Expression expression)
        {
            switch (expression)
            {
                case Number number:
                    return [.. Enumerable.Range(0, hidden).Select(_ => Leaf(number.Value))];
                case Reference reference:
                    return names[reference.Name];
                case Negation negation:
                    return [.. Evaluate(negation.Operand).Select(a => Record(-Value(a), a, -1, -1, 0))];
                case Binary { Operator: '*', Left: Reference { Name: var missing } } when IsMatrix(missing)
                    && !parameters.ContainsKey(missing.Text):
                    // A layer whose input is its first state goes without its products with an input.
                    return Zeros();
                case Binary { Operator: '*', Left: Reference delayed, Right: Call { Function: "Delay", Arguments: var of } } when of[0] is Reference { Name: var past } && past == cell.Input && IsMatrix(delayed.Name):
                    return Past(delayed.Name.Text, (int)Value(Evaluate(of[1])[0]));
                case Binary { Operator: '*', Left: Reference matrix } product when parameters.TryGetValue(matrix.Name.Text, out var rows)
                    && !names.ContainsKey(matrix.Name):
                    int[] vector = product.Right is Reference { Name: var name } && name == cell.Input ? x : Evaluate(product.Right);
                    return [.. rows.Select(row => Dot(row, vector))];
                case Binary binary:
                    return [.. Evaluate(binary.Left).Zip(Evaluate(binary.Right), (a, b) => Combine(binary.Operator, a, b))];
                case Call { Function: "Delay" } delay:
                    var state = ((Reference)delay.Arguments[0]).Name;
                    int steps = (int)Value(Evaluate(delay.Arguments[1])[0]);
                    if (state == cell.Input)
                        return layer.FirstState ? Zeros() : Past("", steps);
                    return steps == 1 ? names[state] : states[cell.States.Count + earlier.IndexOf((state, steps))];
                case Call { Function: "Scaled" } call:
                    return [.. Evaluate(call.Arguments[0]).Select(a => Combine('/', a, Leaf(Math.Sqrt(hidden))))];
                case Call { Function: "Normalize" } call:
                    return Normalize(Evaluate(call.Arguments[0]));
                case Call { Function: "Max" or "Min" } call:
                    return [.. Evaluate(call.Arguments[0]).Zip(
                        Evaluate(call.Arguments[1]), (a, b) => Value(a) > Value(b) == (call.Function == "Max") ? a : b)];
                case Call call:
                    double[] numbers = [.. call.Arguments.Skip(1).Select(n => Value(Evaluate(n)[0]))];
                    var function =
                        new Function(call.Function, numbers.Length > 0 ? numbers[0] : null, numbers.Length > 1 ? numbers[1] : null);
                    var chosen = function.Name switch
                    {
                        "Activation" => layer.Activation ?? new("Tanh"),
                        "GateActivation" => layer.Gate ?? new("Sigmoid"),
                        "OutputActivation" => layer.Output ?? new("Tanh"),
                        _ => function,
                    };
                    bool isClipped = layer.Clip is not null && function.Name is "Activation" or "GateActivation";
                    return [.. Evaluate(call.Arguments[0]).Select(a => isClipped ? Apply(new("Clip", layer.Clip), a) : a)
                        .Select(a => Apply(chosen, a))];
                default:
                    throw new InvalidOperationException($"{expression}");
            }
        }

        bool IsMatrix(Identifier name) =>
            cell.Parameters.Any(p => p.Name == name && p.Kind is (ParameterKind.Weight or ParameterKind.Recurrent));
    }

    /// <summary>An attention's score: the sum of its vector.</summary>
    /// <param name="score">The equations.</param>
    /// <param name="units">The length of that vector.</param>
    /// <param name="parameters">[unit][column] by field.</param>
    /// <param name="query">What is compared.</param>
    /// <param name="key">With what.</param>
    public int Score(CellDeclaration score, int units, IReadOnlyDictionary<string, int[][]> parameters, int[] query, int[] key) =>
        Sum(Step(score, parameters, [], [query, key], new TestRnn(new TestCell(score.Name.Text, []), units))[0]);

    /// <summary>The softmax of some numbers.</summary>
    public int[] Softmax(IEnumerable<int> numbers)
    {
        int[] powers = [.. numbers.Select(n => Apply("Exp", n))];
        int sum = Sum(powers);
        return [.. powers.Select(p => Combine('/', p, sum))];
    }

    /// <summary>What a layer's states hold behind the declared ones: each delayed state two steps back, three steps back, ….</summary>
    public static List<(Identifier State, int Steps)> Earlier(CellDeclaration cell, TestRnn layer)
    {
        var constants = cell.Constants.ToDictionary(c => c.Name, layer.ValueOf);
        var delays = cell.Equations.Select(e => e.Value)
            .Concat(cell.Results)
            .SelectMany(e => e.Subexpressions())
            .OfType<Call>()
            .Where(c => c.Function == "Delay").ToList();
        return [.. cell.States.SelectMany(state => Enumerable.Range(2, Furthest(state) - 1).Select(steps => (state, steps)))];

        int Furthest(Identifier state) => delays.Where(d => d.Arguments[0] is Reference r && r.Name == state)
            .Select(d => d.Arguments[1] is Number n ? (int)n.Value : (int)constants[((Reference)d.Arguments[1]).Name]).DefaultIfEmpty(1)
                .Max();
    }

    /// <summary>
    /// What its states hold behind those: the products of a matrix with the input, or ("") the input itself, one step back, two steps back,
    /// …, in the order in which the equations ask.
    /// </summary>
    public static List<(string Matrix, int Steps)> Pasts(CellDeclaration cell, TestRnn layer)
    {
        var constants = cell.Constants.ToDictionary(c => c.Name, layer.ValueOf);
        var pasts = new List<(string Matrix, int Steps)>();
        foreach (var expression in layer.FirstState ? [] : cell.Equations.Select(e => e.Value).Concat(cell.Results))
            Visit(expression);
        return pasts;

        void Visit(Expression expression)
        {
            switch (expression)
            {
                case Binary { Left: Reference matrix, Right: Call { Function: "Delay" } call } when IsInput(call)
                    && cell.Parameters.Any(p => p.Name == matrix.Name && p.Kind == ParameterKind.Weight):
                    Ask(matrix.Name.Text, call);
                    break;
                case Binary binary:
                    Visit(binary.Left);
                    Visit(binary.Right);
                    break;
                case Negation negation:
                    Visit(negation.Operand);
                    break;
                case Call { Function: "Delay" } call when IsInput(call):
                    Ask("", call);
                    break;
                case Call call:
                    foreach (var argument in call.Arguments)
                        Visit(argument);
                    break;
            }
        }

        bool IsInput(Call call) => call.Arguments[0] is Reference reference && reference.Name == cell.Input;

        void Ask(string matrix, Call call)
        {
            int steps = call.Arguments[1] is Number n ? (int)n.Value : (int)constants[((Reference)call.Arguments[1]).Name];
            for (int i = pasts.Count(p => p.Matrix == matrix) + 1; i <= steps; i++)
                pasts.Add((matrix, i));
        }
    }

    /// <summary>How many states a layer has.</summary>
    public static int StatesOf(CellDeclaration cell, TestRnn layer) =>
        cell.States.Count + Earlier(cell, layer).Count + Pasts(cell, layer).Count;

    public int Dot(int[] row, int[] vector) => Sum(row.Zip(vector, (a, b) => Combine('*', a, b)));

    public int Sum(IEnumerable<int> numbers) => numbers.Aggregate(Leaf(0), (sum, number) => Combine('+', sum, number));

    public int Combine(char op, int a, int b)
    {
        double x = Value(a), y = Value(b);
        return op switch
        {
            '+' => Record(x + y, a, 1, b, 1),
            '-' => Record(x - y, a, 1, b, -1),
            '*' => Record(x * y, a, y, b, x),
            _ => Record(x / y, a, 1 / y, b, -x / (y * y)),
        };
    }

    private int[] Normalize(int[] vector)
    {
        int count = Leaf(vector.Length);
        int mean = Combine('/', vector.Aggregate((a, b) => Combine('+', a, b)), count);
        int[] centred = [.. vector.Select(v => Combine('-', v, mean))];
        int variance = Combine('/', centred.Select(v => Combine('*', v, v)).Aggregate((a, b) => Combine('+', a, b)), count);
        double root = Math.Sqrt(Value(variance) + 1e-5);
        int deviation = Record(root, variance, 0.5 / root, -1, 0);
        return [.. centred.Select(v => Combine('/', v, deviation))];
    }

    public int Apply(Function function, int number)
    {
        double x = Value(number);
        double a = function.Alpha ?? (function.Name switch { "LeakyRelu" => 0.01, "HardSigmoid" => 0.2, _ => 1 });
        double b = function.Beta ?? (function.Name switch { "HardSigmoid" => 0.5, "ScaledTanh" => 1, _ => 0 });
        var (y, derivative) = function.Name switch
        {
            "Sigmoid" => (Logistic(x), Logistic(x) * Logistic(-x)),
            "Tanh" => (Math.Tanh(x), 1 - (Math.Tanh(x) * Math.Tanh(x))),
            "Relu" => (Math.Max(x, 0), x > 0 ? 1 : 0),
            "Exp" => (Math.Exp(x), Math.Exp(x)),
            "Linear" => (x, 1),
            "Softplus" => (Math.Log(1 + Math.Exp(x)), Logistic(x)),
            "Softsign" => (x / (1 + Math.Abs(x)), 1 / Math.Pow(1 + Math.Abs(x), 2)),
            "LeakyRelu" => x > 0 ? (x, 1) : (a * x, a),
            "ThresholdedRelu" => x > a ? (x, 1) : (0, 0),
            "Elu" => x > 0 ? (x, 1) : (a * (Math.Exp(x) - 1), a * Math.Exp(x)),
            "HardSigmoid" => (a * x) + b is var line && line > 0 && line < 1 ? (line, a) : (line > 0 ? 1 : 0, 0),
            "ScaledTanh" => (a * Math.Tanh(b * x), a * b * (1 - Math.Pow(Math.Tanh(b * x), 2))),
            "Affine" => ((a * x) + b, a),
            "Clip" => Math.Abs(x) <= a ? (x, 1) : (a * Math.Sign(x), 0.0),
            _ when FunctionTable.Find(function.Name) is { } other => (other.Value(x), other.Derivative(x)),
            _ => throw new InvalidOperationException(function.Name),
        };
        return Record(y, number, derivative, -1, 0);

        static double Logistic(double x) => 1 / (1 + Math.Exp(-x));
    }

    private int Record(double value, int left, double byLeft, int right, double byRight)
    {
        values.Add(value);
        operations.Add((left, byLeft, right, byRight));
        return values.Count - 1;
    }
}
