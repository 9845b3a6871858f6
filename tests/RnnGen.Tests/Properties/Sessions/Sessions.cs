using RnnGen.Tests.CompressedWeights;
using RnnGen.Tests.Models;

namespace RnnGen.Tests.Properties;

/// <summary>A kind of model.</summary>
/// <param name="Create">A model, whose first weights follow from a seed.</param>
/// <param name="Use">A session with it: the only one, or one of several that share it.</param>
internal sealed record ModelKind(Func<ulong, object> Create, Func<object, Session> Use)
{
    /// <summary>A session with a model of its own.</summary>
    public Session Start(ulong seed) => Use(Create(seed));

    public static ModelKind Of<TModel>(Func<ulong, TModel> create, Func<TModel, Session> use) where TModel : class =>
        new(create, model => use((TModel)model));
}

/// <summary>Every kind of model.</summary>
internal static class Sessions
{
    public static IReadOnlyDictionary<string, ModelKind> All { get; } = new Dictionary<string, ModelKind>
    {
        ["CharLstm"] = ModelKind.Of(seed => new CharLstm(seed), model => new ModelSession<float, int, int, CharLstm.State>(model)),
        ["EmbeddedGru"] =
            ModelKind.Of(seed => new EmbeddedGru(seed), model => new ModelSession<float, int, float, EmbeddedGru.State>(model)),
        ["Regression"] =
            ModelKind.Of(seed => new Regression(seed), model => new ModelSession<float, float, float, Regression.State>(model)),
        ["DoubleRegression"] = ModelKind.Of(
            seed => new DoubleRegression(seed), model => new ModelSession<double, double, double, DoubleRegression.State>(model)),
        ["Classifier"] = ModelKind.Of(seed => new Classifier(seed), model => new ModelSession<float, int, int, Classifier.State>(model)),
        ["TwoHeads"] = ModelKind.Of(seed => new TwoHeads(seed), model => new ModelSession<float, float, float, TwoHeads.State>(model)),
        ["Describer"] = ModelKind.Of(seed => new Describer(seed), model => new ModelSession<float, float, int, Describer.State>(model)),
        ["SmallEverything"] =
            ModelKind.Of(seed => new SmallEverything(seed), model => new ModelSession<float, float, float, SmallEverything.State>(model)),
        ["SmallFrames"] =
            ModelKind.Of(seed => new SmallFrames(seed), model => new ModelSession<float, float, float, SmallFrames.State>(model)),
        ["SmallFeedback"] =
            ModelKind.Of(seed => new SmallFeedback(seed), model => new ModelSession<float, float, float, SmallFeedback.State>(model)),
        ["SmallChar.Int8"] = ModelKind.Of(
            seed => new SmallChar(seed).ToInt8(), model => new InferenceSession<float, int, SmallChar.State>(model, SmallChar.Int8.Load)),
        ["SmallClassifier.BFloat16"] = ModelKind.Of(
            seed => new SmallClassifier(seed).ToBFloat16(),
            model => new InferenceSession<float, int, SmallClassifier.State>(model, SmallClassifier.BFloat16.Load)),
        ["Speller"] =
            ModelKind.Of(seed => new Speller(seed), model => new JointSession<float, int, int, int, Speller.State, Speller.Memory>(model)),
        ["Transducer"] = ModelKind.Of(
            seed => new Transducer(seed),
            model => new JointSession<double, double, double, double, Transducer.State, Transducer.Memory>(model)),
    };
}
