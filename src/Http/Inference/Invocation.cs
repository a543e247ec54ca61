using KMeans.Inference;
using Microsoft.AspNetCore.Http;

namespace KMeans.Http.Inference;

/// <summary>Answers one request for the clusters of rows, wherever it is routed.</summary>
internal static class Invocation
{
    /// <summary>What the reference product says of a body that its model cannot take; ours goes on with the reason.</summary>
    private const string Unable = "unable to evaluate payload provided";

    /// <summary>Rows that are written between two looks at whether the client keeps up.</summary>
    private const int RowsAFlush = 4096;

    /// <summary>Reads the body, finds the clusters and writes the answer.</summary>
    /// <param name="http">The request, with Content-Type and Accept.</param>
    /// <param name="model">The model.</param>
    /// <param name="mostBodyBytes">The largest body.</param>
    /// <returns>When the answer is written.</returns>
    /// <exception cref="InvocationException">It is refused: 400 for rows that are none of the model's, 406, 413 or 415.</exception>
    public static async Task RunAsync(HttpContext http, InferenceModel model, int mostBodyBytes)
    {
        using var body = await RequestBody.ReadAsync(http, mostBodyBytes).ConfigureAwait(false);
        await AnswerAsync(http, model, body.Bytes).ConfigureAwait(false);
    }

    /// <summary>Finds the clusters of a body that was read and writes the answer. Nothing is written before all of it is known to be right.</summary>
    /// <param name="http">The request, with Content-Type and Accept.</param>
    /// <param name="model">The model.</param>
    /// <param name="body">The body.</param>
    /// <returns>When the answer is written.</returns>
    /// <exception cref="InvocationException">It is refused: 400 for rows that are none of the model's, 406 or 415.</exception>
    public static async Task AnswerAsync(HttpContext http, InferenceModel model, ReadOnlyMemory<byte> body)
    {
        var input = ReadContentType(http.Request);
        var format = MediaTypes.ReadAccept(http.Request.Headers.Accept)
            ?? throw new InvocationException(StatusCodes.Status406NotAcceptable, $"none of the types in Accept is supported; accept {MediaTypes.All}.");
        using var predictions = Evaluate(model, body.Span, input);
        http.Response.ContentType = MediaTypes.Name(format);
        var answer = AnswerFormat.Of(format);
        for (var first = 0; first < predictions.Count; first += RowsAFlush)
        {
            answer.Write(predictions, first, Math.Min(RowsAFlush, predictions.Count - first), http.Response.BodyWriter);
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted).ConfigureAwait(false);
        }
    }

    private static InferenceFormat ReadContentType(HttpRequest request)
    {
        var format = MediaTypes.ReadContentType(request.ContentType, out var problem);
        if (problem is null && request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding != "identity")
        {
            problem = $"the content encoding '{encoding}' is not supported; send the body as it is.";
        }

        return problem is null ? format : throw new InvocationException(StatusCodes.Status415UnsupportedMediaType, problem);
    }

    private static Predictions Evaluate(InferenceModel model, ReadOnlySpan<byte> body, InferenceFormat format)
    {
        try
        {
            return model.Evaluate(body, format);
        }
        catch (InputException e)
        {
            throw new InvocationException(StatusCodes.Status400BadRequest, $"{Unable}: {e.Message}", e);
        }
    }
}
