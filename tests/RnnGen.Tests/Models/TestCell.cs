using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnGen.Generated;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Reading;
using RnnGen.Generator.Support;

namespace RnnGen.Tests.Models;

/// <summary>A cell and how its fields stack up in PyTorch's tensors: said here once more, by hand.</summary>
/// <param name="Name">The type.</param>
/// <param name="Fields">By tensor, the field of each gate; "" for none.</param>
/// <param name="Source">The declaration, for a cell that tests declare.</param>
internal sealed record TestCell(string Name, Dictionary<string, string[]> Fields, string? Source = null)
{
    public static readonly TestCell SimpleRnn = new("SimpleRnn", Gates(["W"], ["U"], ["b"], [""]));

    public static readonly TestCell Lstm =
        new("Lstm", Gates(["Wi", "Wf", "Wg", "Wo"], ["Ui", "Uf", "Ug", "Uo"], ["bi", "bf", "bg", "bo"], ["", "", "", ""]));

    public static readonly TestCell Gru = new("Gru", Gates(["Wr", "Wz", "Wn"], ["Ur", "Uz", "Un"], ["br", "bz", "bn"], ["", "", "un"]));

    public static readonly TestCell GruResetBefore =
        new("GruResetBefore", Gates(["Wr", "Wz", "Wn"], ["Ur", "Uz", "Un"], ["br", "bz", "bn"], ["", "", ""]));

    /// <summary>PyTorch's LSTM with both of its biases, as its optimisers move them.</summary>
    public static readonly TestCell TwoBiasLstm = new(
        "TwoBiasLstm",
        Gates(["Wi", "Wf", "Wg", "Wo"], ["Ui", "Uf", "Ug", "Uo"], ["bi", "bf", "bg", "bo"], ["ci", "cf", "cg", "co"]),
        """
        [RnnCell]
        public readonly partial struct TwoBiasLstm
        {
            readonly Weight Wi, Wf, Wg, Wo;
            readonly Recurrent Ui, Uf, Ug, Uo;
            readonly Bias bi, bf, bg, bo, ci, cf, cg, co;

            public (Hidden h, Hidden c) Step(Input x, Hidden h, Hidden c)
            {
                var i = Sigmoid(Wi * x + bi + (Ui * h + ci));
                var f = Sigmoid(Wf * x + bf + (Uf * h + cf));
                var g = Tanh(Wg * x + bg + (Ug * h + cg));
                var o = Sigmoid(Wo * x + bo + (Uo * h + co));
                var next = f * c + i * g;
                return (o * Tanh(next), next);
            }
        }

        """);

    public static readonly TestCell PeepholeLstm =
        new("PeepholeLstm", new(Lstm.Fields) { ["Pi"] = ["Pi"], ["Pf"] = ["Pf"], ["Po"] = ["Po"] });

    public static readonly TestCell CoupledLstm =
        new("CoupledLstm", Gates(["Wi", "Wg", "Wo"], ["Ui", "Ug", "Uo"], ["bi", "bg", "bo"], ["", "", ""]));

    public static readonly TestCell CoupledPeepholeLstm =
        new("CoupledPeepholeLstm", new(CoupledLstm.Fields) { ["Pi"] = ["Pi"], ["Po"] = ["Po"] });

    public static readonly TestCell GruTakeNew = Gru with { Name = "GruTakeNew" };

    public static readonly TestCell GruResetBeforeTakeNew = GruResetBefore with { Name = "GruResetBeforeTakeNew" };

    public static readonly TestCell Mgu = new("Mgu", Gates(["Wf", "Wn"], ["Uf", "Un"], ["bf", "bn"], ["", ""]));

    public static readonly TestCell IndRnn =
        new("IndRnn", new() { ["weight_ih"] = ["W"], ["bias_ih"] = ["b"], ["bias_hh"] = [""], ["u"] = ["u"] });

