using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using KMeans.Coordination;
using KMeans.Http.Protocol;

namespace KMeans.Http.Remote;

/// <summary>Requests to one worker, over HTTP/2. Thread-safe. What each request throws: see <see cref="RemoteFaults"/>.</summary>
internal sealed class WorkerClient : IDisposable
{
    /// <summary>A refusal is one line; more is not from a worker of ours.</summary>
    private const int MostProblemBytes = 64 << 10;

    private readonly HttpClient http;
    private readonly WorkerClientOptions options;

    /// <summary>Connects to nothing yet.</summary>
    /// <param name="url">Such as http://10.0.0.5:7070.</param>
    /// <param name="options">How it is reached.</param>
    /// <exception cref="InputException">The address or the authority file is wrong.</exception>
    public WorkerClient(string url, WorkerClientOptions options)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0)
        {
            throw new InputException($"--workers {url}: is no worker's address; give http://ADDRESS:PORT or https://ADDRESS:PORT.");
        }

        this.options = options;
        Url = url.TrimEnd('/');
        http = WorkerConnection.Create(uri, options);
    }

    /// <summary>The address without a slash at its end.</summary>
    public string Url { get; }

    /// <summary>Asks the worker what it is.</summary>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The answer.</returns>
    public async Task<WorkerInfo> InfoAsync(CancellationToken cancellation)
    {
        var info = await Json(HttpMethod.Get, Routes.Info, null, ProtocolJson.Default.WorkerInfo, options.ConnectTimeout, cancellation).ConfigureAwait(false);
        return info.Protocol == Routes.ProtocolVersion && info.Threads > 0
            ? info
            : throw new InstanceFaultException($"it speaks protocol {info.Protocol} (version {info.Version}) where {Routes.ProtocolVersion} is spoken here; run the same release everywhere", transient: false);
    }

    /// <summary>Has the worker open an input.</summary>
    /// <param name="request">What to open.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>Its files.</returns>
    public Task<InputListing> ListAsync(InputRequest request, CancellationToken cancellation) =>
        Json(HttpMethod.Post, Routes.Inputs, JsonContent.Create(request, ProtocolJson.Default.InputRequest), ProtocolJson.Default.InputListing, options.RequestTimeout, cancellation);

    /// <summary>Sends something and wants no answer but that it arrived.</summary>
    /// <param name="method">POST or DELETE.</param>
    /// <param name="path">The endpoint.</param>
    /// <param name="content">The body, or null.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>When it was taken.</returns>
    public async Task SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellation)
    {
        using var watch = new SilenceWatch(options.RequestTimeout, TimeProvider.System, cancellation);
        await RemoteFaults.Guard(watch, async () =>
        {
            using var response = await Send(method, path, content, watch.Token).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
    }

    /// <summary>Asks for an answer in frames and reads its payload, on a thread of its own.</summary>
    /// <typeparam name="T">What the payload holds.</typeparam>
    /// <param name="path">The endpoint.</param>
    /// <param name="advanced">Told of progress, or null.</param>
    /// <param name="read">Reads the payload.</param>
    /// <param name="cancellation">Nobody wants it any more; the worker is told.</param>
    /// <returns>What was read, with the payload's end checked.</returns>
    public async Task<T> ReadAsync<T>(string path, Action<long, double>? advanced, Func<Stream, T> read, CancellationToken cancellation)
    {
        using var watch = new SilenceWatch(options.LongestSilence, TimeProvider.System, cancellation);
        return await RemoteFaults.Guard(watch, async () =>
        {
            using var frames = await Open(path, null, watch, advanced).ConfigureAwait(false);
            return await Task.Factory.StartNew(
                () =>
                {
                    var payload = read(frames);
                    frames.RequireEnd();
                    return payload;
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <summary>Asks for rows.</summary>
    /// <param name="input">As the worker named it.</param>
    /// <param name="request">Which rows.</param>
    /// <param name="watch">Lives as long as the answer.</param>
    /// <returns>The answer, to be read bit by bit and disposed.</returns>
    public Task<FrameReader> RowsAsync(string input, RowsRequest request, SilenceWatch watch) =>
        RemoteFaults.Guard(watch, () => Open(Routes.RowsOf(input), JsonContent.Create(request, ProtocolJson.Default.RowsRequest), watch, null));

    /// <summary>Begins to watch a request for rows.</summary>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The watch, to be disposed.</returns>
    public SilenceWatch Watch(CancellationToken cancellation) => new(options.LongestSilence, TimeProvider.System, cancellation);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static async Task<Problem> ReadProblem(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json" && response.Content.Headers.ContentLength is null or <= MostProblemBytes)
        {
            await response.Content.LoadIntoBufferAsync(MostProblemBytes, cancellation).ConfigureAwait(false);
            if (await response.Content.ReadFromJsonAsync(ProtocolJson.Default.Problem, cancellation).ConfigureAwait(false) is { Detail: not null, Type: not null } problem)
            {
                return problem;
            }
        }

        var status = (int)response.StatusCode;
        return new Problem(ProblemTypes.Fault, "No worker", status, $"it answers with status {status} and no reason", status >= 500);
    }

    private async Task<FrameReader> Open(string path, HttpContent? content, SilenceWatch watch, Action<long, double>? advanced)
    {
        var response = await Send(HttpMethod.Post, path, content, watch.Token).ConfigureAwait(false);
        watch.Heard();
        return new FrameReader(await response.Content.ReadAsStreamAsync(watch.Token).ConfigureAwait(false), watch, advanced);
    }

    private async Task<T> Json<T>(HttpMethod method, string path, HttpContent? content, JsonTypeInfo<T> type, TimeSpan longest, CancellationToken cancellation)
    {
        using var watch = new SilenceWatch(longest, TimeProvider.System, cancellation);
        return await RemoteFaults.Guard(watch, async () =>
        {
            using var response = await Send(method, path, content, watch.Token).ConfigureAwait(false);
            return await response.Content.ReadFromJsonAsync(type, watch.Token).ConfigureAwait(false) ?? throw new JsonException();
        }).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> Send(HttpMethod method, string path, HttpContent? content, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw new ProblemException(await ReadProblem(response, cancellation).ConfigureAwait(false));
        }
    }
}
