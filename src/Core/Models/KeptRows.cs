namespace KMeans.Models;

/// <summary>Rows that a state keeps, with all that decides which of them stay when more rows come or two states are merged.</summary>
/// <remarks>A priority sample: every row whose priority u / s is below the threshold, u being the row's own random number and s its sensitivity. It merges by union.</remarks>
public sealed record KeptRows
{
    /// <summary>No rows, and none that may come.</summary>
    public static KeptRows None { get; } = new() { Limit = 0, Threshold = 0, Keys = [], Priorities = [], Sensitivities = [], Weights = [], Labels = [], Rows = [] };

    /// <summary>The most rows.</summary>
    public required int Limit { get; init; }

    /// <summary>Every row's priority is below it. The largest double: no row was ever left out.</summary>
    public required double Threshold { get; init; }

    /// <summary>Length m: where the row was among all that were read, increasing.</summary>
    public required long[] Keys { get; init; }

    /// <summary>Length m: u / s.</summary>
    public required double[] Priorities { get; init; }

    /// <summary>Length m: s; the row was kept with probability min(1, s x threshold).</summary>
    public required double[] Sensitivities { get; init; }

    /// <summary>Length m: the row's own weight.</summary>
    public required double[] Weights { get; init; }

    /// <summary>Length m: the running center that counted the row.</summary>
    public required int[] Labels { get; init; }

    /// <summary>Row-major (m, d), in the model's space.</summary>
    public required float[] Rows { get; init; }

    /// <summary>m.</summary>
    public int Count => Weights.Length;
}
