namespace KMeans.Http.Service;

/// <summary>What a service's user gives its options with, for messages: options of a command, or a silo's settings.</summary>
internal sealed record ServiceOptionNames
{
    /// <summary><see cref="ServiceOptions.StateFolder"/>.</summary>
    public string State { get; init; } = "--state";

    /// <summary><see cref="ServiceOptions.Store"/>.</summary>
    public string Store { get; init; } = "--store";

    /// <summary><see cref="ServiceOptions.KeysPath"/>.</summary>
    public string Keys { get; init; } = "--keys-file";

    /// <summary><see cref="ServiceOptions.AuditLogPath"/>.</summary>
    public string AuditLog { get; init; } = "--audit-log";

    /// <summary><see cref="ServiceOptions.Concurrency"/>.</summary>
    public string Concurrency { get; init; } = "--concurrency";

    /// <summary><see cref="ServiceOptions.MostWaiting"/>.</summary>
    public string MostWaiting { get; init; } = "--most-waiting";

    /// <summary><see cref="ServiceOptions.LongPoll"/>.</summary>
    public string LongPoll { get; init; } = "--long-poll";

    /// <summary><see cref="ServiceOptions.CallsPerSecond"/>.</summary>
    public string Rate { get; init; } = "--rate";

    /// <summary><see cref="ServiceOptions.Region"/>.</summary>
    public string Region { get; init; } = "--region";

    /// <summary><see cref="ServiceOptions.Account"/>.</summary>
    public string Account { get; init; } = "--account";
}
