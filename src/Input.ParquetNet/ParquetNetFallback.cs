namespace KMeans.Input.ParquetNet;

/// <summary>Placeholder.</summary>
public sealed class ParquetNetFallback;
