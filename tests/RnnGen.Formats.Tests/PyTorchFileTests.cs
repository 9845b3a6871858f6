namespace RnnGen.Formats.Tests;

public class PyTorchFileTests
{
    [Fact]
    public void AStateDictKeepsItsNamesAndOrder()
    {
        byte[] file = TorchArchive.StateDict(
            ("lstm.weight_ih_l0", [2, 2], [1, 2, 3, 4]), ("a.bias", [1], [5]), ("scalar", [], [6]));
        SafetensorsFile read = TensorFile.Read(file);
        Assert.Equal(FileFormat.PyTorch, TensorFile.FormatOf(file));
        Assert.Equal(["lstm.weight_ih_l0 F32 [2, 2]", "a.bias F32 [1]", "scalar F32 []"], read.Lines());
        Assert.Equal([1, 2, 3, 4], read["lstm.weight_ih_l0"].Values());
        Assert.Equal([6], read["scalar"].Values());
    }

    [Fact]
    public void ViewsAndSharedStoragesAreTheTensorsThatTheyAre()
    {
        TorchArchive archive = new();
        archive.Begin();
        var storage = archive.Storage("Float", TorchArchive.Bytes(0, 1, 2, 3, 4, 5));
        archive.Text("whole").Tensor(storage, 6, 0, [2, 3], [3, 1]);
        archive.Text("transposed").Tensor(storage, 6, 0, [3, 2], [1, 3]);
        archive.Text("column").Tensor(storage, 6, 1, [2], [3]);
        archive.Text("part").Tensor(storage, 6, 4, [2], [1]);
        archive.Text("expanded").Tensor(storage, 6, 5, [2, 2], [0, 0]);
        archive.Text("empty").Tensor(storage, 6, 0, [0, 9], [9, 1]);
        SafetensorsFile file = PyTorchFile.Read(archive.End().ToBytes());
        Assert.Equal([0, 1, 2, 3, 4, 5], file["whole"].Values());
        Assert.Equal([0, 3, 1, 4, 2, 5], file["transposed"].Values());
        Assert.Equal([1, 4], file["column"].Values());
        Assert.Equal([4, 5], file["part"].Values());
        Assert.Equal([5, 5, 5, 5], file["expanded"].Values());
        Assert.Equal([], file["empty"].Values());
    }

    [Fact]
    public void TypesAreKeptAndWhatIsBesideTensorsBecomesTexts()
    {
        TorchArchive archive = new();
        archive.Write("}"u8).Memo().Write("("u8).Text("epoch").Whole(7).Text("model").Begin();
        archive.Text("half").Tensor(archive.Storage("Half", [0, 0x3E]), 1, 0, [1], [1]);
        archive.Text("brain").Tensor(archive.Storage("BFloat16", [0xC0, 0x3F]), 1, 0, [1], [1]);
        archive.Text("double").Tensor(archive.Storage("Double", BitConverter.GetBytes(0.1)), 1, 0, [1], [1]);
        archive.Text("ids").Tensor(archive.Storage("Long", BitConverter.GetBytes(-3L)), 1, 0, [1], [1]);
        archive.Text("mask").Tensor(archive.Storage("Bool", [1]), 1, 0, [1], [1]);
        SafetensorsFile file = PyTorchFile.Read(archive.End().End().ToBytes());
        Assert.Equal(
            ["model.half F16 [1]", "model.brain BF16 [1]", "model.double F64 [1]", "model.ids I64 [1]", "model.mask BOOL [1]"],
            file.Lines());
        Assert.Equal((1.5, 1.5, 0.1), (file["model.half"].Values()[0], file["model.brain"].Values()[0], file["model.double"].Values()[0]));
        Assert.Equal("7", file.Metadata["epoch"]);
    }

    [Fact]
    public void AScriptsWeightsAreRead()
    {
        TorchArchive archive = new();
        archive.Global("__torch__", "Model").Write([(byte)')', 0x81, (byte)'}', (byte)'(']);
        archive.Text("training").Write([0x89]);
        archive.Text("lstm").Global("__torch__.torch.nn.modules.rnn", "LSTM").Write([(byte)')', 0x81, (byte)'}', (byte)'(']);
        archive.Text("weight_ih_l0").Tensor(archive.Storage("Float", TorchArchive.Bytes(1, 2)), 2, 0, [2, 1], [1, 1]);
        byte[] file = archive.Write("ubub"u8).ToBytes(isScript: true);
        Assert.Equal(FileFormat.TorchScript, TensorFile.FormatOf(file));
        Assert.Equal(["lstm.weight_ih_l0 F32 [2, 1]"], TensorFile.Read(file).Lines());
    }

