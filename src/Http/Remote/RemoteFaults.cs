using System.Text.Json;
using KMeans.Coordination;
using KMeans.Http.Protocol;

namespace KMeans.Http.Remote;

/// <summary>Makes every failure of a worker, or of the way to it, one of the kinds that the coordinator knows.</summary>
internal static class RemoteFaults
{
    /// <summary>Runs a request.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="watch">The request's.</param>
    /// <param name="request">The request.</param>
    /// <returns>What it gives.</returns>
    /// <exception cref="ProblemException">The pass or the input is not known there (any more).</exception>
    /// <exception cref="InputException">The data is wrong.</exception>
    /// <exception cref="InstanceFaultException">The worker failed, went silent, or sent what cannot be.</exception>
    public static async Task<T> Guard<T>(SilenceWatch watch, Func<Task<T>> request)
    {
        try
        {
            return await request().ConfigureAwait(false);
        }
        catch (Exception e) when (Translate(e, watch) is { } other)
        {
            throw other;
        }
    }

    /// <summary>What a failure means. The message says it all: the cause would only end a job in words that its user does not know.</summary>
    /// <param name="e">The failure.</param>
    /// <param name="watch">The request's.</param>
    /// <returns>Another exception, or null: it is one that is known.</returns>
    public static Exception? Translate(Exception e, SilenceWatch watch) => e switch
    {
        ProblemException { Problem.Type: ProblemTypes.UnknownPass or ProblemTypes.UnknownInput } => null,
        ProblemException { Problem: { Type: ProblemTypes.Input } problem } => new InputException(problem.Detail, e),
        ProblemException { Problem: var problem } => new InstanceFaultException(problem.Detail.TrimEnd('.'), problem.Transient),
        SummaryFormatException => new InstanceFaultException(e.Message.TrimEnd('.'), transient: true),
        _ when watch.IsSilent => new InstanceFaultException("it said nothing for too long", transient: true),
        HttpRequestException http => new InstanceFaultException(Reason(http), transient: true),
        IOException => new InstanceFaultException($"the connection broke ({e.Message.TrimEnd('.')})", transient: true),
        JsonException => new InstanceFaultException("it answers something else than a worker does", transient: false),
        _ => null,
    };

    /// <summary>Why a request did not come through, in a few words.</summary>
    /// <param name="e">What the client threw.</param>
    /// <returns>The reason, and for TLS the remedy; without a full stop.</returns>
    public static string Reason(HttpRequestException e)
    {
        var inner = (e.InnerException ?? e).Message.TrimEnd('.');
        return e.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "its name is not known",
            HttpRequestError.SecureConnectionError => $"TLS could not be agreed on ({inner}); name its authority with --tls-ca",
            HttpRequestError.ConnectionError => $"it is not reachable ({inner})",
            HttpRequestError.VersionNegotiationError => "it does not speak HTTP/2, so it is no worker",
            _ => $"the request failed ({inner})",
        };
    }
}
