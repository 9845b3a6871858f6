namespace RnnGen.Generator.Pipeline;

/// <summary>The pipeline's steps, as tests ask whether they ran again.</summary>
internal static class TrackingNames
{
    public const string ReadModels = nameof(ReadModels);
    public const string ReadJoints = nameof(ReadJoints);
    public const string ReadCells = nameof(ReadCells);
    public const string ReadScores = nameof(ReadScores);
    public const string ReadLosses = nameof(ReadLosses);
    public const string Models = nameof(Models);
    public const string Joints = nameof(Joints);
    public const string Cells = nameof(Cells);
    public const string Scores = nameof(Scores);
    public const string Losses = nameof(Losses);
    public const string ModelFiles = nameof(ModelFiles);
    public const string JointFiles = nameof(JointFiles);
    public const string CellFiles = nameof(CellFiles);
    public const string ScoreFiles = nameof(ScoreFiles);
    public const string LossFiles = nameof(LossFiles);

    /// <summary>The step that reads what a later step is about.</summary>
    public static string Read(string step) => $"Read{step}";
}
