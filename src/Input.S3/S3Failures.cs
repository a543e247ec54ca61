using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;

namespace KMeans.Input.S3;

/// <summary>Says in one line what is wrong when S3 refuses or does not answer, and whose it is to change.</summary>
internal static class S3Failures
{
    /// <summary>Whether a failure is of a kind that is explained here.</summary>
    /// <param name="e">The failure.</param>
    /// <returns>False for faults of the program.</returns>
    public static bool IsOurs(Exception e) => e is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or SocketException or TimeoutException or TaskCanceledException;

    /// <summary>Whether the object is no longer what it was when it was found.</summary>
    /// <param name="e">The failure.</param>
    /// <returns>True for a precondition that does not hold.</returns>
    public static bool IsChanged(Exception e) => e is AmazonS3Exception { StatusCode: HttpStatusCode.PreconditionFailed };

    /// <summary>Whether there is no such object or bucket.</summary>
    /// <param name="e">The failure.</param>
    /// <returns>True for 404.</returns>
    public static bool IsMissing(Exception e) => e is AmazonS3Exception { StatusCode: HttpStatusCode.NotFound };

    /// <summary>The error for the user.</summary>
    /// <param name="e">The failure.</param>
    /// <param name="path">What was asked for.</param>
    /// <param name="connection">Where.</param>
    /// <returns>An <see cref="InputException"/> where the user must change something, else an <see cref="IOException"/>.</returns>
    public static Exception Explain(Exception e, string path, S3Connection connection)
    {
        if (e is AmazonS3Exception { StatusCode: not 0 } answer)
        {
            return Explain(answer, path, connection);
        }

        if (e is AmazonClientException && !IsConnection(e) && e is not AmazonServiceException)
        {
            return e.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase)
                ? new InputException($"{path}: there are no credentials for S3; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.", e)
                : new IOException($"{path}: {Line(e.Message)}", e);
        }

        var reason = Line((e.InnerException?.InnerException ?? e.InnerException ?? e).Message);
        return connection.HasAnswered
            ? new IOException($"{path}: {connection.Address} does not answer ({reason}); try again when it does.", e)
            : new InputException($"{path}: {connection.Address} does not answer as S3 does ({reason}); check AWS_ENDPOINT_URL_S3 and the network.", e);
    }

    private static Exception Explain(AmazonS3Exception e, string path, S3Connection connection) => e.StatusCode switch
    {
        HttpStatusCode.NotFound when e.ErrorCode == "NoSuchBucket" => new InputException($"{path}: {connection.Address} has no such bucket; check its name, or create it first.", e),
        HttpStatusCode.NotFound => new InputException($"{path}: no such object; check the name.", e),
        HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => new InputException(
            $"{path}: access is denied ({e.ErrorCode ?? "Forbidden"}); check the credentials and what they are allowed to do at {connection.Address}.", e),
        HttpStatusCode.PreconditionFailed => new InputException($"{path}: was created by someone else meanwhile; choose another name or give --overwrite.", e),
        HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect => new InputException($"{path}: the bucket is in another region than {connection.Address}; set AWS_REGION.", e),
        HttpStatusCode.BadRequest when e.ErrorCode is "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" => new InputException(
            $"{path}: the bucket is in another region than {connection.Address}; set AWS_REGION.", e),
        HttpStatusCode.BadRequest when e.ErrorCode is "ExpiredToken" or "InvalidToken" or "TokenRefreshRequired" => new InputException(
            $"{path}: the credentials have expired ({e.ErrorCode}); get new ones.", e),
        >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests => new IOException(
            $"{path}: {connection.Address} keeps answering {(int)e.StatusCode} ({e.ErrorCode}); try again later.", e),
        < HttpStatusCode.BadRequest when !connection.HasAnswered => new InputException($"{path}: {connection.Address} does not answer as S3 does; check AWS_ENDPOINT_URL_S3.", e),
        _ => new InputException($"{path}: {connection.Address} refuses it: {(int)e.StatusCode} {e.ErrorCode}, {Line(e.Message)}.", e),
    };

    private static bool IsConnection(Exception? e) => e is not null && (e is HttpRequestException or IOException or SocketException or OperationCanceledException || IsConnection(e.InnerException));

    private static string Line(string message) => message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
}
