using System.Buffers;

namespace KMeans.Input.Parquet;

/// <summary>What all buffers that hold pages agree on.</summary>
internal static class PageBuffers
{
    /// <summary>Bytes behind a page's end that may be read, though not used: bits are fetched eight bytes at a time.</summary>
    public const int Slack = 16;

    /// <summary>Larger pages are refused.</summary>
    public const int LargestPage = 1 << 30;

    /// <summary>Larger buffers are not kept for the next reader.</summary>
    private const int LargestKept = 16 << 20;

    /// <summary>Readers come and go by the thousand, each with two buffers a column: more than the shared pool keeps of one size.</summary>
    private const int KeptOfASize = 4096;

    /// <summary>Where page buffers come from.</summary>
    public static ArrayPool<byte> Pool { get; } = ArrayPool<byte>.Create(LargestKept, KeptOfASize);
}
