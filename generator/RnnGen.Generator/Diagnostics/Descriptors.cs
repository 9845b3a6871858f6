using Microsoft.CodeAnalysis;

namespace RnnGen.Generator.Diagnostics;

/// <summary>Everything RnnGen says about a declaration. RNN0xx: models; RNN1xx: cells. docs/diagnostics.md explains each.</summary>
internal static class Descriptors
{
    public static readonly DiagnosticDescriptor NotPartial =
        Error("RNN001", "A model must be partial", "'{0}' must be declared partial: RnnGen writes the rest of it");
    public static readonly DiagnosticDescriptor NotAClass = Error(
        "RNN002", "A model must be an ordinary class",
        "'{0}' is {1}: a model must be a class that is neither static nor abstract nor a record");
    public static readonly DiagnosticDescriptor NestedModel =
        Error("RNN003", "A model must not be nested", "'{0}' lies inside '{1}': declare a model directly in a namespace");
    public static readonly DiagnosticDescriptor GenericModel =
        Error("RNN004", "A model must not be generic", "'{0}' has type parameters: the sizes of a model are constants");
    public static readonly DiagnosticDescriptor NoSource = Error(
        "RNN005", "A model needs a source",
        "'{0}' does not say what its inputs are: add [Input(size)], [OneHot(symbols)] or [Embedding(symbols, width)]");
    public static readonly DiagnosticDescriptor SecondSource =
        Error("RNN006", "These sources cannot stand together", "The sources of '{0}' cannot stand together: {1}");
    public static readonly DiagnosticDescriptor NoLoss = Error(
        "RNN008", "A model needs a loss",
        "'{0}' has no loss: add [SoftmaxCrossEntropy], [SigmoidCrossEntropy], [SquaredError], [AbsoluteError], "
        + "[Quantiles(…)] or [Loss<…>]");
    public static readonly DiagnosticDescriptor SecondLoss =
        Error("RNN009", "A layer has one loss", "These outputs already have the loss [{0}]: name another layer with From");
    public static readonly DiagnosticDescriptor OutOfRange =
        Error("RNN010", "A size is out of range", "{0} must be {1} to {2}, but is {3}");
    public static readonly DiagnosticDescriptor NotACell =
        Error("RNN011", "The type is not a cell", "'{0}' is not a {1}: it has no [{2}] attribute");
    public static readonly DiagnosticDescriptor BrokenCell =
        Error("RNN012", "The cell has errors", "The {1} '{0}' has errors of its own: the model is generated once they are mended");
    public static readonly DiagnosticDescriptor TooLarge =
        Error("RNN013", "The model is too large", "{0} would have {1} elements, more than the {2} that one array can hold");
    public static readonly DiagnosticDescriptor DuplicateMember =
        Error("RNN014", "A name is taken", "'{0}' already has a member '{1}', which RnnGen generates");
    public static readonly DiagnosticDescriptor OutOfOrder = Error(
        "RNN015", "The source comes first",
        "[{0}] stands after [{1}]: the source comes first, because a model is read from top to bottom");
    public static readonly DiagnosticDescriptor OneClass = Error(
        "RNN016", "Softmax needs two classes",
        "Softmax over {0} output is always 1: use at least 2 outputs, or [SigmoidCrossEntropy] for a yes or no");
    public static readonly DiagnosticDescriptor NotAMember =
        Error("RNN017", "The value is not one of the enumeration", "{0} is not a value of {1}");
    public static readonly DiagnosticDescriptor OldLanguage = Error(
        "RNN018", "The language version is too old",
        "RnnGen writes C# 12, but this project is compiled as C# {0}: set <LangVersion>12</LangVersion> or later");
    public static readonly DiagnosticDescriptor NotUnrolled =
        Info("RNN019", "The steps stay a loop", "{0} steps stay a loop: up to {1} are unrolled");
    public static readonly DiagnosticDescriptor UnknownLayer =
        Error("RNN020", "No layer above has this name", "No layer above is called '{0}'; there are: {1}");
    public static readonly DiagnosticDescriptor NameTwice =
        Error("RNN021", "Two layers have one name", "Another layer above is already called '{0}'");
    public static readonly DiagnosticDescriptor BadName = Error(
        "RNN022", "A layer's name must be an identifier",
        "The name '{0}' must begin with a letter and go on with letters, digits and _");
    public static readonly DiagnosticDescriptor UnusedLayer =
        Error("RNN023", "Nothing takes the layer's outputs", "Nothing takes the outputs of this [{0}]: it would never be trained");
    public static readonly DiagnosticDescriptor MixedSteps = Error(
        "RNN024", "Sequences and single vectors do not mix",
        "Some of these layers have a vector per step, others one per sequence: put a [Repeat] below the latter");
    public static readonly DiagnosticDescriptor PerSequence = Error(
        "RNN025", "A sequence is needed",
        "{0} takes a sequence, but its input here is one vector per sequence: [Repeat] gives it to every step");
    public static readonly DiagnosticDescriptor PerStep = Error(
        "RNN026", "One vector per sequence is needed",
        "{0} takes one vector per sequence, but its input here has one per step: use [Input(…, Once = true)] or [Pool]");
    public static readonly DiagnosticDescriptor WidthMismatch = Error(
        "RNN027", "Widths differ",
        "The first state has {0} numbers, but the layer has {1} units: put a [Dense({1})] in between");
    public static readonly DiagnosticDescriptor OneHotUse = Error(
        "RNN028", "One-hot inputs feed layers only",
        "One-hot inputs can only feed recurrent and dense layers by themselves: "
        + "an [Embedding] has vectors that can be joined, dropped and pooled");
    public static readonly DiagnosticDescriptor MixedHeads = Error(
        "RNN029", "Heads have the same steps",
        "All losses of a model are per step, or all are per sequence: this one differs from the first");
    public static readonly DiagnosticDescriptor BadFeedback =
        Error("RNN030", "The outputs cannot be fed back", "The outputs cannot be fed back: {0}");
    public static readonly DiagnosticDescriptor BadPrevious =
        Error("RNN031", "There is no step before", "'{0}' cannot be taken from the step before: {1}");
    public static readonly DiagnosticDescriptor BadFrom =
        Error("RNN046", "The layers of a From do not combine", "'{0}' does not combine layers: {1}");
    public static readonly DiagnosticDescriptor OnlyInDecoder =
        Error("RNN032", "Only decoders have this", "[{0}] looks at an encoder: it can only stand in a class with [Decoder]");
    public static readonly DiagnosticDescriptor NotInPart = Error("RNN033", "This has no place here", "[{0}] has no place in {1}: {2}");
    public static readonly DiagnosticDescriptor NotAPart =
        Error("RNN034", "The type is no encoder or decoder", "'{0}' has no [{1}] attribute");
    public static readonly DiagnosticDescriptor ElementWidth = Error(
        "RNN035", "Widths differ element by element",
        "{0} works element by element with {3} units, so {1} must have {3} numbers, not {2}");
    public static readonly DiagnosticDescriptor BadJoint =
        Error("RNN036", "The parts do not fit together", "'{0}' and '{1}' do not fit together: {2}");
    public static readonly DiagnosticDescriptor BadEnds =
        Error("RNN037", "A decoder's start and end are symbols", "This decoder can have no start and end symbol: {0}");
    public static readonly DiagnosticDescriptor NotCompressed =
        Error("RNN038", "The model cannot be compressed so", "The model cannot be compressed so: {0}");
    public static readonly DiagnosticDescriptor OneHotElements = Error(
        "RNN039", "One-hot inputs have no elements",
        "{0} works element by element on its input, but a symbol is no vector: use [Embedding] in place of [OneHot]");
    public static readonly DiagnosticDescriptor SplitAttributes = Error(
        "RNN040", "A model's attributes stand on one declaration",
        "[{0}] stands on another declaration of '{1}' than [{2}]: which of them comes first would depend on the order of files");
    public static readonly DiagnosticDescriptor BaseConstructor = Error(
        "RNN041", "The base class needs a constructor without parameters",
        "'{0}' has no constructor without parameters, which the constructors that RnnGen adds to '{1}' would call");
    public static readonly DiagnosticDescriptor HiddenName = Error(
        "RNN042", "A name is in the way",
        "A type called '{0}' hides the namespace of this name from generated code: give it another name");
    public static readonly DiagnosticDescriptor NoModel =
        Error("RNN043", "Layers belong to a model", "[{0}] has no effect: add [RnnModel] to '{1}', or [Encoder] or [Decoder]");
    public static readonly DiagnosticDescriptor NoSingleStep =
        Error("RNN044", "The model has no Step", "'{0}' has no Step, because {1}: Forward takes whole sequences");
    public static readonly DiagnosticDescriptor NotOptimized = Info(
        "RNN045", "The build is not optimised",
        "This build does not optimise '{0}', so it trains two to three times slower: for full speed, add <Optimize>true</Optimize> to a "
        + "PropertyGroup of the project");

