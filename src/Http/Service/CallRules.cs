using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace KMeans.Http.Service;

/// <summary>What holds for calls of an endpoint. One without rules lets nobody in.</summary>
/// <param name="MostBodyBytes">The largest body.</param>
/// <param name="Changes">Whether a call changes something.</param>
internal sealed record CallRules(long MostBodyBytes, Func<HttpRequest, bool> Changes)
{
    /// <summary>Whether anybody may call: for probes.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Whether a token may stand for a signature: for endpoints of our own.</summary>
    public bool TakesToken { get; init; }

    /// <summary>An endpoint that everybody may look at.</summary>
    public static CallRules Open { get; } = new(0, _ => false) { IsOpen = true, TakesToken = true };

    /// <summary>An endpoint of our own that only looks.</summary>
    public static CallRules Look { get; } = new(0, _ => false) { TakesToken = true };

    /// <summary>An endpoint of our own that changes something.</summary>
    /// <param name="mostBodyBytes">The largest body.</param>
    /// <returns>The rules.</returns>
    public static CallRules Change(long mostBodyBytes = 0) => new(mostBodyBytes, _ => true) { TakesToken = true };
}

/// <summary>Gives endpoints their rules.</summary>
internal static class CallRulesExtensions
{
    /// <summary>Gives an endpoint its rules.</summary>
    /// <typeparam name="T">The builder.</typeparam>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="rules">The rules.</param>
    /// <returns>The endpoint.</returns>
    public static T With<T>(this T endpoint, CallRules rules)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(rules);
}

/// <summary>What is known of a call while it is answered; goes into the log of calls.</summary>
internal sealed class CallInfo
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Who called.</summary>
    public string Caller { get; set; } = "-";

    /// <summary>The operation.</summary>
    public required string Operation { get; set; }

    /// <summary>The operation without what it is about: one of a few.</summary>
    public string Route { get; set; } = "unknown";

    /// <summary>What it is about.</summary>
    public string? Subject { get; set; }

    /// <summary>The error's name.</summary>
    public string? Error { get; set; }

    /// <summary>Finds a call's.</summary>
    /// <param name="http">The call.</param>
    /// <returns>What is known of it.</returns>
    public static CallInfo Of(HttpContext http) => http.Features.Get<CallInfo>()!;
}
