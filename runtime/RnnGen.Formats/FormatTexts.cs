namespace RnnGen.Formats;

/// <summary>Formats in words, with what reads them.</summary>
internal static class FormatTexts
{
    private const string WeightsOnly = "has weights only: declare the model, and load it with";
    private const string Imports = "'rnngen import' makes a declaration of it,";

    /// <summary>One line: the format, and the reader that a file of it wants.</summary>
    public static string Describe(FileFormat format) => format switch
    {
        FileFormat.Safetensors => $"safetensors, {WeightsOnly} SafetensorsFile",
        FileFormat.Onnx => $"ONNX: {Imports} OnnxImport",
        FileFormat.NumpyArray => $"NumPy array (.npy), {WeightsOnly} NumpyFile",
        FileFormat.NumpyArchive => $"NumPy arrays (.npz), {WeightsOnly} NumpyFile",
        FileFormat.PyTorch => $"PyTorch state_dict, {WeightsOnly} PyTorchFile",
        FileFormat.TorchScript => "TorchScript archive, of which the weights are read: declare the model, and load it with PyTorchFile",
        FileFormat.Pickle => "bare pickle, as PyTorch wrote before 1.6: no reader takes it; load it in PyTorch and save it again",
        FileFormat.Keras => $"Keras 3 (.keras): {Imports} ModelImport; the weights alone: KerasFile",
        FileFormat.Hdf5 => $"HDF5 of Keras: {Imports} ModelImport, if it has an architecture; the weights alone: KerasFile",
        FileFormat.StateDictJson => $"state_dict as JSON, {WeightsOnly} JsonWeights",
        FileFormat.RtNeural => $"RTNeural's JSON: {Imports} ModelImport; the weights alone: RtNeuralFile",
        FileFormat.AidaX => $"AIDA-X (RTNeural's JSON with a skip or gains): {Imports} ModelImport; the weights alone: RtNeuralFile",
        FileFormat.GuitarMl => $"GuitarML: {Imports} ModelImport; the weights alone: JsonWeights",
        FileFormat.Nam => $"Neural Amp Modeler: {Imports} ModelImport; the weights of an LSTM alone: JsonWeights",
        FileFormat.TensorFlowLite => $"TensorFlow Lite: {Imports} ModelImport",
        _ => "in no format that is known: put its tensors together with new SafetensorsFile(tensors), as docs/formats.md shows",
    };
}
