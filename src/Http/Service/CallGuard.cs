using System.Net;
using System.Threading.RateLimiting;
using KMeans.Http.Protocol;
using KMeans.Http.Service.Api;
using KMeans.Http.Service.Security;
using KMeans.Http.Workers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace KMeans.Http.Service;

/// <summary>Stands before every endpoint: numbers calls, bounds their rate and size, finds out who calls, turns what goes wrong into the answer of its kind, and writes the log of calls.</summary>
internal sealed class CallGuard : IAsyncDisposable
{
    private const string Anonymous = "anonymous";
    private const int FirstBytes = 64 << 10;
    private readonly AccessKeys keys;
    private readonly SignatureGate signatures;
    private readonly TokenGate? token;
    private readonly AuditLog audit;
    private readonly ServiceMetrics metrics;
    private readonly TimeProvider clock;
    private readonly Action<string> log;
    private readonly PartitionedRateLimiter<string> rates;
    private volatile bool isStopping;

    /// <summary>Creates it.</summary>
    /// <param name="options">The service's.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="signatures">Verifies signatures.</param>
    /// <param name="audit">The log of calls; disposed with this.</param>
    /// <param name="metrics">Counts calls.</param>
    /// <param name="clock">The time.</param>
    /// <param name="log">Told of faults.</param>
    public CallGuard(ServiceOptions options, AccessKeys keys, SignatureGate signatures, AuditLog audit, ServiceMetrics metrics, TimeProvider clock, Action<string> log)
    {
        (this.keys, this.signatures, this.audit, this.metrics, this.clock, this.log) = (keys, signatures, audit, metrics, clock, log);
        token = options.Token is null ? null : new TokenGate(options.Token);
        rates = PartitionedRateLimiter.Create<string, string>(caller => RateLimitPartition.GetTokenBucketLimiter(caller, _ => Rate(options.CallsPerSecond)));
    }

