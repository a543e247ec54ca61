using System.Text.Json.Nodes;

namespace KMeans.Http.Service.Api;

/// <summary>A call that was let in.</summary>
/// <param name="Operation">Its name, such as "CreateTrainingJob".</param>
/// <param name="Fields">Its body.</param>
/// <param name="Info">What is known of it; whoever answers says there what it is about.</param>
/// <param name="Cancellation">The client went away, or the service stops.</param>
internal sealed record ApiCall(string Operation, ApiFields Fields, CallInfo Info, CancellationToken Cancellation);

/// <summary>Answers calls of one operation.</summary>
/// <param name="call">The call.</param>
/// <returns>The answer's body; null for an empty one.</returns>
/// <exception cref="ApiException">The call is refused.</exception>
internal delegate Task<JsonObject?> ApiHandler(ApiCall call);

/// <summary>Operations that belong together: jobs, tuning, hosting.</summary>
internal interface IApiOperations
{
    /// <summary>Adds them.</summary>
    /// <param name="table">Where to.</param>
    void AddTo(ApiTable table);
}

/// <summary>All operations by name.</summary>
internal sealed class ApiTable
{
    private readonly Dictionary<string, (ApiHandler Handler, bool Changes)> operations = new(StringComparer.Ordinal);

    /// <summary>The names.</summary>
    public IEnumerable<string> Names => operations.Keys;

    /// <summary>Adds an operation that only looks.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="handler">Who answers.</param>
    public void Read(string name, ApiHandler handler) => operations.Add(name, (handler, false));

    /// <summary>Adds an operation that changes something: a signature of such a call counts once.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="handler">Who answers.</param>
    public void Change(string name, ApiHandler handler) => operations.Add(name, (handler, true));

    /// <summary>Whether an operation changes something; what is not known does not.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Whether it does.</returns>
    public bool Changes(string name) => operations.TryGetValue(name, out var found) && found.Changes;

    /// <summary>Finds an operation.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Who answers.</returns>
    /// <exception cref="ApiException">There is none.</exception>
    public ApiHandler Find(string name) =>
        operations.TryGetValue(name, out var found) ? found.Handler : throw ApiErrors.UnknownOperation($"This service has no operation of that name; it has {string.Join(", ", Names.Order(StringComparer.Ordinal))}.");
}
