using Microsoft.AspNetCore.Http;

namespace KMeans.Http.Service.Api;

/// <summary>The refusals that clients of the reference product know by name.</summary>
internal static class ApiErrors
{
    /// <summary>The error of a name that is taken.</summary>
    public const string ResourceInUse = "ResourceInUse";

    /// <summary>The error of a queue that is full.</summary>
    public const string ResourceLimitExceeded = "ResourceLimitExceeded";

    /// <summary>What the reference product says of a thing that is not there; its clients' waiters look for it.</summary>
    public const string NotFoundText = "Requested resource not found.";

    /// <summary>A member is wrong.</summary>
    /// <param name="message">Which, and what to do.</param>
    /// <returns>The refusal.</returns>
    public static ApiException Validation(string message) => new("ValidationException", message);

    /// <summary>A member's value breaks a rule.</summary>
    /// <param name="value">The value.</param>
    /// <param name="path">Where it is, such as "resourceConfig.instanceCount".</param>
    /// <param name="rule">What holds for it, such as "Member must have value less than or equal to 20".</param>
    /// <returns>The refusal.</returns>
    public static ApiException Constraint(string value, string path, string rule) =>
        Validation($"1 validation error detected: Value '{Shown(value)}' at '{path}' failed to satisfy constraint: {rule}");

    /// <summary>A required member is missing.</summary>
    /// <param name="path">Where it should be.</param>
    /// <returns>The refusal.</returns>
    public static ApiException Missing(string path) => Validation($"1 validation error detected: Value null at '{path}' failed to satisfy constraint: Member must not be null");

    /// <summary>A thing that is asked for is not there, in the words and under the code that waiters look for.</summary>
    /// <returns>The refusal.</returns>
    public static ApiException NotFound() => Validation(NotFoundText);

    /// <summary>A thing that a call is to change is not there.</summary>
    /// <param name="message">Which.</param>
    /// <returns>The refusal.</returns>
    public static ApiException ResourceNotFound(string message) => new("ResourceNotFound", message);

    /// <summary>A name is taken.</summary>
    /// <param name="message">Which.</param>
    /// <returns>The refusal.</returns>
    public static ApiException InUse(string message) => new(ResourceInUse, message);

    /// <summary>There is too much already.</summary>
    /// <param name="message">Of what, and what to do.</param>
    /// <returns>The refusal.</returns>
    public static ApiException LimitExceeded(string message) => new(ResourceLimitExceeded, message);

    /// <summary>The body is no JSON object.</summary>
    /// <param name="message">Why.</param>
    /// <returns>The refusal.</returns>
    public static ApiException Serialization(string message) => new("SerializationException", message);

    /// <summary>There is no such operation.</summary>
    /// <param name="message">Which there are.</param>
    /// <returns>The refusal.</returns>
    public static ApiException UnknownOperation(string message) => new("UnknownOperationException", message, StatusCodes.Status404NotFound);

    /// <summary>Calls come too fast; clients try again by themselves.</summary>
    /// <returns>The refusal.</returns>
    public static ApiException Throttling() => new("ThrottlingException", "Rate exceeded");

    /// <summary>The body is larger than what is taken.</summary>
    /// <param name="most">Bytes.</param>
    /// <returns>The refusal.</returns>
    public static ApiException TooLarge(long most) =>
        new("RequestEntityTooLargeException", $"The body is larger than the {most} bytes that are taken here.", StatusCodes.Status413PayloadTooLarge);

    /// <summary>The service cannot do it now; clients try again by themselves.</summary>
    /// <param name="message">Why.</param>
    /// <returns>The refusal.</returns>
    public static ApiException Unavailable(string message) => new("ServiceUnavailable", message, StatusCodes.Status503ServiceUnavailable);

    /// <summary>A fault of the program. What happened is in the log, under the call's id.</summary>
    /// <returns>The refusal.</returns>
    public static ApiException Internal() =>
        new("InternalFailure", "The service failed; its log has the details under this call's request id.", StatusCodes.Status500InternalServerError);

    /// <summary>What a failure looks like from outside.</summary>
    /// <param name="exception">The failure.</param>
    /// <returns>The refusal.</returns>
    public static ApiException Of(Exception exception) => exception switch
    {
        ApiException refused => refused,
        InputException => Validation(exception.Message),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new("RequestEntityTooLargeException", "The body is larger than what is taken here.", StatusCodes.Status413PayloadTooLarge),
        BadHttpRequestException bad => new("BadRequest", bad.Message, bad.StatusCode),
        _ => Internal(),
    };

    /// <summary>A value in a message: not the whole of a long one.</summary>
    private static string Shown(string value) => value.Length > 100 ? value[..100] + "..." : value;
}
