using KMeans.Models;
using KMeans.Training;

namespace KMeans.Curves;

/// <summary>The cost of every k of a range.</summary>
public sealed record CurveResult
{
    /// <summary>The model whose rows they are of: columns, transform and state are its.</summary>
    public required TrainedModel Base { get; init; }

    /// <summary>One a k, in order.</summary>
    public required IReadOnlyList<CurvePoint> Points { get; init; }

    /// <summary>The k that stands out, and how sure that is; null for a single k.</summary>
    public required KChoice? Choice { get; init; }

    /// <summary>What the pass did; null where no rows were read.</summary>
    public TrainingReport? Report { get; init; }

    /// <summary>From the state to the curve.</summary>
    public double Seconds { get; init; }

    /// <summary>The model for one k: it scores, predicts and goes on like one that was trained for it.</summary>
    /// <param name="k">One of the curve's.</param>
    /// <returns>The model.</returns>
    /// <exception cref="InputException">The curve has no such k.</exception>
    public TrainedModel ModelOf(int k) =>
        Points.FirstOrDefault(point => point.K == k) is { } point
            ? ModelAssembly.Make(Base, point)
            : throw new InputException($"--k {k}: the curve has k from {Points[0].K} to {Points[^1].K}; choose one of them.");
}
