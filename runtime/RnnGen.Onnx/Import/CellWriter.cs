using System.Globalization;
using System.Text;

namespace RnnGen.Onnx;

/// <summary>
/// Writes the equations of a cell that has no name as the struct of an [RnnCell]. Sums of products are written as the generator counts
/// them: each has one matrix of the input, one for each vector that is computed, and one bias.
/// </summary>
internal sealed class CellWriter
{
    private sealed class Sum
    {
        /// <summary>[unit][input] of the cell's input.</summary>
        public float[]? Weight { get; set; }

        public List<(Element Of, float[] Matrix)> Recurrents { get; } = [];

        public float[]? Bias { get; set; }

        public int Number { get; set; }
    }

    private const int MostDepth = 200;

    private readonly GraphReader reader;
    private readonly CellEquations equations;
    private readonly Dictionary<Element, int> uses = [];
    private readonly Dictionary<Element, string> names = [];
    private readonly List<string> lines = [];
    private readonly List<Sum> sums = [];
    private readonly List<(string Name, float[] Values)> vectors = [];
    private readonly int inputs;
    private int depth;

    private CellWriter(GraphReader reader, CellEquations equations)
    {
        (this.reader, this.equations) = (reader, equations);
        foreach (Element element in ModelAssembler.Below(equations.Ends).Where(equations.IsDependent))
        {
            foreach (Element input in element.Inputs)
                uses[input] = uses.GetValueOrDefault(input) + 1;
        }

        foreach (Element end in equations.Ends)
            uses[end] = uses.GetValueOrDefault(end) + 2;
        equations.Inputs.Clear();
        CollectInputs();
        inputs = equations.Inputs.Sum(i => i.Width);
    }

    private int Width => equations.Width;

    /// <param name="reader">Counts the memory.</param>
    /// <param name="equations">The states and what they become.</param>
    /// <param name="output">The state that is the layer's output.</param>
    public static FoundCell Write(GraphReader reader, CellEquations equations, int output)
    {
        if (equations.States.Count > 8)
            throw new NotTakenException("its cell has more than eight states");
        CellWriter writer = new(reader, equations);
        int[] order = [output, .. Enumerable.Range(0, equations.States.Count).Where(i => i != output)];
        return writer.Write(order);
    }

    private FoundCell Write(int[] order)
    {
        if (inputs == 0)
            throw new NotTakenException("its cell has no input");
        for (int i = 0; i < order.Length; i++)
            names[equations.States[order[i]]] = order.Length == 1 ? "h" : $"s{i + 1}";
        List<string> results = [.. order.Select(o => Name(equations.Ends[o]))];
        string name = $"ImportedCell{reader.NextPair()}";
        List<(string, int[], float[])> tensors = [];
        var (weights, recurrents) = Order();
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"/// <summary>The equations of {Comment(equations.Node)}.</summary>\n[RnnCell]\n");
        text.Append(CultureInfo.InvariantCulture, $"public readonly partial struct {name}\n{{\n");
        List<string> biases = [.. sums.Where(s => s.Bias is not null).Select(s => $"b{s.Number}")];
        Fields("Weight", weights.Select(w => $"W{w.Number}"));
        Fields("Recurrent", recurrents.Select(r => $"U{r.Number}"));
        Fields("Bias", biases);
        Fields("PerUnit", vectors.Select(v => v.Name));
        string states = string.Join(", ", order.Select((o, i) => $"Hidden {names[equations.States[o]]}"));
        string returned = order.Length == 1 ? "Hidden" : $"({string.Join(", ", order.Select((_, i) => $"Hidden n{i + 1}"))})";
        text.Append(CultureInfo.InvariantCulture, $"\n    public {returned} Step(Input x, {states})\n    {{\n");
        foreach (string line in lines)
            text.Append(CultureInfo.InvariantCulture, $"        {line}\n");
        text.Append(CultureInfo.InvariantCulture,
            $"        return {(results.Count == 1 ? results[0] : $"({string.Join(", ", results)})")};\n    }}\n}}\n");
        AddTensors(tensors, weights, recurrents);
        tensors.AddRange(vectors.Select(v => (v.Name, new[] { Width }, v.Values)));
        return new(name, [.. equations.Inputs], order, tensors)
        {
            Text = text.ToString().Replace(name, NameMark, StringComparison.Ordinal),
        };

