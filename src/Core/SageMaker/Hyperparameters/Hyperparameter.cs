namespace KMeans.SageMaker;

/// <summary>What is known of a hyperparameter before it has a value: its name, its range, its default.</summary>
/// <param name="Name">The reference product's name.</param>
/// <param name="Kind">What its text holds.</param>
public sealed record Hyperparameter(string Name, HyperparameterKind Kind)
{
    /// <summary>Whether a training cannot do without it.</summary>
    /// <value>No by default.</value>
    public bool IsRequired { get; init; }

    /// <summary>Whether it is accepted and has no effect here.</summary>
    /// <value>No by default.</value>
    public bool IsIgnored { get; init; }

    /// <summary>The least number allowed.</summary>
    /// <value>0 by default.</value>
    public double Least { get; init; }

    /// <summary>The greatest number allowed.</summary>
    /// <value>The greatest 32-bit integer by default.</value>
    public double Most { get; init; } = int.MaxValue;

    /// <summary>The words allowed.</summary>
    /// <value>None by default: it is no matter of words.</value>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>What the reference product takes where nothing is given.</summary>
    /// <value>Null by default: nothing, it is required or of ours.</value>
    public string? Default { get; init; }

    /// <summary>What the reference product's tuner may try: the least and the greatest integer.</summary>
    /// <value>Null by default: it is not tuned, or it is tuned over <see cref="Words"/>.</value>
    public (int Least, int Most)? TunedRange { get; init; }

    /// <summary>Whether a tuner may vary it.</summary>
    /// <value>No by default.</value>
    public bool IsTuned { get; init; }

    /// <summary>What is allowed, for messages.</summary>
    internal string Allowed => Kind switch
    {
        HyperparameterKind.Whole when Least == 1 => "a positive whole number",
        HyperparameterKind.Whole => "a whole number, 0 or more",
        HyperparameterKind.Real => FormattableString.Invariant($"a number from {Least} to {Most}"),
        HyperparameterKind.Categorical => $"one of {string.Join(", ", Words)}",
        HyperparameterKind.List => $"a list of {string.Join(", ", Words)}",
        _ => "a text",
    };
}