    /// <summary>
    /// Everything the language has at once: five sums on one operand, three stages, a product of a gated vector in the second and third, a
    /// division, Exp and Relu, a state that nothing multiplies, a sum that is used twice, and one that no input feeds.
    /// </summary>
    public static readonly TestCell Kitchen = new(
        "Kitchen",
        new(Gates(
            ["Wa", "Wb", "Wc", "Wd", "We"], ["Ua", "Ub", "Uc", "Ud", "Ue"], ["ba", "bb", "", "", ""],
            ["", "", "", "", "be"]))
        { ["p"] = ["p"] },
        """
        [RnnCell]
        public readonly partial struct Kitchen
        {
            readonly Weight Wa, Wb, Wc, Wd, We;
            readonly Recurrent Ua, Ub, Uc, Ud, Ue;
            readonly Bias ba, bb, be;
            readonly PerUnit p;
            const double Half = 0.5;

            public (Hidden, Hidden, Hidden) Step(Input x, Hidden h, Hidden c, Hidden s)
            {
                var a = Sigmoid(Wa * x + Ua * h + ba);
                var both = Wb * x + Ub * c + bb;
                var b = Tanh(both) / (2 + Relu(both + 9) + Relu(both - 9) + Exp(-(p * c)));
                var d = Tanh(Wc * x - Uc * (a * h) + s * Half);
                var e = Sigmoid(Wd * x + Ud * (b * d - h));
                var f = We * x + e * (Ue * h + be);
                return (e * d + (1 - e) * Tanh(f), 0.9 * c + 0.1 * both, (s + d) / 2);
            }
        }

        """);

    public static readonly TestCell LeakyRnn = SimpleRnn with { Name = "LeakyRnn" };

    public static readonly TestCell LearnedLeakyRnn = new("LearnedLeakyRnn", new(SimpleRnn.Fields) { ["a"] = ["a"] });

    public static readonly TestCell SkipRnn = new("SkipRnn", Each("W", "U", "Ud", "b"));

    public static readonly TestCell DelayedRnn = new("DelayedRnn", Gates(["W"], ["Ud"], ["b"], [""]));

    /// <summary>
    /// Every function of the language, some of them where they are kept, some where they are computed again; two states that are looked
    /// back to.
    /// </summary>
    public static readonly TestCell Pantry = new(
        "Pantry",
        new(Gates(["Wa", "Wb", "Wc"], ["Ua", "Ub", "Uc"], ["ba", "bb", ""], ["", "", ""])) { ["p"] = ["p"] },
        """
        [RnnCell]
        public readonly partial struct Pantry
        {
            readonly Weight Wa, Wb, Wc;
            readonly Recurrent Ua, Ub, Uc;
            readonly Bias ba, bb;
            readonly PerUnit p;
            const double slope = 0.3, bound = 1.5;
            const int back = 3;

            public (Hidden, Hidden) Step(Input x, Hidden h, Hidden c)
            {
                double keep = 1 - slope;
                var a = Wa * x + Ua * h + ba;
                var s = LeakyRelu(a, slope) + ThresholdedRelu(a, keep * 0.5) - Elu(Affine(a, -2, 0.1), 1.5);
                var b = Wb * x + Ub * Softplus(Delay(h, back)) + bb;
                var g = HardSigmoid(b, 0.25, 0.45) * Softsign(c) + Clip(s, bound) * GateActivation(b);
                var m = Max(g, Tanh(a)) - Min(p * Delay(c, 2), 0.25);
                return (keep * Softsign(m + Wc * x) + ScaledTanh(Uc * m, 1.2, 0.7) + OutputActivation(Delay(c, 4)), Softplus(m) - Activation(b));
            }
        }

        """);

    public static readonly TestCell ProjectedLstm = new("ProjectedLstm", new(Lstm.Fields) { ["weight_hr"] = ["P"] });

    public static readonly TestCell JordanRnn = new("JordanRnn", new(Gates(["W"], ["V"], ["b"], [""])) { ["weight_hr"] = ["P"] });

