using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace KMeans.Input.S3;

/// <summary>The connection to S3 or to what speaks like it, as the environment says: see docs/design/s3.md.</summary>
internal sealed class S3Connection : IDisposable
{
    private const string AnyRegion = "us-east-1";

    private volatile bool hasAnswered;

    /// <summary>Reads the environment. Connects to nothing yet.</summary>
    /// <param name="settings">The bounds.</param>
    /// <exception cref="InputException">A setting is wrong, or there is neither an endpoint nor a region.</exception>
    public S3Connection(S3Settings settings)
    {
        var config = new AmazonS3Config
        {
            RetryMode = RequestRetryMode.Standard,
            MaxConnectionsPerServer = 2 * settings.Requests,
            Timeout = settings.Silence,
            ConnectTimeout = TimeSpan.FromSeconds(10),

            // TCP and TLS have theirs; many servers that speak like S3 know no others.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        // Given by the user, the SDK reads it itself.
        if (Value(settings, "AWS_MAX_ATTEMPTS") is null)
        {
            config.MaxErrorRetry = settings.Retries;
        }

        var region = Value(settings, "AWS_REGION") ?? Value(settings, "AWS_DEFAULT_REGION");
        if (Endpoint(settings) is { } endpoint)
        {
            (config.ServiceURL, config.AuthenticationRegion, config.ForcePathStyle) = (endpoint.ToString(), region ?? AnyRegion, true);
            Address = endpoint.ToString().TrimEnd('/');
        }
        else if (region is not null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
            Address = $"S3 in {region}";
        }

        try
        {
            Client = new AmazonS3Client(config);
            Address ??= $"S3 in {Client.Config.RegionEndpoint.SystemName}";
        }
        catch (AmazonClientException e)
        {
            throw new InputException($"s3://: {e.Message.TrimEnd('.')}; set AWS_REGION, or AWS_ENDPOINT_URL_S3 for another server than Amazon's.", e);
        }
    }

    /// <summary>The client. Thread-safe.</summary>
    public AmazonS3Client Client { get; }

    /// <summary>Where it goes, for messages.</summary>
    public string Address { get; }

    /// <summary>Sends a request and waits for its answer. For threads of our own: not for those of the shared pool.</summary>
    /// <typeparam name="T">The answer.</typeparam>
    /// <param name="path">What it is about, for messages.</param>
    /// <param name="send">Sends it.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="InputException">The user must change something.</exception>
    /// <exception cref="IOException">It failed as often as it was tried.</exception>
    public T Send<T>(string path, Func<AmazonS3Client, Task<T>> send)
    {
        try
        {
            return SendAsync(path, send).GetAwaiter().GetResult();
        }
        catch (AggregateException e) when (e.InnerException is not null)
        {
            throw S3Failures.Explain(e.InnerException, path, this);
        }
    }

    /// <summary>As <see cref="Send"/>, without waiting.</summary>
    /// <typeparam name="T">The answer.</typeparam>
    /// <param name="path">What it is about, for messages.</param>
    /// <param name="send">Sends it.</param>
    /// <returns>The answer.</returns>
    public async Task<T> SendAsync<T>(string path, Func<AmazonS3Client, Task<T>> send)
    {
        try
        {
            var answer = await send(Client).ConfigureAwait(false);
            hasAnswered = true;
            return answer;
        }
        catch (Exception e) when (S3Failures.IsOurs(e))
        {
            throw S3Failures.Explain(e, path, this);
        }
    }

    /// <summary>Whether something like S3 has answered before: what fails later is not the endpoint's name.</summary>
    public bool HasAnswered => hasAnswered;

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();

    private static Uri? Endpoint(S3Settings settings)
    {
        foreach (var name in (string[])["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"])
        {
            if (Value(settings, name) is { } text)
            {
                return Uri.TryCreate(text, UriKind.Absolute, out var endpoint) && endpoint.Scheme is "http" or "https"
                    ? endpoint
                    : throw new InputException($"{name}={text}: is no address; write it as http://HOST:PORT or https://HOST.");
            }
        }

        return null;
    }

    private static string? Value(S3Settings settings, string name) => settings.Variable(name) is { Length: > 0 } value ? value : null;
}
