using RnnGen.Generator.Equations;
using RnnGen.Generator.Reading;

namespace RnnGen.Generator.Scheduling;

/// <summary>A whole model with every size and offset known: what the writers write.</summary>
internal sealed class ModelLayout
{
    private ModelLayout(ModelDeclaration declaration) => Declaration = declaration;

    public ModelDeclaration Declaration { get; }

    public List<LayerLayout> Layers { get; } = [];

    public DenseLayout? Dense { get; private set; }

    /// <summary>Elements of the parameter buffer, padding included.</summary>
    public int WeightCount { get; private set; }

    public string Real => Declaration.IsDouble ? "double" : "float";

    public bool IsSymbolic => Declaration.Source.Kind != SourceKind.Input;

    public int EmbeddingRow => Layout.Pad(Declaration.Source.Width);

    public int OutputSize => Dense?.Size ?? Layers[Layers.Count - 1].OutputSize;

    public int OutputPadded => Dense?.Padded ?? Layers[Layers.Count - 1].Padded;

    public int StatePadded => Layers.Sum(l => l.Padded * l.States);

    public int StateSize => Layers.Sum(l => Enumerable.Range(0, l.States).Sum(l.StateWidth));

    public static ModelLayout Of(ModelDeclaration declaration)
    {
        var model = new ModelLayout(declaration);
        int offset = declaration.Source.Kind == SourceKind.Embedding ? declaration.Source.Symbols * model.EmbeddingRow : 0;
        int width = declaration.Source.Width;
        int state = 0;
        var plans = new Dictionary<(CellDeclaration, bool, int), CellPlan>();
        for (int module = 0; module < declaration.Layers.Count; module++)
        {
            var layer = declaration.Layers[module];
            var key = (layer.Cell, layer.Bias, layer.Options.Projection);
            if (!plans.TryGetValue(key, out var plan))
                plans[key] = plan = CellScheduler.Schedule(CellGraph.Build(layer.Cell, layer.Bias));
            for (int level = 0; level < layer.Depth; level++)
            {
                var layout = new LayerLayout
                {
                    Number = model.Layers.Count + 1,
                    Path = (declaration.Layers.Count == 1 ? "rnn" : $"rnn{module + 1}", level),
                    Declaration = layer,
                    Plan = plan,
                    Kernel = model.KernelName(plan, layer),
                    InputSize = width,
                    FirstState = state,
                    FirstParameter = offset,
                };
                layout.PlaceParameters();
                model.Layers.Add(layout);
                offset = layout.EndParameter;
                state += layout.Padded * layout.States;
                width = layout.OutputSize;
            }
        }

        if (declaration.Dense is { } dense)
        {
            model.Dense = new DenseLayout(width, dense.Size, dense.Activation, offset);
            offset = model.Dense.EndParameter;
        }

        model.WeightCount = offset;
        return model;
    }

    /// <summary>The parameters that are trained, without padding.</summary>
    public long ParameterCount =>
        (Declaration.Source.Kind == SourceKind.Embedding ? (long)Declaration.Source.Symbols * Declaration.Source.Width : 0)
        + Layers.Sum(l => Enumerable.Range(0, l.Cell.Parameters.Count).Where(p => l.Declaration.Bias || l.Cell.Parameters[p].Kind != ParameterKind.Bias).Select(l.ShapeOf).Sum(s => (long)s.Rows * s.Columns))
        + (Dense is { } dense ? (long)dense.Size * (dense.InputSize + 1) : 0);

    /// <summary>Floating-point operations of the matrix products of a step: 2 for a multiplication and an addition. One-hot inputs need none.</summary>
    public long FlopPerStep =>
        Layers.Sum(l => l.Plan.Groups.Where(g => !(IsOneHot(l) && g.Operand is null)).Sum(g => 2L * l.Hidden * l.DepthOf(g) * g.Columns))
        + (Dense is { } dense ? 2L * dense.Size * dense.InputSize : 0);

    /// <summary>One layer for each pair of kernels.</summary>
    public IEnumerable<LayerLayout> Kernels => Layers.GroupBy(l => l.Kernel).Select(g => g.First());

    public bool IsOneHot(LayerLayout layer) => layer.Number == 1 && Declaration.Source.Kind == SourceKind.OneHot;

    /// <summary>The cell and its size; a number more where the same cell with other options has that size too.</summary>
    private string KernelName(CellPlan plan, RnnDeclaration layer)
    {
        string name = $"{layer.Cell.Name.TrimStart('@')}{layer.Hidden}";
        var others = Layers.Where(l => l.Cell.Name == layer.Cell.Name && l.Hidden == layer.Hidden).Select(l => l.Plan).Distinct().ToList();
        int place = others.IndexOf(plan) is >= 0 and var found ? found : others.Count;
        return place == 0 ? name : $"{name}Variant{place + 1}";
    }
}
