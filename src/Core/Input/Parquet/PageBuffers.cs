namespace KMeans.Input.Parquet;

/// <summary>What all buffers that hold pages agree on.</summary>
internal static class PageBuffers
{
    /// <summary>Bytes behind a page's end that may be read, though not used: bits are fetched eight bytes at a time.</summary>
    public const int Slack = 16;

    /// <summary>Larger pages are refused.</summary>
    public const int LargestPage = 1 << 30;
}
