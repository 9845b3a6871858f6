namespace RnnGen.Benchmarks;

/// <summary>One of our lines beside a peer's.</summary>
/// <param name="Ours">Our line.</param>
/// <param name="Peer">The peer, with its variant where it did something else: onednn (adam).</param>
/// <param name="Theirs">The peer's time in microseconds.</param>
internal sealed record Ratio(Measurement Ours, string Peer, double Theirs)
{
    /// <summary>How many times as fast we are.</summary>
    public double Value => Theirs / Ours.Microseconds;
}

/// <summary>All of our lines beside all peers that measured the same shape.</summary>
internal sealed class Comparison
{
    /// <summary>Compares.</summary>
    /// <param name="ours">Our lines.</param>
    /// <param name="peers">The peers' lines of the same run.</param>
    /// <param name="others">The peers' lines of another run: what counts of them are only those that <paramref name="peers"/> does not
    /// have.</param>
    public Comparison(IReadOnlyList<Measurement> ours, IReadOnlyList<Measurement> peers, IReadOnlyList<Measurement> others)
    {
        Ours = ours;
        var here = peers.Select(p => (p.Peer, p.Shape)).ToHashSet();
        Peers = [.. peers, .. others.Where(o => !here.Contains((o.Peer, o.Shape)))];
        Ratios = [.. ours.SelectMany(mine => Peers.Where(p => Matches(mine.Shape, p.Shape))
            .Select(p => new Ratio(mine, NameOf(p), p.Microseconds)))];
    }

    /// <summary>Our lines.</summary>
    public IReadOnlyList<Measurement> Ours { get; }

    /// <summary>The peers' lines.</summary>
    public IReadOnlyList<Measurement> Peers { get; }

    /// <summary>Row by row, in the order of our lines.</summary>
    public IReadOnlyList<Ratio> Ratios { get; }

    /// <summary>The ratios to a peer in one of our modes.</summary>
    public IEnumerable<Ratio> To(string peer, string mode) => Ratios.Where(r => r.Peer == peer && r.Ours.Shape.Mode == mode);

    /// <summary>Each of our lines of a mode beside the fastest of the peers that count.</summary>
    public IEnumerable<Ratio> ToBest(Func<string, bool> counts, string mode) =>
        Ratios.Where(r => r.Ours.Shape.Mode == mode && counts(r.Peer)).GroupBy(r => r.Ours).Select(row => row.MinBy(r => r.Theirs)!);

    /// <summary>
    /// Variants, such as weights in fewer bytes here or training without an optimiser there, are compared with the mode that they are
    /// variants of.
    /// </summary>
    private static bool Matches(Shape ours, Shape theirs) => ours with { Mode = ours.BaseMode } == theirs with { Mode = theirs.BaseMode };

    private static string NameOf(Measurement peer) =>
        peer.Shape.Variant is { Length: > 0 } variant ? $"{peer.Peer} ({variant})" : peer.Peer;
}
