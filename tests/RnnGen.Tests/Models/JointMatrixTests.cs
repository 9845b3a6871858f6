namespace RnnGen.Tests.Models;

/// <summary>
/// Scores × bridges × directions, cells and the query's place in turns: every derived gradient against central differences of the loss.
/// </summary>
public class JointMatrixTests
{
    private static readonly Lazy<Dictionary<string, TestJointModel>> Models =
        new(() => ModelFactory.CompileJoint(JointGraphs.Matrix, JointGraphs.Cell));

    public static TheoryData<string, bool> Combinations
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (string name in JointGraphs.Matrix.Keys)
            {
                data.Add(name, false);
                data.Add(name, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void MatchesDifferences(string name, bool isRagged)
    {
        var model = Models.Value[name];
        model.Randomize((ulong)name.Sum(c => c), 0.5);
        var batch = TestGraphs.Batch(JointGraphs.Matrix[name], model.Shape, rows: 3, isRagged);
        Differences.Check(model, batch, name, most: 6);
    }

    [Fact]
    public void EveryCombinationOccurs() => Assert.Equal(6 * 4 * 3, JointGraphs.Matrix.Count);
}
