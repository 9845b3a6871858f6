namespace RnnGen.Generator.Declarations;

/// <summary>A model as it was declared: values only, so that the pipeline can compare it.</summary>
internal sealed record ModelDeclaration(
    Identifier Namespace,
    Identifier Name,
    int Steps,
    bool IsDouble,
    EquatableArray<ElementDeclaration> Elements)
{
    /// <summary>The most steps that training has a line for each.</summary>
    public const int LongestUnrolling = 256;

    /// <summary>The encoder and what joins it to these elements, if they are a decoder's.</summary>
    public JointDeclaration? Joint { get; init; }

    /// <summary>The formats with fewer bytes that its weights can also have.</summary>
    public EquatableArray<MatrixFormat> Formats { get; init; }

    /// <summary>
    /// True if the compilation is optimised. Kernels of a Debug build leave the loops over matrices to the runtime, which is optimised in
    /// any case.
    /// </summary>
    public bool IsOptimized { get; init; } = true;

    /// <summary>True if the class has a ToString of its own.</summary>
    public bool HasToString { get; init; }

    public Identifier FullName => Identifier.Qualified(Namespace, Name);

    public SourceDeclaration Source => (SourceDeclaration)Elements[0];

    public IEnumerable<HeadDeclaration> Heads => Elements.OfType<HeadDeclaration>();
}