    public static readonly TestCell LayerNormLstm = new(
        "LayerNormLstm",
        Each(
            "pi", "pf", "pg", "po", "qi", "qf", "qg", "qo", "pc", "bc", "bi", "bf", "bg",
            "bo").Concat(Gates(Lstm.Fields["weight_ih"], Lstm.Fields["weight_hh"], [], [])).ToDictionary(f => f.Key, f => f.Value));

    /// <summary>Normalised vectors as a matrix's operand, as a state, one behind the other, and beside what they were made of.</summary>
    public static readonly TestCell Norms = new(
        "Norms",
        Each("W", "U", "V", "p"),
        """
        [RnnCell]
        public readonly partial struct Norms
        {
            readonly Weight W;
            readonly Recurrent U, V;
            readonly PerUnit p;

            public (Hidden, Hidden) Step(Input x, Hidden h, Hidden c)
            {
                var a = W * x + U * h;
                var n = Normalize(a);
                var m = Normalize(p * n + c + 0.1 * a);
                return (Tanh(V * n + m * n), m);
            }
        }

        """);

    /// <summary>Two sums without names, each of which the other's gradient needs.</summary>
    public static readonly TestCell Unnamed = new(
        "Unnamed",
        Gates(["Wa", "Wb"], ["Ua", "Ub"], ["ba", "bb"], ["", ""]),
        """
        [RnnCell]
        public readonly partial struct Unnamed
        {
            readonly Weight Wa, Wb;
            readonly Recurrent Ua, Ub;
            readonly Bias ba, bb;

            public (Hidden, Hidden) Step(Input x, Hidden h, Hidden c) => ((Wa * x + Ua * h + ba) * (Wb * x + Ub * c + bb), h);
        }

        """);

    /// <summary>
    /// A number that all units share, vectors on either side of every operator, and inputs of earlier steps before matrices.
    /// </summary>
    public static readonly TestCell Pasts = new(
        "Pasts",
        Each("A", "B", "U", "b", "c", "s", "t", "p", "q"),
        """
        [RnnCell]
        public readonly partial struct Pasts
        {
            readonly Weight A, B;
            readonly Recurrent U;
            readonly Bias b, c;
            readonly Scalar s, t;
            readonly PerUnit p, q;
            const int far = 3;

            public Hidden Step(Input x, Hidden h)
            {
                var a = Tanh(A * Delay(x, far) + s * (B * x) + U * Delay(h, 2) + b);
                var mixed = (1 - p) * a + p * q / (2 + s * s) - (p - q) * s;
                return mixed + (2 - t) * h / 4 + -p / 8 + -s * (0.5 - c) + (s + t) * 0.25;
            }
        }

        """);

    /// <summary>The input itself beside a gate, and inside of a sum.</summary>
    public static readonly TestCell Highway = new(
        "Highway",
        Each("W", "V", "U", "b", "d", "s"),
        """
        [RnnCell]
        public readonly partial struct Highway
        {
            readonly Weight W, V;
            readonly Recurrent U;
            readonly Bias b, d;
            readonly Scalar s;

            public Hidden Step(Input x, Hidden h)
            {
                var gate = Sigmoid(W * x + U * h + b);
                var n = Tanh(V * x + d + x * s);
                return gate * n + (1 - gate) * x;
            }
        }

        """);

    /// <summary>A simple recurrent unit (Lei et al. 2018): no matrix multiplies a state.</summary>
    public static readonly TestCell Sru = new(
        "Sru",
        new()
        {
            ["weight_ih"] = ["W", "Wf", "Wr"],
            ["bias_ih"] = ["", "bf", "br"],
            ["bias_hh"] = ["", "", ""],
            ["vf"] = ["vf"],
            ["vr"] = ["vr"]
        });

    /// <summary>No matrix at all, and the input of two steps before.</summary>
    public static readonly TestCell Integrator = new(
        "Integrator",
        Each("a", "s"),
        """
        [RnnCell]
        public readonly partial struct Integrator
        {
            readonly PerUnit a;
            readonly Scalar s;

            public Hidden Step(Input x, Hidden h)
            {
                var keep = Sigmoid(a);
                return keep * h + (1 - keep) * Tanh(s * x + Delay(x, 2) * Delay(x, 1));
            }
        }

        """);

