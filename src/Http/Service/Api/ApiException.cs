using Microsoft.AspNetCore.Http;

namespace KMeans.Http.Service.Api;

/// <summary>A call is refused. Its answer is <c>{"__type": code, "message": message}</c>, as the clients of the reference product read it.</summary>
internal sealed class ApiException : Exception
{
    /// <summary>Creates one; <see cref="ApiErrors"/> has the usual ones.</summary>
    /// <param name="code">The error's name in the service's own vocabulary.</param>
    /// <param name="message">One line: what is wrong and what to do.</param>
    /// <param name="status">The HTTP status.</param>
    public ApiException(string code, string message, int status = StatusCodes.Status400BadRequest)
        : base(message)
    {
        Code = code;
        Status = status;
    }

    /// <summary>The error's name.</summary>
    public string Code { get; }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }
}
