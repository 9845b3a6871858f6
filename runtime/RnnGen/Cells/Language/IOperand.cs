namespace RnnGen;

/// <summary>In a cell's equations: what is no <see cref="Hidden"/> and yet added, subtracted, multiplied and divided as one, unit by unit.</summary>
public interface IOperand
{
    /// <summary>Its number for each unit.</summary>
    Hidden ToHidden();
}
