namespace RnnGen.Formats;

/// <summary>Formats in words, with what reads them.</summary>
internal static class FormatTexts
{
    /// <summary>One line: the format, and the reader that a file of it wants.</summary>
    public static string Describe(FileFormat format) => format switch
    {
        FileFormat.Safetensors => Weights("safetensors", nameof(SafetensorsFile)),
        FileFormat.Onnx => "ONNX: 'rnngen import' and OnnxImport make a declaration of it",
        FileFormat.NumpyArray => Weights("NumPy array (.npy)", nameof(NumpyFile)),
        FileFormat.NumpyArchive => Weights("NumPy arrays (.npz)", nameof(NumpyFile)),
        FileFormat.PyTorch => Weights("PyTorch state_dict", nameof(PyTorchFile)),
        FileFormat.TorchScript => Weights("TorchScript archive, of which nothing else is read", nameof(PyTorchFile)),
        FileFormat.Pickle => "bare pickle, as PyTorch wrote before 1.6: no reader takes it; load it in PyTorch and save it again",
        FileFormat.Keras => Model("Keras 3 (.keras)", nameof(KerasFile)),
        FileFormat.Hdf5 => Model("HDF5 of Keras, if it has an architecture", nameof(KerasFile)),
        FileFormat.StateDictJson => Weights("state_dict as JSON", nameof(JsonWeights)),
        FileFormat.RtNeural => Model("RTNeural's JSON", nameof(RtNeuralFile)),
        FileFormat.AidaX => Model("AIDA-X (RTNeural's JSON with a skip or gains)", nameof(RtNeuralFile)),
        FileFormat.GuitarMl => Model("GuitarML", nameof(JsonWeights)),
        FileFormat.Nam => Model("Neural Amp Modeler", nameof(JsonWeights)),
        FileFormat.TensorFlowLite => "TensorFlow Lite: 'rnngen import' and ModelImport make a declaration of it",
        _ => "in no format that is known: put its tensors together with new SafetensorsFile(tensors), as docs/formats.md shows",
    };

    private static string Weights(string format, string reader) =>
        $"{format}: weights only; declare the model, and load it with {reader}";

    private static string Model(string format, string reader) =>
        $"{format}: 'rnngen import' and ModelImport make a declaration of it; {reader} reads the weights alone";
}
