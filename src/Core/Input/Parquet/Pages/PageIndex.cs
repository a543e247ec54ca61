namespace KMeans.Input.Parquet.Pages;

/// <summary>Where a page begins.</summary>
/// <param name="Position">What is before it in its chunk: values with nulls, or rows where lists differ in length.</param>
/// <param name="Slots">Values with nulls before it in its chunk.</param>
/// <param name="Offset">File offset of its header.</param>
internal readonly record struct PagePlace(long Position, long Slots, long Offset);

/// <summary>Where some pages of one chunk begin, learnt by whoever reads it first, so that later readers need not walk there. Thread-safe.</summary>
internal sealed class PageIndex
{
    /// <summary>Between two remembered pages: a walk to any page is short, and a terabyte of pages is remembered in 16 MiB.</summary>
    private const long SpacingBytes = 1 << 20;

    private readonly Lock gate = new();
    private readonly List<PagePlace> pages = [];

    /// <summary>Remembers a page, unless one nearby is known.</summary>
    /// <param name="page">The page.</param>
    public void Add(PagePlace page)
    {
        lock (gate)
        {
            if (pages.Count == 0 || page.Offset >= pages[^1].Offset + SpacingBytes)
            {
                pages.Add(page);
            }
        }
    }

    /// <summary>Finds where to start.</summary>
    /// <param name="position">The place wanted.</param>
    /// <param name="start">The last remembered page that begins at or before it.</param>
    /// <returns>False where none does.</returns>
    public bool TryFind(long position, out PagePlace start)
    {
        lock (gate)
        {
            int low = 0, high = pages.Count;
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (pages[middle].Position <= position)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle;
                }
            }

            start = low > 0 ? pages[low - 1] : default;
            return low > 0;
        }
    }
}
