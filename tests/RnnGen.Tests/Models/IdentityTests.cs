namespace RnnGen.Tests.Models;

/// <summary>Cells that become other cells at certain parameters.</summary>
public class IdentityTests
{
    private const int Input = 3;
    private const int Hidden = 9;
    private const int Steps = 5;
    private const int Rows = 2;

    // σ(50) is 1, σ(−50) is 2e-22.
    private const double Open = 50;

    private static readonly Lazy<Dictionary<string, TestModel>> Models = new(() => ModelFactory.Compile(
        new[] { "SimpleRnn", "Lstm", "CoupledLstm", "PeepholeLstm", "Gru", "GruResetBefore", "GruTakeNew", "GruResetBeforeTakeNew" }
            .ToDictionary(
                cell => cell + "Model",
                cell => TestGraph.Of(Steps, Input, new TestRnn(TestCell.All.Single(c => c.Name == cell), Hidden)))));

    [Fact]
    public void AGruThatNeitherResetsNorKeepsIsTheSimpleRnn()
    {
        var (rnn, gru) = (Models.Value["SimpleRnnModel"], Models.Value["GruModel"]);
        Close(gru, (0, Open), (1, -Open));
        CopyGate(rnn, 0, gru, 2);
        gru.Parameters["rnn.bias_hh_l0"].CopyFrom(new double[3 * Hidden]);
        Numbers.AssertClose(Outputs(rnn), Outputs(gru), 1e-14, "outputs");
    }

    [Fact]
    public void AnLstmThatOnlyWritesIsTheSimpleRnnBehindATanh()
    {
        var (rnn, lstm) = (Models.Value["SimpleRnnModel"], Models.Value["LstmModel"]);
        Close(lstm, (0, Open), (1, -Open), (3, Open));
        CopyGate(rnn, 0, lstm, 2);
        // The state that is fed back is tanh of the simple one's: they agree for one step from the same state.
        Numbers.AssertClose([.. Outputs(rnn)[..(Rows * Hidden)].Select(Math.Tanh)], Outputs(lstm)[..(Rows * Hidden)], 1e-14, "outputs");
    }

    [Theory]
    [InlineData("Gru")]
    [InlineData("GruResetBefore")]
    public void TakingTheNewIsKeepingTheOldWithANegatedGate(string cell)
    {
        var (keep, take) = (Models.Value[cell + "Model"], Models.Value[cell + "TakeNewModel"]);
        foreach (var view in keep.Parameters)
        {
            double[] values = Numbers.Random(7, view.Count, 0.4);
            // Rows of bias_hh that a cell lacks belong to bias_ih.
            if (view.Name == "rnn.bias_hh_l0")
                Array.Clear(values, 0, cell == "Gru" ? 2 * Hidden : values.Length);
            view.CopyFrom(values);
            int row = values.Length / 3;
            for (int i = row; i < 2 * row; i++)
                values[i] = -values[i];
            take.Parameters[view.Name].CopyFrom(values);
        }

        Numbers.AssertClose(Outputs(keep), Outputs(take), 1e-13, "outputs");
    }

    [Fact]
    public void ResettingBeforeIsResettingAfterWhereNothingIsReset()
    {
        var (before, after) = (Models.Value["GruResetBeforeModel"], Models.Value["GruModel"]);
        foreach (int gate in new[] { 1, 2 })
            CopyGate(before, gate, after, gate);
        after.Parameters["rnn.bias_hh_l0"].CopyFrom(new double[3 * Hidden]);
        Close(before, (0, Open));
        Close(after, (0, Open));
        Numbers.AssertClose(Outputs(before), Outputs(after), 1e-13, "outputs");
    }

    [Fact]
    public void PeepholesOfZeroAreAnLstm()
    {
        var (plain, peephole) = (Models.Value["LstmModel"], Models.Value["PeepholeLstmModel"]);
        foreach (var view in plain.Parameters.Where(v => v.Name != "rnn.bias_hh_l0"))
        {
            double[] values = Numbers.Random(8, view.Count, 0.4);
            view.CopyFrom(values);
            peephole.Parameters[view.Name].CopyFrom(values);
        }

        foreach (string vector in new[] { "Pi", "Pf", "Po" })
            peephole.Parameters[$"rnn.{vector}_l0"].CopyFrom(new double[Hidden]);
        Numbers.AssertClose(Outputs(plain), Outputs(peephole), 1e-14, "outputs");
    }

    [Fact]
    public void ACoupledLstmIsAnLstmWithTheNegatedInputGateAsForgetGate()
    {
        var (plain, coupled) = (Models.Value["LstmModel"], Models.Value["CoupledLstmModel"]);
        foreach (var view in coupled.Parameters.Where(v => v.Name != "rnn.bias_hh_l0"))
        {
            double[] values = Numbers.Random(9, view.Count, 0.4);
            view.CopyFrom(values);
            int row = values.Length / 3;
            // 1 − σ(a) = σ(−a).
            plain.Parameters[view.Name].CopyFrom([.. values[..row], .. values[..row].Select(v => -v), .. values[row..]]);
        }

        Numbers.AssertClose(Outputs(plain), Outputs(coupled), 1e-13, "outputs");
    }

    /// <summary>Makes gates constant: no weights, and a bias.</summary>
    private static void Close(TestModel model, params (int Gate, double Bias)[] gates)
    {
        foreach (var (gate, bias) in gates)
        {
            foreach (var view in model.Parameters.Where(v => v.Columns > 0))
            {
                for (int unit = 0; unit < Hidden; unit++)
                {
                    for (int column = 0; column < view.Columns; column++)
                        view[(gate * Hidden) + unit, column] = 0;
                }
            }

            for (int unit = 0; unit < Hidden; unit++)
                model.Parameters["rnn.bias_ih_l0"][(gate * Hidden) + unit] = bias;
        }
    }

    private static void CopyGate(TestModel from, int fromGate, TestModel to, int toGate)
    {
        foreach (string tensor in new[] { "rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_ih_l0" })
        {
            var (source, target) = (from.Parameters[tensor], to.Parameters[tensor]);
            for (int unit = 0; unit < Hidden; unit++)
            {
                if (source.Columns == 0)
                    target[(toGate * Hidden) + unit] = source[(fromGate * Hidden) + unit];
                for (int column = 0; column < source.Columns; column++)
                    target[(toGate * Hidden) + unit, column] = source[(fromGate * Hidden) + unit, column];
            }
        }
    }

    private static double[] Outputs(TestModel model) =>
        model.Run(new(Rows, Numbers.Random(1, Steps * Rows * Input)) { OutputGradients = new double[Steps * Rows * Hidden] }).Outputs;
}