    public static readonly DiagnosticDescriptor CellNotPartial =
        Error("RNN101", "A cell must be a readonly partial struct", "'{0}' must be declared as a readonly partial struct");
    public static readonly DiagnosticDescriptor NestedCell = Error(
        "RNN102", "A cell must be a plain type of a namespace",
        "'{0}' is nested or generic: declare a {1} directly in a namespace, without type parameters");
    public static readonly DiagnosticDescriptor NoStep = Error(
        "RNN103", "A cell needs a Step method",
        "'{0}' needs a method 'Hidden Step(Input x, Hidden h)', or with several states '(Hidden, Hidden) Step(Input x, "
        + "Hidden h, Hidden c)': {1}");
    public static readonly DiagnosticDescriptor NotAnEquation =
        Error("RNN104", "Not part of the equation language", "'{0}' is not part of the equation language: {1}");
    public static readonly DiagnosticDescriptor UnknownName =
        Error("RNN105", "Unknown name in an equation", "'{0}' is neither a parameter, {1} nor an earlier equation of the {2} '{3}'");
    public static readonly DiagnosticDescriptor BadProduct = Error("RNN106", "A matrix product does not fit", "{0}");
    public static readonly DiagnosticDescriptor ParameterUse = Error("RNN107", "A parameter must be used once", "'{0}' {1}");
    public static readonly DiagnosticDescriptor UnknownField = Error(
        "RNN108", "A cell's fields are parameters",
        "The field '{0}' is of the type {1}: a {2}'s fields are {3}, and constants that are literals");
    public static readonly DiagnosticDescriptor ResultCount =
        Error("RNN109", "A cell returns its states", "Step takes {0} states but returns {1}");
    public static readonly DiagnosticDescriptor DuplicateName =
        Error("RNN110", "A name is used twice", "'{0}' already names something else in the {1} '{2}'");
    public static readonly DiagnosticDescriptor TooManyEquations =
        Error("RNN111", "The cell is too large", "The equations of '{0}' have more than {1} operations");
    public static readonly DiagnosticDescriptor WithoutEffect = Error("RNN112", "An option has no effect", "{0} has no effect: {1}");
    public static readonly DiagnosticDescriptor NotInRange = Error("RNN113", "A number is out of range", "{0} must be {1}, but is {2}");
    public static readonly DiagnosticDescriptor BadConstants = Error("RNN114", "The constants do not fit the cell", "'{0}' {1}");
    public static readonly DiagnosticDescriptor NoProjection = Error(
        "RNN115", "The layer needs the size of its projection",
        "The cell '{0}' projects its output: state the size that '{1}' gives it, Projection = …");
    public static readonly DiagnosticDescriptor NoScore = Error(
        "RNN116", "A score needs a Score method",
        "'{0}' needs a method 'Hidden Score(Hidden q, Hidden k)', of the query and the key: {1}");
    public static readonly DiagnosticDescriptor TwoKinds = Error(
        "RNN117", "A struct is a cell, a score or a loss", "'{0}' has both [{1}] and [{2}]: declare a struct for each");
    public static readonly DiagnosticDescriptor NoLossMethod = Error(
        "RNN118", "A loss needs a Loss method",
        "'{0}' needs a method 'Hidden Loss(Hidden y, Hidden target)', of an output, or up to 16 that share a target, and the target: {1}");

