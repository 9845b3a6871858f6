using RnnGen;

namespace Browser;

/// <summary>
/// Reads a character and gives the probability of each to come next. Its sizes are a tab's, whose code is interpreted: an update takes
/// some forty milliseconds.
/// </summary>
[RnnModel(Steps = 16)]
[OneHot(48)]
[Rnn<Gru>(48)]
[Dense(48), SoftmaxCrossEntropy]
internal sealed partial class TextModel;
