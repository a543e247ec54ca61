using KMeans.Coordination;
using KMeans.Http.Protocol;
using Microsoft.AspNetCore.Http;

namespace KMeans.Http.Workers;

/// <summary>Makes refusals.</summary>
internal static class Refusal
{
    /// <summary>The request is not well formed.</summary>
    /// <param name="detail">What is wrong and what to do.</param>
    /// <returns>The refusal.</returns>
    public static ProblemException BadRequest(string detail) => new(new Problem(ProblemTypes.BadRequest, "Bad request", StatusCodes.Status400BadRequest, detail, false));

    /// <summary>The body is too large.</summary>
    /// <param name="most">Bytes.</param>
    /// <returns>The refusal.</returns>
    public static ProblemException TooLarge(long most) =>
        new(new Problem(ProblemTypes.TooLarge, "Too large", StatusCodes.Status413PayloadTooLarge, $"The body is larger than the {most} bytes that are taken here.", false));

    /// <summary>Something is not known here.</summary>
    /// <param name="type">One of <see cref="ProblemTypes"/>.</param>
    /// <param name="detail">What and what to do.</param>
    /// <returns>The refusal.</returns>
    public static ProblemException Unknown(string type, string detail) => new(new Problem(type, "Not found", StatusCodes.Status404NotFound, detail, false));

    /// <summary>Too much at once.</summary>
    /// <param name="detail">What.</param>
    /// <returns>The refusal.</returns>
    public static ProblemException Busy(string detail) => new(new Problem(ProblemTypes.Busy, "Busy", StatusCodes.Status429TooManyRequests, detail, true));

    /// <summary>The worker ends.</summary>
    /// <returns>The refusal.</returns>
    public static ProblemException Stopping() =>
        new(new Problem(ProblemTypes.Stopping, "Stopping", StatusCodes.Status503ServiceUnavailable, "The worker is stopping; try again when it is back, or another one.", true));

    /// <summary>What a failure looks like from outside.</summary>
    /// <param name="exception">The failure.</param>
    /// <returns>The problem. Of a fault of the program only the type's name.</returns>
    public static Problem Of(Exception exception) => exception switch
    {
        ProblemException refused => refused.Problem,
        InputException => new Problem(ProblemTypes.Input, "Wrong input", StatusCodes.Status422UnprocessableEntity, exception.Message, false),
        InstanceFaultException fault => new Problem(ProblemTypes.Fault, "Cannot be run here", StatusCodes.Status409Conflict, exception.Message, fault.IsTransient),
        SummaryFormatException => new Problem(ProblemTypes.BadRequest, "Bad request", StatusCodes.Status400BadRequest, exception.Message, false),
        BadHttpRequestException bad => bad.StatusCode == StatusCodes.Status413PayloadTooLarge
            ? new Problem(ProblemTypes.TooLarge, "Too large", bad.StatusCode, "The body is larger than what is taken here.", false)
            : new Problem(ProblemTypes.BadRequest, "Bad request", bad.StatusCode, bad.Message, false),
        System.Text.Json.JsonException => new Problem(ProblemTypes.BadRequest, "Bad request", StatusCodes.Status400BadRequest, "The body is not the JSON that is expected here.", false),
        OutOfMemoryException => new Problem(ProblemTypes.Fault, "Out of memory", StatusCodes.Status507InsufficientStorage, "The worker has not enough memory for this; give it more or use fewer --threads.", false),
        IOException => new Problem(ProblemTypes.Fault, "Cannot be read", StatusCodes.Status500InternalServerError, exception.Message, true),
        _ => new Problem(ProblemTypes.Fault, "Fault", StatusCodes.Status500InternalServerError, $"A fault of the worker ({exception.GetType().Name}); its log has the details.", true),
    };
}