        void Fields(string type, IEnumerable<string> fields)
        {
            string joined = string.Join(", ", fields);
            if (joined.Length > 0)
                text.Append(CultureInfo.InvariantCulture, $"    private readonly {type} {joined};\n");
        }
    }

    /// <summary>Stands in a cell's text for its name, which the model gives.</summary>
    public const string NameMark = "«cell»";

    /// <summary>Numbers the sums so that those with both kinds of matrices come first, as gates.</summary>
    private (List<(int Number, Sum Of)> Weights, List<(int Number, Sum Of, int Place)> Recurrents) Order()
    {
        List<(int, Sum)> weights = [];
        List<(int, Sum, int)> recurrents = [];
        foreach (Sum sum in sums)
        {
            if (sum.Weight is not null)
                weights.Add((sum.Number, sum));
            for (int i = 0; i < sum.Recurrents.Count; i++)
                recurrents.Add((RecurrentNumber(sum, i), sum, i));
        }

        return ([.. weights.OrderByDescending(w => w.Item2.Recurrents.Count == 1)],
            [.. recurrents.OrderByDescending(r => r.Item2.Recurrents.Count == 1 && r.Item2.Weight is not null)]);
    }

    private static int RecurrentNumber(Sum sum, int place) => (sum.Number * 10) + place;

    /// <summary>The tensors as RnnGen names them: gate after gate where the matrices pair up, field by field otherwise.</summary>
    private void AddTensors(
        List<(string, int[], float[])> tensors, List<(int Number, Sum Of)> weights, List<(int Number, Sum Of, int Place)> recurrents)
    {
        bool pairs = (recurrents.Count == 0 || recurrents.Count == weights.Count) && sums.TrueForAll(s => s.Recurrents.Count <= 1)
            && sums.Where(s => s.Weight is not null && s.Recurrents.Count == 1)
                .All(s => weights.FindIndex(w => w.Of == s) == recurrents.FindIndex(r => r.Of == s));
        if (!pairs)
        {
            tensors.AddRange(weights.Select(w => ($"W{w.Number}", new[] { Width, inputs }, w.Of.Weight!)));
            tensors.AddRange(recurrents.Select(r => ($"U{r.Number}", new[] { Width, Width }, r.Of.Recurrents[r.Place].Matrix)));
            tensors.AddRange(sums.Where(s => s.Bias is not null).Select(s => ($"b{s.Number}", new[] { Width }, s.Bias!)));
            return;
        }

        int gates = weights.Count;
        tensors.Add(("weight_ih", [gates * Width, inputs], [.. weights.SelectMany(w => w.Of.Weight!)]));
        if (recurrents.Count > 0)
            tensors.Add(("weight_hh", [gates * Width, Width], [.. recurrents.SelectMany(r => r.Of.Recurrents[0].Matrix)]));
        if (!sums.Exists(s => s.Bias is not null))
            return;
        float[] ih = new float[gates * Width], hh = new float[gates * Width];
        foreach (Sum sum in sums.Where(s => s.Bias is not null))
        {
            if (sum.Weight is not null)
                sum.Bias!.CopyTo(ih, weights.FindIndex(w => w.Of == sum) * Width);
            else
                sum.Bias!.CopyTo(hh, recurrents.FindIndex(r => r.Of == sum) * Width);
        }

        tensors.Add(("bias_ih", [gates * Width], ih));
        tensors.Add(("bias_hh", [gates * Width], hh));
    }

    /// <summary>What the equations take of the inputs: whole elements, whose matrices are the cell's.</summary>
    private void CollectInputs()
    {
        foreach (Element element in ModelAssembler.Below(equations.Ends).Where(equations.IsDependent))
        {
            foreach (Element input in element.Inputs.Where(i => !equations.IsDependent(i)))
            {
                foreach (Element own in Sources(input))
                {
                    if (!equations.Inputs.Contains(own))
                        equations.Inputs.Add(own);
                }
            }
        }

        foreach (Element end in equations.Ends.Where(e => !equations.IsDependent(e)))
            throw new NotTakenException($"a state of its cell is {end.What}, which depends on no state");
    }

    private IReadOnlyList<Element> Sources(Element input) =>
        input is DenseElement { Function.Kind: Activation.Linear, Matrix: not null } dense && dense.Width == Width ? dense.Inputs : [input];

    /// <summary>The name of an element's vector, which is computed once.</summary>
    private string Name(Element element)
    {
        if (names.TryGetValue(element, out string? name))
            return name;
        if (++depth > MostDepth)
            throw new NotTakenException("the equations of its cell are too long");
        string value = Value(element);
        depth--;
        names[element] = name = $"v{names.Count + 1}";
        lines.Add($"var {name} = {value};");
        return name;
    }

    /// <summary>An operand: a name, or what is used once where it stands.</summary>
    private string Value(Element element)
    {
        if (element.Width != Width)
            throw new NotTakenException($"its cell has {element.What}, of {element.Width} numbers beside {Width}");
        List<Element> terms = [];
        if (IsSum(element))
        {
            Terms(element, terms);
            return SumOf(terms);
        }

        switch (element)
        {
            case DenseElement { Function.Kind: Activation.Linear } diagonal:
                return Diagonal(diagonal, Name(diagonal.Inputs[0]));
            case DenseElement dense:
                return Call(dense.Function, dense.Matrix is null && dense.Affine is (1, 0) ? Inner(dense.Inputs) : dense.Matrix is null
                    ? Diagonal(dense, Inner(dense.Inputs))
                    : SumOf(
                    [
                        new DenseElement(dense.Index, dense.Inputs, dense.Width)
                        {
                            Node = dense.Node,
                            Matrix = dense.Matrix,
                            Bias = dense.Bias,
                        },
                    ]));
            case CombinedElement { Operation: '*' } product:
                return string.Join(" * ", product.Operands.Select(Inner));
            case MathElement math:
                return Function(math);
            case NormElement { IsCentred: true, Groups: 1 } norm when Math.Abs(norm.Epsilon - 1e-5) < 1e-12:
                string normal = $"Normalize({Inner(norm.Inputs)})";
                normal = norm.Gain is { } gain ? $"{Vector(gain)} * {normal}" : normal;
                return norm.Bias is { } bias ? $"{normal} + {Vector(bias)}" : normal;
            default:
                throw new NotTakenException($"its cell has {element.What}, which the language of cells has not");
        }
    }

    private string Inner(IReadOnlyList<Element> operand) => operand is [var only]
        ? Name(only)
        : throw new NotTakenException("its cell joins vectors otherwise than for a matrix");

    /// <summary>True for what the generator adds up in one sum: products with matrices, and sums of these.</summary>
    private bool IsSum(Element element) => !equations.IsDependent(element)
        || element is DenseElement { Function.Kind: Activation.Linear, Matrix: not null } or CombinedElement { Operation: '+' };

    private void Terms(Element element, List<Element> terms)
    {
        if (terms.Count > MostDepth)
            throw new NotTakenException("the equations of its cell are too long");
        if (element is CombinedElement { Operation: '+' } sum && equations.IsDependent(element))
        {
            foreach (IReadOnlyList<Element> operand in sum.Operands)
            {
                Element only = operand is [var one]
                    ? one
                    : throw new NotTakenException("its cell joins vectors otherwise than for a matrix");
                if (uses.GetValueOrDefault(only) <= 1 && IsSum(only) && !names.ContainsKey(only))
                    Terms(only, terms);
                else
                    terms.Add(only);
            }
        }
        else
        {
            terms.Add(element);
        }
    }

    private string SumOf(List<Element> terms)
    {
        Sum sum = new();
        List<string> others = [];
        foreach (Element term in terms)
        {
            if (term is DenseElement { Function.Kind: Activation.Linear, Matrix: { } matrix } dense && !names.ContainsKey(term))
            {
                int at = 0, columns = dense.Inputs.Sum(i => i.Width);
                foreach (Element input in dense.Inputs)
                {
                    AddProduct(sum, input, matrix, columns, at);
                    at += input.Width;
                }

                if (dense.Bias is not null)
                    sum.Bias = sum.Bias is null ? dense.Bias : [.. sum.Bias.Zip(dense.Bias, (l, r) => l + r)];
            }
            else if (!equations.IsDependent(term))
            {
                // The input itself: some of its numbers.
                float[] identity = new float[Width * Width];
                reader.Reserve(identity.Length);
                for (int i = 0; i < Width; i++)
                    identity[i * (Width + 1)] = 1;
                AddProduct(sum, term, identity, Width, 0);
            }
            else
            {
                others.Add(Name(term));
            }
        }

        List<string> parts = [];
        if (sum.Weight is not null || sum.Recurrents.Count > 0)
        {
            sums.Add(sum);
            sum.Number = sums.Count;
            if (sum.Weight is not null)
                parts.Add($"W{sum.Number} * x");
            parts.AddRange(sum.Recurrents.Select((r, i) => $"U{RecurrentNumber(sum, i)} * {Name(r.Of)}"));
            if (sum.Bias is not null)
                parts.Add($"b{sum.Number}");
        }

        parts.AddRange(others);
        return string.Join(" + ", parts);
    }

    private void AddProduct(Sum sum, Element input, float[] matrix, int columns, int at)
    {
        int own = input.Width;
        if (equations.IsDependent(input))
        {
            if (own != Width)
                throw new NotTakenException($"its cell multiplies a matrix by {input.What}, of {own} numbers beside {Width}");
            float[] square = Place(Width, 0, new float[Width * Width]);
            int place = sum.Recurrents.FindIndex(r => r.Of == input);
            if (place < 0)
                sum.Recurrents.Add((input, square));
            else
                sum.Recurrents[place] = (input, [.. sum.Recurrents[place].Matrix.Zip(square, (l, r) => l + r)]);
            return;
        }

        int start = 0;
        foreach (Element known in equations.Inputs)
        {
            if (known == input)
                break;
            start += known.Width;
        }

        if (!equations.Inputs.Contains(input))
            throw new NotTakenException($"its cell takes {input.What} in a way that is not read");
        sum.Weight = Place(inputs, start, sum.Weight ?? new float[Width * inputs]);

        float[] Place(int stride, int from, float[] to)
        {
            reader.Reserve(to.Length);
            for (int row = 0; row < Width; row++)
            {
                for (int k = 0; k < own; k++)
                    to[(row * stride) + from + k] += matrix[(row * columns) + at + k];
            }

            return to;
        }
    }

    private string Diagonal(DenseElement dense, string value)
    {
        if (dense.Affine is { } affine)
        {
            string scaled = affine.Alpha == 1 ? value : affine.Alpha == -1 ? $"-{value}" : $"{Number(affine.Alpha)} * {value}";
            return affine.Beta == 0
                ? scaled
                : affine.Alpha == -1 ? $"{Number(affine.Beta)} - {value}"
                : $"{scaled} + {Number(affine.Beta)}";
        }

        string product = dense.Diagonal!.All(d => d == 1) ? value : $"{Vector(dense.Diagonal!)} * {value}";
        return dense.Bias is { } bias ? $"{product} + {Vector(bias)}" : product;
    }

    private string Vector(float[] values)
    {
        string name = $"p{vectors.Count + 1}";
        vectors.Add((name, values));
        return name;
    }

    private string Function(MathElement math)
    {
        string[] operands = [.. math.Operands.Select(Inner)];
        return math.Name switch
        {
            "Sqrt" or "Exp" or "Log" or "Abs" or "Sin" or "Cos" or "Erf" => $"{math.Name}({operands[0]})",
            "Max" or "Min" when operands.Length == 2 => $"{math.Name}({operands[0]}, {operands[1]})",
            "Max" or "Min" when math.Numbers.Length == 1 => $"{math.Name}({operands[0]}, {Number(math.Numbers[0])})",
            "Div" when operands.Length == 2 => $"{operands[0]} / {operands[1]}",
            "Over" => $"{Number(math.Numbers[0])} / {operands[0]}",
            _ => throw new NotTakenException($"its cell has the function {math.Name}, which the language of cells has not"),
        };
    }

    private static string Call(Function function, string value) => function switch
    {
        { Kind: Activation.Linear } => value,
        { HasBeta: true } => $"{function.Kind}({value}, {Number(function.Alpha)}, {Number(function.Beta)})",
        { HasAlpha: true } => $"{function.Kind}({value}, {Number(function.Alpha)})",
        _ => $"{function.Kind}({value})",
    };

    /// <summary>A node's name in documentation: a file's author cannot leave the comment.</summary>
    private static string Comment(string text) =>
        FileText.Escape(text, 100).Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    private static string Number(double value)
    {
        string text = ((float)value).ToString("R", CultureInfo.InvariantCulture);
        return value < 0 ? $"({text})" : text;
    }
}
