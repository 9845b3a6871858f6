namespace RnnGen.Generator.Scheduling.Layouts;

/// <summary>The last dimensions of a convolution's weights.</summary>
/// <param name="Places">The places that an output sees; 0 for no convolution.</param>
/// <param name="Positions">Those of a step, if the weights have a dimension for steps and one for positions; otherwise 0.</param>
internal readonly record struct KernelShape(int Places, int Positions);
