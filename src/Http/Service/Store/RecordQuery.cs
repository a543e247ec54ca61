namespace KMeans.Http.Service.Store;

/// <summary>What a list is sorted by.</summary>
internal enum RecordOrder
{
    /// <summary>When things were made.</summary>
    Created,

    /// <summary>Their names, byte by byte.</summary>
    Name,

    /// <summary>Where they are.</summary>
    Status,
}

/// <summary>Asks for a page of records of one kind. What is null does not count.</summary>
/// <param name="Kind">The kind.</param>
internal sealed record RecordQuery(string Kind)
{
    /// <summary>Those that are there.</summary>
    public string? Status { get; init; }

    /// <summary>Those whose name has this in it.</summary>
    public string? NameContains { get; init; }

    /// <summary>Those that this one made.</summary>
    public string? Parent { get; init; }

    /// <summary>Those made after this.</summary>
    public long? CreatedAfter { get; init; }

    /// <summary>Those made before this.</summary>
    public long? CreatedBefore { get; init; }

    /// <summary>Those changed after this.</summary>
    public long? ModifiedAfter { get; init; }

    /// <summary>Those changed before this.</summary>
    public long? ModifiedBefore { get; init; }

    /// <summary>What the list is sorted by; then by name.</summary>
    public RecordOrder Order { get; init; }

    /// <summary>Whether the last comes first.</summary>
    public bool Descending { get; init; }

    /// <summary>The most records of a page.</summary>
    public int Count { get; init; } = 10;

    /// <summary>Whether records come with their documents, which take most of the bytes.</summary>
    public bool WithDocuments { get; init; }

    /// <summary>Where the page before ended, or null for the first.</summary>
    public string? After { get; init; }
}

/// <summary>A page of a list.</summary>
/// <param name="Records">In order; their documents are empty where they were not asked for.</param>
/// <param name="Next">Where the next page begins, to be given back; null where this is the last.</param>
internal sealed record RecordPage(IReadOnlyList<StoredRecord> Records, string? Next);
