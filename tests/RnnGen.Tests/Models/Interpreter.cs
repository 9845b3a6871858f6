using RnnGen.Generator.Equations;

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
    /// <param name="activation">What Activation stands for.</param>
    public int[][] Step(CellDeclaration cell, IReadOnlyDictionary<string, int[][]> parameters, int[] x, int[][] states, string activation)
    {
        int hidden = states[0].Length;
        var names = new Dictionary<string, int[]>();
        for (int i = 0; i < states.Length; i++)
            names[cell.States[i]] = states[i];
        foreach (var parameter in cell.Parameters.Where(p => p.Kind is ParameterKind.Bias or ParameterKind.PerUnit))
            names[parameter.Name] = parameters.TryGetValue(parameter.Name, out var rows) ? [.. rows.Select(r => r[0])] : [.. Enumerable.Range(0, hidden).Select(_ => Leaf(0))];
        foreach (var equation in cell.Equations)
            names[equation.Name] = Evaluate(equation.Value);
        return [.. cell.Results.Select(Evaluate)];

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
                case Binary { Operator: '*', Left: Reference { Name: var missing } } when IsMatrix(missing) && !parameters.ContainsKey(missing):
                    // A layer whose input is its first state goes without its products with an input.
                    return [.. Enumerable.Range(0, hidden).Select(_ => Leaf(0))];
                case Binary { Operator: '*', Left: Reference matrix } product when parameters.TryGetValue(matrix.Name, out var rows) && !names.ContainsKey(matrix.Name):
                    int[] vector = product.Right is Reference { Name: var name } && name == cell.Input ? x : Evaluate(product.Right);
                    return [.. rows.Select(row => Dot(row, vector))];
                case Binary binary:
                    return [.. Evaluate(binary.Left).Zip(Evaluate(binary.Right), (a, b) => Combine(binary.Operator, a, b))];
                case Call call:
                    string function = call.Function == "Activation" ? activation : call.Function;
                    return [.. Evaluate(call.Argument).Select(a => Apply(function, a))];
                default:
                    throw new InvalidOperationException($"{expression}");
            }
        }

        bool IsMatrix(string name) => cell.Parameters.Any(p => p.Name == name && p.Kind is (ParameterKind.Weight or ParameterKind.Recurrent));
    }

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

    public int Apply(string function, int a)
    {
        double x = Value(a);
        double y = function switch
        {
            "Sigmoid" => 1 / (1 + Math.Exp(-x)),
            "Tanh" => Math.Tanh(x),
            "Relu" => Math.Max(x, 0),
            "Exp" => Math.Exp(x),
            "Log" => Math.Log(x),
            "Linear" => x,
            _ => throw new InvalidOperationException(function),
        };
        double derivative = function switch
        {
            "Sigmoid" => y * (1 - y),
            "Tanh" => 1 - (y * y),
            "Relu" => x > 0 ? 1 : 0,
            "Exp" => y,
            "Log" => 1 / x,
            _ => 1,
        };
        return Record(y, a, derivative, -1, 0);
    }

    private int Record(double value, int left, double byLeft, int right, double byRight)
    {
        values.Add(value);
        operations.Add((left, byLeft, right, byRight));
        return values.Count - 1;
    }
}
