namespace KMeans.Http.Inference;

/// <summary>What a server of one model is told.</summary>
public sealed record InferenceOptions
{
    /// <summary>Bytes of a megabyte, as the reference product counts payloads.</summary>
    public const int Megabyte = 1 << 20;

    /// <summary>Where it listens: http, an address, a port (0 for any free one).</summary>
    /// <value>Required, such as "http://0.0.0.0:8080".</value>
    public required string Listen { get; init; }

    /// <summary>The model: a folder, model.tar.gz or model_algo-1.</summary>
    /// <value>Required.</value>
    public required string ModelPath { get; init; }

    /// <summary>The largest body, in MB of 2^20 bytes.</summary>
    /// <value>6 by default, as the reference product; 1 to 100.</value>
    public int MaxPayloadInMB { get; init; } = 6;

    /// <summary>Requests that batch transform should send at a time: what /execution-parameters says.</summary>
    /// <value>One a core by default; 1 or more.</value>
    public int MaxConcurrentTransforms { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether batch transform should put several rows into a request: what /execution-parameters says.</summary>
    /// <value>Yes by default.</value>
    public bool MultiRecord { get; init; } = true;

    /// <summary>Requests that are taken at a time; more are refused with 429.</summary>
    /// <value>64 by default: it bounds the memory that bodies take.</value>
    public int MostRequests { get; init; } = 64;
}
