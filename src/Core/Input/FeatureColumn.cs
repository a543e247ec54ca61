namespace KMeans.Input;

/// <summary>A chosen column: its name and how many features it gives.</summary>
/// <param name="Name">As in the file.</param>
/// <param name="Width">1, or the length of a list column's lists.</param>
public sealed record FeatureColumn(string Name, int Width)
{
    /// <summary>The names of its features: its own, or "name[0]", "name[1]", ... for a list column.</summary>
    /// <returns><see cref="Width"/> names.</returns>
    public IEnumerable<string> FeatureNames() => Width == 1 ? [Name] : Enumerable.Range(0, Width).Select(i => $"{Name}[{i}]");
}