    [Fact]
    public void NothingOfAPickleIsRun()
    {
        byte[] system = new TorchArchive().Global("posix", "system").Write("("u8).Text("echo").Write("tR"u8).ToBytes();
        Assert.Contains(
            "asks for 'posix.system', which is not run", Tensors.Refusal(() => PyTorchFile.Read(system)), StringComparison.Ordinal);
        byte[] module = new TorchArchive().Global("torch.nn.modules.rnn", "LSTM").Write([(byte)')', 0x81]).ToBytes();
        Assert.Contains("torch.save(model.state_dict(), path)", Tensors.Refusal(() => PyTorchFile.Read(module)), StringComparison.Ordinal);
        byte[] stacked = new TorchArchive().Text("posix").Text("system").Write([0x93]).ToBytes();
        Assert.Contains("has the opcode 0x93", Tensors.Refusal(() => PyTorchFile.Read(stacked)), StringComparison.Ordinal);
        byte[] persistent = new TorchArchive().Text("a").Write("Q"u8).ToBytes();
        Assert.Contains("is no storage", Tensors.Refusal(() => PyTorchFile.Read(persistent)), StringComparison.Ordinal);
    }

    [Fact]
    public void LengthsBeyondTheFileAreRefused()
    {
        byte[] text = new TorchArchive().Write([(byte)'X', 255, 255, 255, 127]).ToBytes();
        Assert.Contains("needs 2147483647 bytes", Tensors.Refusal(() => PyTorchFile.Read(text)), StringComparison.Ordinal);
        byte[] integer = new TorchArchive().Write([0x8A, 200]).ToBytes();
        Assert.Contains("an integer of 200 bytes", Tensors.Refusal(() => PyTorchFile.Read(integer)), StringComparison.Ordinal);
        Assert.Contains("ends at byte 16 of a storage of 8", Refused([2, 2], [2, 1]), StringComparison.Ordinal);
        Assert.Contains("more elements than an array", Refused([int.MaxValue, 9], [0, 0]), StringComparison.Ordinal);
        Assert.Contains("repeats its elements", Refused([100_000_000], [0]), StringComparison.Ordinal);
        TorchArchive missing = new();
        missing.Begin().Text("w").Tensor(("9", "Float"), 1, 0, [1], [1]);
        Assert.Contains(
            "no entry 'archive/data/9'", Tensors.Refusal(() => PyTorchFile.Read(missing.End().ToBytes())), StringComparison.Ordinal);

        static string Refused(int[] shape, int[] strides)
        {
            TorchArchive archive = new();
            archive.Begin().Text("w").Tensor(archive.Storage("Float", new byte[8]), 2, 0, shape, strides);
            return Tensors.Refusal(() => PyTorchFile.Read(archive.End().ToBytes()));
        }
    }

    [Fact]
    public void ADictionaryInItselfAndTheOldFormatAreRefused()
    {
        TorchArchive archive = new();
        archive.Write("}"u8).Memo().Write("("u8).Text("self").Write([(byte)'h', 0]);
        Assert.Contains("without end", Tensors.Refusal(() => PyTorchFile.Read(archive.End().ToBytes())), StringComparison.Ordinal);
        byte[] old = [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, (byte)'.'];
        Assert.Equal(FileFormat.Pickle, TensorFile.FormatOf(old));
        Assert.Contains("before PyTorch 1.6", Tensors.Refusal(() => TensorFile.Read(old)), StringComparison.Ordinal);
    }

    [SharedFilesFact]
    public void PublicFilesAreRead()
    {
        SafetensorsFile script = TensorFile.Open(SharedFiles.Find("noaa-streamflow-torchscript", "sugar_creek_trained.pt")!);
        Assert.Equal(
            ["lstm.weight_ih_l0 F32 [256, 11]", "lstm.weight_hh_l0 F32 [256, 64]", "lstm.bias_ih_l0 F32 [256]", "lstm.bias_hh_l0 F32 [256]",
                "head.weight F32 [1, 64]", "head.bias F32 [1]"],
            script.Lines());
        SafetensorsFile state = TensorFile.Open(SharedFiles.Find("rwkv7-reverse-pth", "260123_reverse_L2_only_rwkv7.pth")!);
        Assert.Equal(99, state.Tensors.Count);
        Assert.All(state.Tensors, t => Assert.True(t.Values().All(double.IsFinite)));
    }
}
