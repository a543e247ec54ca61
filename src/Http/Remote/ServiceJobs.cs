using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using KMeans.Http.Protocol;
using KMeans.Http.Service;
using KMeans.Http.Service.Own;
using KMeans.Jobs;
using KMeans.Models;
using KMeans.Training;

namespace KMeans.Http.Remote;

/// <summary>The jobs of a service (kmeans serve), over HTTP. Every call can be repeated without harm, and is, for a while, where the service is away.</summary>
public sealed class ServiceJobs : IJobService
{
    /// <summary>A service that was started again answers within so long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>A stop waits for the job's end on the other side.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(60);

    /// <summary>Those who watch hear a sign of life each second.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(20);

    private const int MostProblemBytes = 64 << 10;
    private const string JobsPath = "/v1/jobs";

    private readonly HttpClient http;
    private readonly string url;
    private readonly TimeProvider clock;

    /// <summary>Connects to nothing yet.</summary>
    /// <param name="url">Such as http://127.0.0.1:8080.</param>
    /// <param name="options">How the service is reached.</param>
    /// <param name="clock">The time.</param>
    /// <exception cref="InputException">The address or the authority file is wrong.</exception>
    /// <remarks>Calls end in an <see cref="InputException"/> where the service's certificate is not trusted.</remarks>
    public ServiceJobs(string url, WorkerClientOptions options, TimeProvider clock)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0)
        {
            throw new InputException($"--url {url}: is no service's address; give http://ADDRESS:PORT or https://ADDRESS:PORT.");
        }

        (this.url, this.clock) = (url.TrimEnd('/'), clock);
        http = WorkerConnection.Create(uri, options);

        // Without TLS a service speaks HTTP/1.1, as the reference product's clients do.
        http.DefaultRequestVersion = uri.Scheme == "https" ? HttpVersion.Version20 : HttpVersion.Version11;
        http.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
    }

    /// <inheritdoc/>
    public async Task<JobStatus> SubmitAsync(string id, JobRequest request, CancellationToken cancellation)
    {
        var text = JobRequestCodec.Write(request);
        return Status(await JsonAsync(HttpMethod.Put, PathOf(id), () => new StringContent(text, Encoding.UTF8, "application/json"), OwnJson.Default.JobView, cancellation).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobStatus>> ListAsync(CancellationToken cancellation)
    {
        var jobs = new List<JobStatus>();
        string? after = null;
        do
        {
            var page = await JsonAsync(HttpMethod.Get, $"{JobsPath}?count=100{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}", null, OwnJson.Default.JobPage, cancellation).ConfigureAwait(false);
            jobs.AddRange(page.Jobs.Select(Status));
            after = page.Next;
        }
        while (after is not null);
        return jobs;
    }

    /// <inheritdoc/>
    public async Task<JobStatus> StatusAsync(string id, CancellationToken cancellation) =>
        Status(await JsonAsync(HttpMethod.Get, PathOf(id), null, OwnJson.Default.JobView, cancellation).ConfigureAwait(false));

    /// <inheritdoc/>
    public async IAsyncEnumerable<JobStatus> WatchAsync(string id, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var path = PathOf(id) + "/events";
        var heard = clock.GetTimestamp();
        while (true)
        {
            using var silence = new SilenceWatch(LongestSilence, clock, cancellation);
            using var response = await AgainAsync(() => SendAsync(HttpMethod.Get, path, null, silence.Token), cancellation).ConfigureAwait(false);
            await using var events = (await EventsAsync(response, silence).ConfigureAwait(false)).GetAsyncEnumerator(silence.Token);
            while (await NextAsync(events, cancellation).ConfigureAwait(false))
            {
                silence.Heard();
                heard = clock.GetTimestamp();
                var job = Status(JsonSerializer.Deserialize(events.Current.Data, OwnJson.Default.JobView) ?? throw new IOException($"{url}: does not answer as a service does"));
                yield return job;
                if (job.State != JobState.Running)
                {
                    yield break;
                }
            }

            // The service went away: the job goes on when it is back.
            if (clock.GetElapsedTime(heard) > Patience)
            {
                throw new IOException($"{url}: did not answer for {Patience.TotalSeconds:0} s; the job goes on when the service does");
            }

            await Task.Delay(Pause, clock, cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<JobStatus> StopAsync(string id, CancellationToken cancellation) =>
        Status(await JsonAsync(HttpMethod.Post, PathOf(id) + "/stop", null, OwnJson.Default.JobView, cancellation).ConfigureAwait(false));

    /// <inheritdoc/>
    public async Task FetchAsync(string id, string directory, bool overwrite, CancellationToken cancellation)
    {
        var path = PathOf(id) + "/model";
        var listing = await JsonAsync(HttpMethod.Get, path, null, OwnJson.Default.ModelListing, cancellation).ConfigureAwait(false);
        var files = listing.Files.Select(file => (file.Name, (Func<Stream>)(() => OpenAsync($"{path}/{string.Join('/', file.Name.Split('/').Select(Uri.EscapeDataString))}", cancellation).GetAwaiter().GetResult())));
        await Task.Factory.StartNew(() => ModelFolder.Import(directory, overwrite, files), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string PathOf(string id) => $"{JobsPath}/{JobName.Require(id)}";

    private static async Task<IAsyncEnumerable<SseItem<string>>> EventsAsync(HttpResponseMessage response, SilenceWatch silence)
    {
        var stream = await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
        return SseParser.Create(stream).EnumerateAsync(silence.Token);
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<SseItem<string>> events, CancellationToken cancellation)
    {
        try
        {
            return await events.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return false;
        }
    }

    private async Task<Stream> OpenAsync(string path, CancellationToken cancellation)
    {
        var response = await AgainAsync(() => SendAsync(HttpMethod.Get, path, null, cancellation), cancellation).ConfigureAwait(false);
        return await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
    }

    private Task<T> JsonAsync<T>(HttpMethod method, string path, Func<HttpContent>? content, JsonTypeInfo<T> type, CancellationToken cancellation) => AgainAsync(async () =>
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(LongestAnswer);
        using var response = await SendAsync(method, path, content, patience.Token).ConfigureAwait(false);
        return await response.Content.ReadFromJsonAsync(type, patience.Token).ConfigureAwait(false) ?? throw new JsonException();
    }, cancellation);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, Func<HttpContent>? content, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content?.Invoke(), Version = http.DefaultRequestVersion, VersionPolicy = http.DefaultVersionPolicy };
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw new ProblemException(await ProblemAsync(response, cancellation).ConfigureAwait(false));
        }
    }

    private static async Task<Problem> ProblemAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json")
        {
            await response.Content.LoadIntoBufferAsync(MostProblemBytes, cancellation).ConfigureAwait(false);
            if (await response.Content.ReadFromJsonAsync(ProtocolJson.Default.Problem, cancellation).ConfigureAwait(false) is { Detail: not null } problem)
            {
                return problem;
            }
        }

        var status = (int)response.StatusCode;
        return new Problem(ProblemTypes.Fault, "No service", status, $"it answers with status {status} and no reason; is a service (kmeans serve) at this address?", status >= 500);
    }

    /// <summary>Calls until there is an answer, or the service was away for long.</summary>
    private async Task<T> AgainAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            Exception failure;
            try
            {
                return await call().ConfigureAwait(false);
            }
            catch (ProblemException e) when (!e.Problem.Transient)
            {
                throw e.Problem.Status < 500 ? new InputException($"--url {url}: {e.Problem.Detail}", e) : new IOException($"{url}: {e.Problem.Detail}", e);
            }
            catch (HttpRequestException e) when (e is { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: AuthenticationException })
            {
                // No later handshake ends otherwise; one that merely broke off may.
                throw new InputException($"--url {url}: {RemoteFaults.Reason(e)}.", e);
            }
            catch (JsonException e)
            {
                throw new IOException($"{url}: does not answer as a service (kmeans serve) does; check --url", e);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or ProblemException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                failure = e;
            }

            if (clock.GetElapsedTime(began) > Patience)
            {
                throw new IOException($"{url}: does not answer ({failure.Message.TrimEnd('.')}); start the service (kmeans serve), or correct --url", failure);
            }

            await Task.Delay(Pause, clock, cancellation).ConfigureAwait(false);
        }
    }

    private static JobStatus Status(JobView job) => new()
    {
        Id = job.Id,
        State = job.State,
        Version = job.Version,
        Epoch = job.Epoch,
        Submitted = job.Submitted,
        Ended = job.Ended,
        Progress = job.Progress is { } progress ? new TrainingProgress(progress.Phase, progress.Rows, progress.TotalRows, progress.Msd ?? double.NaN, progress.Centers) : null,
        Message = job.Message,
        IsMachineFault = MachineFault.Is(job.Message),
        Report = job.Report,
    };
}
