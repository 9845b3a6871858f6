using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Reading;

/// <summary>
/// Reads a cell, the score of an attention, or a loss, from its C# syntax. Types are judged by name only, so the same reader serves a cell
/// of this project and the canonical text that a referenced assembly carries; that the C# is valid is the compiler's business.
/// </summary>
internal sealed class CellReader
{
    public const int MaximumOperations = 1000;

    private readonly Identifier cell;
    private readonly Dialect dialect;
    private readonly DiagnosticBag diagnostics;
    private readonly List<CellParameter> parameters = [];
    private readonly Dictionary<Identifier, double> constants = [];
    private readonly Dictionary<string, Location> names = [];
    private readonly OwnMembers? own;

    private CellReader(Identifier cell, Dialect dialect, OwnMembers? own, DiagnosticBag diagnostics)
    {
        this.cell = cell;
        this.dialect = dialect;
        this.own = own;
        this.diagnostics = diagnostics;
    }

    /// <summary>Reads a cell's declarations; null, with diagnostics, if they make no cell.</summary>
    /// <param name="name">The struct.</param>
    /// <param name="dialect">What it is: a cell, a score or a loss.</param>
    /// <param name="members">The members of all declarations of the struct.</param>
    /// <param name="own">The names of these; null for canonical text.</param>
    /// <param name="location">The location of a diagnostic for what is missing.</param>
    /// <param name="diagnostics">Receives what is wrong.</param>
    public static CellDeclaration? Read(
        Identifier name, Dialect dialect, List<MemberDeclarationSyntax> members, OwnMembers? own, Location location,
        DiagnosticBag diagnostics)
    {
        var declaration = new CellReader(name, dialect, own, diagnostics).Read(members, location);
        return diagnostics.HasErrors ? null : declaration;
    }

    /// <summary>Reads a cell from the canonical text of <c>CellEquationsAttribute</c>.</summary>
    public static CellDeclaration? Parse(Identifier name, string source, DiagnosticBag diagnostics, Dialect? dialect = null)
    {
        var unit = SyntaxFactory.ParseCompilationUnit($"readonly struct {name}\n{{\n{source}}}\n");
        return Read(
            name, dialect ?? Dialect.Cell, [.. unit.Members.OfType<TypeDeclarationSyntax>().SelectMany(p => p.Members)], own: null,
            Location.None, diagnostics);
    }

    private CellDeclaration? Read(List<MemberDeclarationSyntax> members, Location location)
    {
        foreach (var field in members.OfType<FieldDeclarationSyntax>())
            ReadField(field);

        var methods = members.OfType<MethodDeclarationSyntax>().Where(m => m.Identifier.ValueText == dialect.Method).ToList();
        if (methods.Count != 1)
        {
            diagnostics.Report(
                NoMethod, methods.Count == 0 ? location : methods[1].Identifier.GetLocation(), cell.Text,
                methods.Count == 0 ? "there is none" : "there are several");
            return null;
        }

        return ReadMethod(methods[0]);
    }

    private DiagnosticDescriptor NoMethod => NoMethodOf(dialect);

    /// <summary>The diagnostic for a struct that lacks the method of its kind.</summary>
    public static DiagnosticDescriptor NoMethodOf(Dialect dialect) => dialect.Kind switch
    {
        EquationKind.Cell => Descriptors.NoStep,
        EquationKind.Score => Descriptors.NoScore,
        _ => Descriptors.NoLossMethod,
    };

    private void ReadField(FieldDeclarationSyntax field)
    {
        string type = Names.Simple(field.Declaration.Type);
        var attributes = field.AttributeLists.SelectMany(l => l.Attributes).ToList();
        bool forget = attributes.Any(a => Names.Simple(a.Name) is "ForgetBias" or "ForgetBiasAttribute");
        var frozen = attributes.Find(a => Names.Simple(a.Name) is "Frozen" or "FrozenAttribute");
        if (frozen is not null && type is not (nameof(ParameterKind.PerUnit) or nameof(ParameterKind.Scalar)))
            diagnostics.Report(
                Descriptors.WithoutEffect, frozen.GetLocation(), "[Frozen]",
                "only a PerUnit or a Scalar is a parameter of its own; a whole layer is frozen by its Frozen = true");
        foreach (var variable in field.Declaration.Variables)
        {
            string name = variable.Identifier.ValueText;
            if (field.Modifiers.Any(SyntaxKind.ConstKeyword)
                && variable.Initializer is { Value: var value }
                && ConstantOf(value) is { } constant)
                constants[name] = constant;
            else if (Enum.TryParse(type, out ParameterKind kind)
                && dialect.Fields.Contains(kind)
                && !field.Modifiers.Any(SyntaxKind.StaticKeyword))
                parameters.Add(new CellParameter(name, kind, forget && kind == ParameterKind.Bias, frozen is not null));
            else
                diagnostics.Report(
                    Descriptors.UnknownField, variable.Identifier.GetLocation(), name, field.Declaration.Type.ToString(), dialect.Noun,
                    dialect.FieldsInWords);
            Claim(variable.Identifier);
        }
    }

