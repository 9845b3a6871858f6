namespace RnnGen.Formats;

/// <summary>The formats that <see cref="TensorFile.FormatOf(string)"/> recognises.</summary>
public enum FileFormat
{
    /// <summary>None of those below.</summary>
    Unknown,

    /// <summary>safetensors: <see cref="SafetensorsFile"/>.</summary>
    Safetensors,

    /// <summary>An ONNX model: <c>OnnxImport</c> of RnnGen.Onnx.</summary>
    Onnx,

    /// <summary>One array of NumPy, <c>.npy</c>: <see cref="NumpyFile"/>.</summary>
    NumpyArray,

    /// <summary>Arrays of NumPy, <c>.npz</c>: <see cref="NumpyFile"/>.</summary>
    NumpyArchive,

    /// <summary>A PyTorch state_dict, <c>.pt</c> or <c>.pth</c>: <see cref="PyTorchFile"/>.</summary>
    PyTorch,

    /// <summary>A TorchScript archive: <see cref="PyTorchFile"/> reads its weights.</summary>
    TorchScript,

    /// <summary>A bare pickle, as PyTorch wrote before 1.6; it is not read.</summary>
    Pickle,

    /// <summary>Keras 3, <c>.keras</c>: <see cref="KerasFile"/>.</summary>
    Keras,

    /// <summary>HDF5, as Keras writes <c>.h5</c>: <see cref="KerasFile"/>.</summary>
    Hdf5,

    /// <summary>A state_dict as JSON: <see cref="JsonWeights"/>.</summary>
    StateDictJson,

    /// <summary>RTNeural's JSON: <see cref="RtNeuralFile"/>.</summary>
    RtNeural,

    /// <summary>AIDA-X: RTNeural's JSON with a skip and gains.</summary>
    AidaX,

    /// <summary>GuitarML or Proteus: <see cref="JsonWeights"/>.</summary>
    GuitarMl,

    /// <summary>Neural Amp Modeler, <c>.nam</c>: <see cref="JsonWeights"/>.</summary>
    Nam,

    /// <summary>TensorFlow Lite, <c>.tflite</c>.</summary>
    TensorFlowLite,
}
