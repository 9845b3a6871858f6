using System.Globalization;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Reading;

/// <summary>Reads what an [Rnn] attribute says about its cell, and puts it into the cell's equations.</summary>
internal sealed class LayerReader
{
    private readonly AttributeReader attribute;
    private readonly CellDeclaration cell;
    private readonly DiagnosticBag diagnostics;

    private LayerReader(AttributeReader attribute, CellDeclaration cell, DiagnosticBag diagnostics)
    {
        this.attribute = attribute;
        this.cell = cell;
        this.diagnostics = diagnostics;
    }

    /// <param name="attribute">The [Rnn].</param>
    /// <param name="cell">Its cell as it was declared.</param>
    /// <param name="hidden">Units.</param>
    /// <param name="diagnostics">Receives what is wrong.</param>
    /// <param name="hasInput">True if the layer has an input at each step.</param>
    public static (CellDeclaration Cell, CellOptions Options) Read(
        AttributeReader attribute, CellDeclaration cell, int hidden, DiagnosticBag diagnostics, bool hasInput)
    {
        var options = new LayerReader(attribute, cell, diagnostics).ReadOptions(hidden) with { HasInput = hasInput };
        var resolved = LayerEquations.Resolve(cell, options);
        var used = CellGraph.ParametersOf(resolved, options.Bias);
        var unused =
            resolved.Parameters.Where((p, i) => !used.Contains(i) && (options.Bias || p.Kind != ParameterKind.Bias)).FirstOrDefault();
        if (unused is not null)
            diagnostics.Report(
                Descriptors.WithoutEffect, attribute.Location, $"'{unused.Name.Text}'",
                $"this layer multiplies it by 0{(hasInput ? "" : ", or by what it goes without")}");
        if (options.RecurrentDropout > 0 && resolved.Noises.All(n => n.Kind != NoiseKind.Dropout))
            diagnostics.Report(
                Descriptors.WithoutEffect, attribute.LocationOf("RecurrentDropout"), "RecurrentDropout",
                $"no Recurrent of '{cell.Name.Text}' is multiplied by a state");
        return (resolved, options);
    }

    /// <summary>An activation and its numbers: [Rnn]'s three, a dense layer's, or an [Activation].</summary>
    /// <param name="attribute">The attribute that declares it.</param>
    /// <param name="kind">The function, which may be no member of the enumeration.</param>
    /// <param name="prefix">The beginning of the names of its numbers' arguments: <c>Gate</c> for GateAlpha and GateBeta.</param>
    /// <param name="diagnostics">Receives what is wrong.</param>
    public static ActivationFunction ReadActivation(
        AttributeReader attribute, ActivationKind kind, string prefix, DiagnosticBag diagnostics)
    {
        if (!Enum.IsDefined(typeof(ActivationKind), kind))
            return ActivationFunction.Of(ActivationKind.Linear);
        var function = ActivationFunction.Of(kind);
        string[] numbers = [$"{prefix}Alpha", $"{prefix}Beta"];
        for (int i = ActivationFunction.NumbersOf(kind); i < numbers.Length; i++)
        {
            if (attribute.Has(numbers[i]))
                diagnostics.Report(
                    Descriptors.WithoutEffect, attribute.LocationOf(numbers[i]), numbers[i],
                    $"{kind} has {(i == 0 ? "no numbers" : "no beta")}");
        }

        return function with
        {
            Alpha = attribute.Real(numbers[0], function.Alpha, "a finite number", IsFinite),
            Beta = attribute.Real(numbers[1], function.Beta, "a finite number", IsFinite),
        };
    }