    public static readonly DiagnosticDescriptor BadGrid =
        Error("RNN048", "A layer does not fit its grid", "This [{0}] does not fit: {1}");

    public static readonly DiagnosticDescriptor BadLoss =
        Error("RNN050", "The outputs do not fit the loss", "These outputs do not fit the loss [{0}]: {1}");

    public static readonly DiagnosticDescriptor NothingTrained = Error(
        "RNN049", "A model needs a layer that learns", "All layers of '{0}' with parameters are frozen: leave Frozen out of one of them");

    public static readonly IReadOnlyDictionary<string, DiagnosticDescriptor> ById = new[]
    {
        NotPartial, NotAClass, NestedModel, GenericModel, NoSource, SecondSource, NoLoss, SecondLoss, OutOfRange, NotACell,
        BrokenCell, TooLarge, DuplicateMember, OutOfOrder, OneClass, NotAMember, OldLanguage, NotUnrolled,
        UnknownLayer, NameTwice, BadName, UnusedLayer, MixedSteps, PerSequence, PerStep, WidthMismatch, OneHotUse, MixedHeads,
        BadFeedback, BadPrevious,
        OnlyInDecoder, NotInPart, NotAPart, ElementWidth, BadJoint, BadEnds, NotCompressed,
        OneHotElements, SplitAttributes, BaseConstructor, HiddenName, NoModel, NoSingleStep, NotOptimized, BadFrom, BadGrid, NothingTrained,
        BadLoss,
        CellNotPartial, NestedCell, NoStep, NotAnEquation, UnknownName, BadProduct, ParameterUse, UnknownField, ResultCount,
        DuplicateName, TooManyEquations, WithoutEffect, NotInRange, BadConstants, NoProjection, NoScore, TwoKinds, NoLossMethod,
    }.ToDictionary(d => d.Id);

    private static DiagnosticDescriptor Error(string id, string title, string message) =>
        New(id, title, message, DiagnosticSeverity.Error);

    private static DiagnosticDescriptor Info(string id, string title, string message) =>
        New(id, title, message, DiagnosticSeverity.Info);

    private static DiagnosticDescriptor New(string id, string title, string message, DiagnosticSeverity severity) =>
        new(id, title, message, "RnnGen", severity, isEnabledByDefault: true, helpLinkUri: HelpLink.To(HelpLink.ProjectUrl, id, title));
}