    /// <summary>So many calls a second, and twice as many at once after a rest.</summary>
    /// <param name="callsPerSecond">1 or more.</param>
    /// <returns>The bucket.</returns>
    internal static TokenBucketRateLimiterOptions Rate(int callsPerSecond)
    {
        // Where a tenth of them is no whole number, a tenth of a second would give others.
        var slices = callsPerSecond % 10 == 0 ? 10 : 1;
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = callsPerSecond * 2,
            TokensPerPeriod = callsPerSecond / slices,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1) / slices,
            QueueLimit = 0,
            AutoReplenishment = true,
        };
    }

    /// <summary>Whether calls must prove who makes them.</summary>
    private bool IsGuarded => !keys.IsEmpty || token is not null;

    /// <summary>Takes no more calls but probes.</summary>
    public void Stop() => isStopping = true;

    /// <summary>Answers a call, or refuses it.</summary>
    /// <param name="http">The call, with its endpoint found.</param>
    /// <param name="next">Who answers.</param>
    /// <returns>When it is answered.</returns>
    public async Task RunAsync(HttpContext http, RequestDelegate next)
    {
        var began = clock.GetTimestamp();
        var info = new CallInfo { Id = Guid.CreateVersion7(clock.GetUtcNow()).ToString(), Operation = $"{http.Request.Method} {http.Request.Path}" };
        http.Features.Set(info);
        http.Response.Headers["x-amzn-RequestId"] = info.Id;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.CacheControl = "no-store";
        var isOpen = false;
        try
        {
            var rules = http.GetEndpoint()?.Metadata.GetMetadata<CallRules>() ?? throw new ApiException("UnknownOperationException", "There is no such endpoint.", StatusCodes.Status404NotFound);
            isOpen = rules.IsOpen;
            info.Route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? info.Route;
            if (!isOpen)
            {
                await AdmitAsync(http, rules, info).ConfigureAwait(false);
            }

            await next(http).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be told.
        }
#pragma warning disable CA1031 // Whatever fails, the caller gets one line, and the service goes on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await FailAsync(http, info, e).ConfigureAwait(false);
        }

        var elapsed = clock.GetElapsedTime(began);
        metrics.Count(info, http.Response.StatusCode, elapsed);
        if (!isOpen)
        {
            await audit.AddAsync(new AuditEntry(
                clock.GetUtcNow(), info.Id, http.Connection.RemoteIpAddress?.ToString() ?? "-", info.Caller, info.Operation, info.Subject, http.Response.StatusCode, info.Error, elapsed.TotalMilliseconds)).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await rates.DisposeAsync().ConfigureAwait(false);
        await audit.DisposeAsync().ConfigureAwait(false);
    }

    private async Task AdmitAsync(HttpContext http, CallRules rules, CallInfo info)
    {
        // What a refused call still sends is read, up to here: otherwise the connection would end with it, and clients would see that instead of the refusal.
        http.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = rules.MostBodyBytes;
        if (isStopping)
        {
            throw ApiErrors.Unavailable("The service is stopping; call again when it is back.");
        }

        // Before the body is read or anything is computed: a flood costs little.
        using var lease = rates.AttemptAcquire(http.Connection.RemoteIpAddress?.ToString() ?? "");
        if (!lease.IsAcquired)
        {
            throw ApiErrors.Throttling();
        }

        RequireLocalHost(http.Request);
        var body = await ReadAsync(http, rules.MostBodyBytes).ConfigureAwait(false);
        if (!IsGuarded)
        {
            info.Caller = Anonymous;
        }
        else if (rules.TakesToken && token is not null && (keys.IsEmpty || http.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)))
        {
            token.Require(http.Request);
            info.Caller = "token";
        }
        else
        {
            info.Caller = await signatures.RequireAsync(http.Request, body, rules.Changes(http.Request)).ConfigureAwait(false);
        }

        http.Request.Body = new MemoryStream(body, writable: false);
    }

    /// <summary>Where nothing is verified, a page that a browser on this machine shows must not reach the service under another name (DNS rebinding); a call that is signed is signed for its host.</summary>
    private void RequireLocalHost(HttpRequest request)
    {
        // Nor may a page from elsewhere change anything by a request that it needs no answer to: browsers say where those come from.
        if (!IsGuarded && request.Headers.Origin is { Count: > 0 } origin && origin != $"{request.Scheme}://{request.Host}")
        {
            throw new ApiException("AccessDeniedException", "Without keys the service answers no page of another origin.", StatusCodes.Status403Forbidden);
        }

        if (!IsGuarded && !(request.Host.Host is "localhost" || (IPAddress.TryParse(request.Host.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address))))
        {
            throw new ApiException("AccessDeniedException", "Without keys the service answers under its loopback address alone.", StatusCodes.Status403Forbidden);
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContext http, long most)
    {
        if (http.Request.ContentLength > most)
        {
            if (http.Request.ContentLength <= 2 * most)
            {
                // A client that is still sending would see a broken connection instead of the refusal.
                http.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = 2 * most;
                await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted).ConfigureAwait(false);
            }

            throw ApiErrors.TooLarge(most);
        }

        if (http.Request.ContentLength is null or 0 && !http.Features.Get<IHttpRequestBodyDetectionFeature>()!.CanHaveBody)
        {
            return [];
        }

        // What a client only says that it will send takes no memory.
        var body = new MemoryStream((int)Math.Min(http.Request.ContentLength ?? 0, FirstBytes));
        await http.Request.Body.CopyToAsync(body, http.RequestAborted).ConfigureAwait(false);
        return body.Capacity == body.Length ? body.GetBuffer() : body.ToArray();
    }

    private async Task FailAsync(HttpContext http, CallInfo info, Exception exception)
    {
        var refused = exception is ProblemException problem
            ? new ApiException("AccessDeniedException", problem.Problem.Detail, problem.Problem.Status)
            : ApiErrors.Of(exception);
        info.Error = refused.Code;
        if (refused.Status == StatusCodes.Status500InternalServerError)
        {
            log($"{info.Operation}, request {info.Id}: {exception}");
        }

        if (!http.Response.HasStarted)
        {
            await Answers.FailAsync(http, refused).ConfigureAwait(false);
        }
    }
}