    private CellOptions ReadOptions(int hidden)
    {
        var options = new CellOptions
        {
            Bias = attribute.Flag("Bias", true),
            Activation = ReadActivation("Activation", "Activation", ActivationKind.Tanh),
            GateActivation = ReadActivation("GateActivation", "Gate", ActivationKind.Sigmoid),
            OutputActivation = ReadActivation("OutputActivation", "Output", ActivationKind.Tanh),
            Clip = attribute.Has("Clip") ? attribute.Real("Clip", 1, "a number above 0", v => v > 0 && IsFinite(v)) : null,
            Projection = cell.Projection is null ? 0 : attribute.Number("Projection", 1, "Projection", hidden),
            RecurrentDropout = attribute.Real("RecurrentDropout", 0, "0 or more and less than 1", v => v >= 0 && v < 1),
            Zoneout = attribute.Real("Zoneout", 0, "0 or more and less than 1", v => v >= 0 && v < 1),
            Constants = ReadConstants(attribute, cell, diagnostics).ToEquatableArray(),
        };
        if (cell.Projection is { } projection && !attribute.Has("Projection"))
            diagnostics.Report(Descriptors.NoProjection, attribute.Location, cell.Name.Text, cell.Parameters[projection].Name.Text);
        if (cell.Projection is null && attribute.Has("Projection"))
            diagnostics.Report(
                Descriptors.WithoutEffect, attribute.LocationOf("Projection"), "Projection",
                $"'{cell.Name.Text}' has no field of this type");
        if (options.Clip is not null && !Uses("Activation") && !Uses("GateActivation"))
            diagnostics.Report(
                Descriptors.WithoutEffect, attribute.LocationOf("Clip"), "Clip",
                $"the equations of '{cell.Name.Text}' use neither Activation nor GateActivation");
        return options;
    }

    private ActivationFunction ReadActivation(string function, string prefix, ActivationKind otherwise)
    {
        var written = new[] { function, $"{prefix}Alpha", $"{prefix}Beta" }.Where(attribute.Has).ToList();
        if (written.Count > 0 && Uses(function))
            return ReadActivation(attribute, attribute.Choice(function, otherwise), prefix, diagnostics);
        foreach (string name in written)
            diagnostics.Report(
                Descriptors.WithoutEffect, attribute.LocationOf(name), name, $"the equations of '{cell.Name.Text}' do not use {function}");
        return ActivationFunction.Of(otherwise);
    }

    private bool Uses(string function) =>
        cell.Equations.Select(e => e.Value).Concat(cell.Results)
            .SelectMany(e => e.Subexpressions()).OfType<Call>().Any(c => c.Function == function);

    /// <summary>"alpha = 0.95, beta = 2": each of them a constant of the cell, once, and a number.</summary>
    /// <param name="attribute">The attribute that has them.</param>
    /// <param name="cell">The cell, or the loss, whose constants they are.</param>
    /// <param name="diagnostics">Receives what is wrong.</param>
    public static List<CellConstant> ReadConstants(AttributeReader attribute, CellDeclaration cell, DiagnosticBag diagnostics)
    {
        var constants = new List<CellConstant>();
        foreach (string item in (attribute.Words("Constants") ?? "").Split(',').Where(i => i.Trim().Length > 0))
        {
            string[] sides = item.Split('=');
            string name = sides[0].Trim();
            double value = 0;
            string? problem =
                sides.Length != 2
                    || !double.TryParse(sides[1].Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out value)
                    || !IsFinite(value) ? "is not of the form 'name = number'"
                : cell.Constants.All(c => c.Name != name) ? $"names no constant of '{cell.Name.Text}'"
                : constants.Any(c => c.Name == name) ? "gives a second value to the same constant"
                : null;
            constants.Add(new(name, value));
            if (problem is null
                && LayerEquations.DelaysOf(cell)
                    .Any(d => !EquationReader.IsDelay(LayerEquations.ValueOf(
                        d.Steps, LayerEquations.ConstantsOf(cell, new CellOptions { Constants = constants.ToEquatableArray() })))))
                problem = $"makes Delay look back a number of steps that is not 1 to {Language.LongestDelay}";
            if (problem is null)
                continue;
            diagnostics.Report(Descriptors.BadConstants, attribute.LocationOf("Constants"), item.Trim(), problem);
            constants.RemoveAt(constants.Count - 1);
        }

        return constants;
    }

    private static bool IsFinite(double value) => !double.IsNaN(value) && !double.IsInfinity(value);
}
