using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Writing.Text;

/// <summary>The names of one method: the author's where they are free, others derived from them.</summary>
internal sealed class NameTable
{
    // What the kernels themselves call something; and what a local must not hide.
    private static readonly string[] Reserved =
    [
        "V", "At", "Offsets", "TransposedOffsets", .. Operators.All.Where(o => o.IsFunction).Select(o => o.Name), "Kernels",
        "State", "Tape", "Trainer",
        "rows", "row", "block", "lane", "unit", "slot", "slots", "weights", "gradients", "transposed", "tape", "step", "hasPast",
    ];

    private readonly HashSet<Identifier> taken = [.. Reserved.Select(n => new Identifier(n))];

    /// <summary>The wanted name, or the first variation of it that is free.</summary>
    public string Take(Identifier wanted)
    {
        var name = wanted;
        for (int i = 2; !taken.Add(name); i++)
            name = $"{wanted.Text}{i}";
        return name.ToString();
    }
}