    /// <summary>The input in one sum with a matrix's product, once, and with a bias alone.</summary>
    public static readonly TestCell Residual = new(
        "Residual",
        Each("W", "U", "V", "b", "c"),
        """
        [RnnCell]
        public readonly partial struct Residual
        {
            readonly Weight W;
            readonly Recurrent U, V;
            readonly Bias b, c;

            public Hidden Step(Input x, Hidden h) => Tanh(W * x + U * h + b + x) + V * (c * h);
        }

        """);

    /// <summary>The struct's own functions, one of them under a name of the language.</summary>
    public static readonly TestCell Helped = new(
        "Helped",
        Gates(["W", "V"], ["U", "R"], ["b", ""], ["", ""]),
        """
        [RnnCell]
        public readonly partial struct Helped
        {
            readonly Weight W, V;
            readonly Recurrent U, R;
            readonly Bias b;
            const double slope = 0.7;

            static Hidden Swish(Hidden v) => v * Sigmoid(slope * v);

            static Hidden Sum(Weight m, Input input, Recurrent n, Hidden state) => m * input + n * state;

            static Hidden Softsign(Hidden v) => Blend(Swish(v), Tanh(v + v), 0.25);

            static Hidden Blend(Hidden a, Hidden b, double share) => share * a + (1 - share) * b;

            public Hidden Step(Input x, Hidden h)
            {
                var v = Sum(W, x, U, h) + b;
                return Softsign(Sum(V, x, R, h)) - Swish(v) * 0.5 + 0.25 * h;
            }
        }

        """);

    /// <summary>Cells whose inputs have as many numbers as they have units.</summary>
    public static IEnumerable<TestCell> Square => [Highway, Sru, Integrator, Residual];

    public static IEnumerable<TestCell> All =>
        [
            LayerNormLstm, Norms, LeakyRnn, LearnedLeakyRnn, SkipRnn, DelayedRnn, Pantry, SimpleRnn, Lstm, Gru, GruResetBefore,
            PeepholeLstm, CoupledLstm, CoupledPeepholeLstm, GruTakeNew, GruResetBeforeTakeNew, Mgu, IndRnn, TwoBiasLstm, Kitchen, Unnamed,
            Pasts, Helped, .. RandomCells.All
        ];

    public static string Sources => string.Concat(All.Concat(Square).Select(c => c.Source)) + TestLoss.Source;

    public CellDeclaration Declaration
    {
        get
        {
            var diagnostics = new DiagnosticBag();
            var declaration = Source is null
                ? CellReader.Parse(
                    Name, typeof(Lstm).Assembly.GetType($"RnnGen.{Name}")!.GetCustomAttribute<CellEquationsAttribute>()!.Source,
                    diagnostics)
                : Read(Source, diagnostics);
            return declaration ?? throw new InvalidOperationException(string.Join("\n", diagnostics.ToEquatableArray()));
        }
    }

    private CellDeclaration? Read(string source, DiagnosticBag diagnostics)
    {
        var members = ((StructDeclarationSyntax)SyntaxFactory.ParseCompilationUnit(source).Members.Single()).Members.ToList();
        return CellReader.Read(Name, Dialect.Cell, members, new OwnMembers(Name, members), Location.None, diagnostics);
    }

    /// <summary>Every field a tensor of its own.</summary>
    public static Dictionary<string, string[]> Each(params string[] names) => names.ToDictionary(n => n, n => new[] { n });

    private static Dictionary<string, string[]> Gates(string[] weights, string[] recurrents, string[] biases, string[] hiddenBiases) =>
        new()
        {
            ["weight_ih"] = weights,
            ["weight_hh"] = recurrents,
            ["bias_ih"] = biases,
            ["bias_hh"] = hiddenBiases,
        };
}
