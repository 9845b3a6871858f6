using System.ComponentModel;

namespace RnnGen.Generated;

/// <summary>
/// In a cell's equations: what is no <see cref="Hidden"/> and yet added, subtracted, multiplied and divided as one, unit by unit.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IOperand
{
    /// <summary>Its number for each unit.</summary>
    Hidden ToHidden();
}
