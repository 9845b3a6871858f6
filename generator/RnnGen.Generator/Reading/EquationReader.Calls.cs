using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Reading;

/// <summary>
/// Reads calls as C# binds them. A name alone means a local, or else a member of the struct: one that it declares, or one of those that the
/// generator adds, which are the language's functions. So whatever is qualified is never the language's, and a function of the struct's own
/// is inlined.
/// </summary>
internal sealed partial class EquationReader
{
    /// <summary>The argument that a parameter of an inlined function stands for.</summary>
    private sealed record Argument(Expression Value, Shape Shape, Location Location)
    {
        /// <summary>True if the next use is one more than the call itself.</summary>
        public bool IsCounted { get; set; }
    }

    // The functions that are being inlined, and the parameters of the innermost.
    private readonly List<MethodDeclarationSyntax> inlined = [];
    private Dictionary<string, Argument>? arguments;

    private (Expression, Shape) ReadCall(InvocationExpressionSyntax call)
    {
        if (call.Expression is not IdentifierNameSyntax { Identifier.ValueText: var name })
        {
            return Broken(
                call.Expression,
                call.Expression is MemberAccessExpressionSyntax { Name: IdentifierNameSyntax member }
                    && dialect.Find(member.Identifier.ValueText) is not null
                    ? $"write the name alone: {member}(…)"
                    : "its functions are " + functions);
        }

        if (own is not null && IsVariable(name))
            return Broken(call.Expression, $"here '{name}' is no function");
        if (own?.Contains(name) == true)
            return ReadOwn(call, name);
        return dialect.Find(name) is { } function
            ? ReadFunction(call, function)
            : Broken(call.Expression, "its functions are " + functions);
    }

    private bool IsVariable(string name) =>
        arguments is not null
            ? arguments.ContainsKey(name)
            : locals.ContainsKey(name) || numbers.ContainsKey(name) || name == input || states.Contains(name);

    private (Expression, Shape) ReadFunction(InvocationExpressionSyntax call, LanguageFunction function)
    {
        string takes = $"{function.Name} takes {function.Takes}";
        var syntax = call.ArgumentList.Arguments;
        if (syntax.Count != function.Arguments || syntax.Any(a => a.NameColon is not null))
            return Broken(call, takes);
        var read = syntax.Select(a => Read(a.Expression)).ToList();
        if (read.Any(r => r.Shape == Shape.Broken))
            return (new Number(0), Shape.Broken);
        for (int i = 0; i < read.Count; i++)
        {
            // A number may stand for a vector of them beside another vector.
            bool fits = i >= function.Vectors ? read[i].Shape == Shape.Scalar
                : IsVector(read[i].Shape) || (read[i].Shape == Shape.Scalar && read.Take(function.Vectors).Any(r => IsVector(r.Shape)));
            if (fits && function.Name == Language.Delay)
                fits = i == 0 ? IsDelayed(read[0].Value) : IsDelay(LayerEquations.ValueOf(read[i].Value, constants));
            if (!fits)
                return Broken(syntax[i].Expression, takes);
        }

        bool isInput = function.Name == Language.Delay && read[0].Shape == Shape.Input;
        return (new Call(function.Name, read.Select(r => r.Value).ToEquatableArray()), isInput ? Shape.Input : Shape.Hidden);
    }

    /// <summary>
    /// Inlines a function of the struct: an argument that is more than a name or a number gets a name, so that it is computed once.
    /// </summary>
    private (Expression, Shape) ReadOwn(InvocationExpressionSyntax call, string name)
    {
        var syntax = call.ArgumentList.Arguments;
        if (own!.FindFunction(name, syntax.Count, out string problem) is not { } function)
            return Broken(call.Expression, problem);
        if (inlined.Contains(function))
            return Broken(call.Expression, $"'{name}' calls itself");
        if (syntax.Any(a => a.NameColon is not null || a.RefKindKeyword != default))
            return Broken(call, $"{name} takes its arguments in their order");

        var bound = new Dictionary<string, Argument>();
        foreach (var (argument, parameter) in syntax.Zip(function.ParameterList.Parameters, (a, p) => (a.Expression, p)))
        {
            var (value, shape) = Read(argument);
            if (shape == Shape.Broken)
                return (new Number(0), Shape.Broken);
            if (!Fits(value, shape, Names.Simple(parameter.Type)))
                return Broken(argument, $"{name} takes a {parameter.Type} here");
            if (!function.ExpressionBody!.DescendantTokens().Any(t => t.ValueText == parameter.Identifier.ValueText))
                diagnostics.Report(
                    Descriptors.ParameterUse, parameter.Identifier.GetLocation(), parameter.Identifier.ValueText,
                    "is never used: remove it");
            bound[parameter.Identifier.ValueText] = Bind(value, shape, parameter, argument.GetLocation());
        }

        var outside = arguments;
        arguments = bound;
        inlined.Add(function);
        var result = Read(function.ExpressionBody!.Expression);
        inlined.RemoveAt(inlined.Count - 1);
        arguments = outside;
        bool returnsVector = Names.Simple(function.ReturnType) == "Hidden";
        return result.Shape is Shape.Broken or Shape.Scalar || (returnsVector && result.Shape == Shape.Hidden) ? result
            : returnsVector && result.Shape == Shape.Input ? (result.Value, Shape.Hidden)
            : Broken(function.ExpressionBody.Expression, $"{name} returns a {function.ReturnType}");
    }

    private Argument Bind(Expression value, Shape shape, ParameterSyntax parameter, Location location)
    {
        // What C# converts to a Hidden is one from here on: no matrix is multiplied by it as by the input.
        shape = shape == Shape.Input && Names.Simple(parameter.Type) == "Hidden" ? Shape.Hidden : shape;
        if (shape != Shape.Hidden || value is Reference or Number)
            return new(value, shape, location);
        string name = parameter.Identifier.ValueText;
        for (int i = 2; !taken.Add(name); i++)
            name = $"{parameter.Identifier.ValueText}{i}";
        locals[name] = Shape.Hidden;
        Equations.Add(new Equation(name, value));
        return new(new Reference(name), Shape.Hidden, location) { IsCounted = true };
    }

    /// <summary>True if C# converts an argument to the type of a parameter.</summary>
    private bool Fits(Expression value, Shape shape, string type) => type switch
    {
        "Hidden" => IsVector(shape) || shape == Shape.Scalar,
        "double" or "int" => shape == Shape.Scalar,
        "Input" => shape == Shape.Input,
        _ => value is Reference reference && parameters.Any(p => p.Name == reference.Name && $"{p.Kind}" == type),
    };

    /// <summary>A name inside an inlined function: one of its parameters, or a constant.</summary>
    private (Expression, Shape)? ReadArgument(string name)
    {
        if (arguments is null || !arguments.TryGetValue(name, out var argument))
            return null;
        if (argument is { IsCounted: true, Value: Reference reference })
            Use(reference.Name.Text, argument.Location);
        argument.IsCounted = true;
        return (argument.Value, argument.Shape);
    }

    /// <summary>Reads the first argument of Delay: the input, or a state.</summary>
    private bool IsDelayed(Expression expression) =>
        IsState(expression) || (expression is Reference reference && input.Text.Length > 0 && reference.Name == input);

    /// <summary>True if Delay can look so many steps back.</summary>
    public static bool IsDelay(double steps) => steps >= 1 && steps <= Language.LongestDelay && steps == Math.Floor(steps);
}