    private CellDeclaration? ReadMethod(MethodDeclarationSyntax method)
    {
        var arguments = method.ParameterList.Parameters;
        string? problem =
            method.TypeParameterList is not null ? "it must not be generic"
            : arguments.Count < 2 ? "it takes too few parameters"
            : dialect.Kind == EquationKind.Score && arguments.Count > 2 ? "it takes too many parameters"
            : dialect.Kind == EquationKind.Loss && arguments.Count > LossPlan.MostOutputs + 1 ? "it takes too many parameters"
            : !dialect.ReturnsStates && arguments.Any(p => Names.Simple(p.Type) != "Hidden") ? "its parameters are not all Hidden"
            : dialect.ReturnsStates && Names.Simple(arguments[0].Type) != "Input" ? "its first parameter is not an Input"
            : arguments.Skip(1).Any(p => Names.Simple(p.Type) != "Hidden") ? "the parameters after the first are not all Hidden"
            : arguments.Any(p => p.Modifiers.Count > 0 || p.Default is not null) ? "its parameters must be plain values"
            : method.Body is null && method.ExpressionBody is null ? "it has no body"
            : null;
        if (problem is not null)
        {
            diagnostics.Report(NoMethod, method.Identifier.GetLocation(), cell.Text, problem);
            return null;
        }

        foreach (var argument in arguments)
            Claim(argument.Identifier);
        Identifier input = !dialect.ReturnsStates ? "" : arguments[0].Identifier.ValueText;
        List<Identifier> states = [.. arguments.Skip(dialect.ReturnsStates ? 1 : 0).Select(p => new Identifier(p.Identifier.ValueText))];
        var equations = new EquationReader(cell, dialect, parameters, constants, input, states, own, Claim, diagnostics);
        if (!equations.ReadBody(method))
            return null;

        if (equations.Operations > MaximumOperations)
            diagnostics.Report(Descriptors.TooManyEquations, method.Identifier.GetLocation(), cell.Text, Numeral.Count(MaximumOperations));
        var declaration = new CellDeclaration(
            cell,
            parameters.ToEquatableArray(),
            constants.Select(c => new CellConstant(c.Key, c.Value)).ToEquatableArray(),
            input,
            states.ToEquatableArray(),
            equations.Equations.ToEquatableArray(),
            equations.Results.ToEquatableArray())
        {
            Kind = dialect.Kind,
        };
        if (!diagnostics.HasErrors)
            CheckUses(declaration, equations.Uses);
        if (!diagnostics.HasErrors)
            CheckProjection(declaration);
        if (!diagnostics.HasErrors)
            (dialect.Kind switch
            {
                EquationKind.Cell => CheckEffects,
                EquationKind.Score => CheckScoreEffects,
                _ => (Action<CellDeclaration>)CheckLossEffects,
            })(declaration);
        return declaration;
    }

    /// <summary>Every parameter and every equation must be used: what nothing uses would never be trained.</summary>
    private void CheckUses(CellDeclaration declaration, Dictionary<string, List<Location>> uses)
    {
        foreach (string name in parameters.Select(p => p.Name)
            .Concat(dialect.ReturnsStates ? new[] { declaration.Input } : [])
            .Concat(declaration.Equations.Select(e => e.Name)).Select(n => n.Text))
        {
            if (!uses.ContainsKey(name))
                diagnostics.Report(Descriptors.ParameterUse, names[name], name, "is never used: remove it");
        }

        foreach (var parameter in parameters.Where(p => p.Kind is not (ParameterKind.PerUnit or ParameterKind.Scalar)))
        {
            if (uses.TryGetValue(parameter.Name.Text, out var places) && places.Count > 1)
                diagnostics.Report(
                    Descriptors.ParameterUse, places[1], parameter.Name.Text,
                    $"is used {places.Count} times: make its term a local, and use the local"
                    + (parameter.Kind == ParameterKind.Bias ? ", or make it a PerUnit" : ""));
        }
    }

