using KMeans.Input;

namespace KMeans.Training;

/// <summary>What decides the summaries of a pass, beside the rows: the same on every instance.</summary>
internal abstract record PassRules
{
    /// <summary>What readers do to each value.</summary>
    public required ColumnTransform Transform { get; init; }

    /// <summary>What happens to missing values.</summary>
    public required MissingPolicy Missing { get; init; }

    /// <summary>Length d: what a missing value becomes under <see cref="MissingPolicy.Mean"/>.</summary>
    public required float[] Fill { get; init; }

    /// <summary>The running centers at the start of the pass, with the weights of all rows seen before it.</summary>
    public required RunningCenters Broadcast { get; init; }

    /// <summary>The user's seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Is added to every row's key: rows of an update must not have the keys of those before.</summary>
    public long FirstKey { get; init; }

    /// <summary>The pass, 0-based.</summary>
    public required int Epoch { get; init; }

    /// <summary>Rows between two updates.</summary>
    public required int MiniBatchSize { get; init; }

    /// <summary>Rows before a partition's first update; twice as many before each further one, until it is <see cref="MiniBatchSize"/>.</summary>
    /// <value>That size by default.</value>
    public int FirstMiniBatchSize { get => field > 0 ? field : MiniBatchSize; init; }

    /// <summary>In rows; 0 for no decay.</summary>
    public required long HalfLife { get; init; }

    /// <summary>When a row opens a center.</summary>
    public required OpeningRule Opening { get; init; }

    /// <summary>Whether the summary is the rows themselves.</summary>
    public required bool KeepsAllRows { get; init; }

    /// <summary>Which rows are kept as a sample.</summary>
    public required RetentionRule Retention { get; init; }

    /// <summary>d.</summary>
    public int FeatureCount => Broadcast.FeatureCount;
}
