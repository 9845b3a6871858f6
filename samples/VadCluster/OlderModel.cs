using RnnGen;

namespace VadCluster;

/// <summary>What the network could have been a version ago: fewer units.</summary>
[RnnModel]
[Input(257)]
[Dense(48, Activation = Activation.Relu, Name = "bands")]
[Rnn<Gru>(48)]
[Dense(1), SigmoidCrossEntropy]
internal sealed partial class OlderModel;