    /// <summary>A score depends on both of what it compares, and on all of its parameters.</summary>
    private void CheckScoreEffects(CellDeclaration declaration)
    {
        var plan = AttentionPlan.Of(LayerEquations.ResolveScore(declaration, units: 1));
        for (int i = 0; i < parameters.Count; i++)
        {
            if (!plan.Vectors.Contains(i) && !plan.Operands.Any(o => o.Map == i))
                diagnostics.Report(
                    Descriptors.ParameterUse, names[parameters[i].Name.Text], parameters[i].Name.Text,
                    "has no effect: what it is part of is multiplied by 0");
        }

        foreach (var side in new[] { AttentionSide.Query, AttentionSide.Key })
        {
            string name = declaration.States[(int)side].Text;
            if (!plan.Operands.Any(o => o.Side == side))
                diagnostics.Report(
                    Descriptors.ParameterUse, names[name], name, "has no effect: a score depends on the query and on the key");
        }
    }

    /// <summary>A loss depends on all that it takes: an output that does not move it would not be trained.</summary>
    private void CheckLossEffects(CellDeclaration declaration)
    {
        var plan = LossPlan.Of(LayerEquations.Resolve(declaration, new CellOptions()));
        for (int i = 0; i < declaration.States.Count; i++)
        {
            string name = declaration.States[i].Text;
            if (!plan.Uses(i))
                diagnostics.Report(
                    Descriptors.ParameterUse, names[name], name, "has no effect: a loss depends on every output and on the target");
        }
    }

    /// <summary>
    /// A parameter that only a product with 0 uses has no place in a model; without biases, a product with a bias is one.
    /// </summary>
    private void CheckEffects(CellDeclaration declaration)
    {
        var resolved = LayerEquations.Resolve(declaration, new CellOptions());
        var withBiases = CellGraph.ParametersOf(resolved, bias: true);
        var withoutBiases = CellGraph.ParametersOf(resolved, bias: false);
        for (int i = 0; i < parameters.Count; i++)
        {
            if (!withBiases.Contains(i))
                diagnostics.Report(
                    Descriptors.ParameterUse, names[parameters[i].Name.Text], parameters[i].Name.Text,
                    "has no effect: what it is part of is multiplied by 0");
            else if (!withoutBiases.Contains(i) && parameters[i].Kind != ParameterKind.Bias)
                diagnostics.Report(
                    Descriptors.ParameterUse, names[parameters[i].Name.Text], parameters[i].Name.Text,
                    "has no effect in a layer without biases: make the Bias that it is multiplied by a PerUnit");
        }
    }

    /// <summary>A projection's product is the first state and nothing else, and only matrices see a state of another size.</summary>
    private void CheckProjection(CellDeclaration declaration)
    {
        if (declaration.Projection is not { } index)
            return;
        string name = parameters[index].Name.Text;
        if (parameters.Where((p, i) => p.Kind == ParameterKind.Projection && i != index).FirstOrDefault() is { } second)
            diagnostics.Report(
                Descriptors.ParameterUse, names[second.Name.Text], second.Name.Text, "is a second Projection: a cell has one");
        else if (!IsProjected(declaration.Results[0]))
            diagnostics.Report(
                Descriptors.ParameterUse, names[name], name,
                "is a Projection: its product must be the first state, as it is or through functions");
        else if (declaration.Equations.Select(e => e.Value)
            .Concat(declaration.Results)
            .SelectMany(Uses)
            .Any(r => r.Name == declaration.States[0]))
            diagnostics.Report(
                Descriptors.ParameterUse, names[name], name,
                $"is a Projection, so '{declaration.States[0].Text}' has another size: only a Recurrent can be multiplied by it");

        bool IsProjected(Expression expression) => expression switch
        {
            Binary { Operator: '*', Left: Reference matrix } => matrix.Name == name,
            Call call => Language.Find(call.Function)!.Vectors == 1 && IsProjected(call.Arguments[0]),
            _ => false,
        };

        // Every name but those of states that matrices are multiplied by.
        IEnumerable<Reference> Uses(Expression expression) => expression switch
        {
            Binary { Operator: '*', Left: Reference matrix, Right: Reference or Call { Function: Language.Delay } } when parameters.Any(
                p => p.Name == matrix.Name && p.Kind == ParameterKind.Recurrent) => [],
            Binary binary => Uses(binary.Left).Concat(Uses(binary.Right)),
            Negation negation => Uses(negation.Operand),
            Call call => call.Arguments.SelectMany(Uses),
            Reference reference => [reference],
            _ => [],
        };
    }

    private void Claim(SyntaxToken identifier)
    {
        if (names.ContainsKey(identifier.ValueText))
            diagnostics.Report(Descriptors.DuplicateName, identifier.GetLocation(), identifier.ValueText, dialect.Noun, cell.Text);
        else
            names.Add(identifier.ValueText, identifier.GetLocation());
    }

    private static double? ConstantOf(ExpressionSyntax value) => value switch
    {
        LiteralExpressionSyntax literal => Names.NumberOf(literal),
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression, Operand: LiteralExpressionSyntax literal } =>
            -Names.NumberOf(literal),
        _ => null,
    };
}
