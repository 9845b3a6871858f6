namespace RnnGen.Tests.Models;

/// <summary>
/// Cells as Keras had them when tfjs' cases were made: gates in its order, with the recurrent activation hardSigmoid(x) = clip(0.2 x + 0.5,
/// 0, 1), here as the difference of two rectifiers.
/// </summary>
internal static class KerasCells
{
    public static readonly TestCell Lstm = new(
        "KerasLstm",
        [],
        """
        [RnnCell]
        public readonly partial struct KerasLstm
        {
            readonly Weight Wi, Wf, Wc, Wo;
            readonly Recurrent Ui, Uf, Uc, Uo;
            readonly Bias bi, bf, bc, bo;

            public (Hidden h, Hidden c) Step(Input x, Hidden h, Hidden c)
            {
                var a = 0.2 * (Wi * x + Ui * h + bi);
                var b = 0.2 * (Wf * x + Uf * h + bf);
                var d = 0.2 * (Wo * x + Uo * h + bo);
                var i = Relu(a + 0.5) - Relu(a - 0.5);
                var f = Relu(b + 0.5) - Relu(b - 0.5);
                var o = Relu(d + 0.5) - Relu(d - 0.5);
                var memory = f * c + i * Tanh(Wc * x + Uc * h + bc);
                return (o * Tanh(memory), memory);
            }
        }

        """);

    public static readonly TestCell Gru = new(
        "KerasGru",
        [],
        """
        [RnnCell]
        public readonly partial struct KerasGru
        {
            readonly Weight Wz, Wr, Wh;
            readonly Recurrent Uz, Ur, Uh;
            readonly Bias bz, br, bh;

            public Hidden Step(Input x, Hidden h)
            {
                var a = 0.2 * (Wz * x + Uz * h + bz);
                var b = 0.2 * (Wr * x + Ur * h + br);
                var z = Relu(a + 0.5) - Relu(a - 0.5);
                var r = Relu(b + 0.5) - Relu(b - 0.5);
                return z * h + (1 - z) * Tanh(Wh * x + Uh * (r * h) + bh);
            }
        }

        """);

    public static string Sources => Lstm.Source + Gru.Source;
}
