using Microsoft.AspNetCore.Http;

namespace KMeans.Http.Service.Api;

/// <summary>A call is refused. Its answer is <c>{"__type": code, "message": message}</c>, as the clients of the reference product read it.</summary>
internal sealed class ApiException : Exception
{
    private const int MostCharacters = 2000;

    /// <summary>Creates one; <see cref="ApiErrors"/> has the usual ones.</summary>
    /// <param name="code">The error's name in the service's own vocabulary.</param>
    /// <param name="message">One line: what is wrong and what to do.</param>
    /// <param name="status">The HTTP status.</param>
    public ApiException(string code, string message, int status = StatusCodes.Status400BadRequest)
        : base(OneLine(message))
    {
        Code = code;
        Status = status;
    }

    /// <summary>The error's name.</summary>
    public string Code { get; }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>Messages tell what was wrong, which may be anything: they stay one line, and no longer than anybody reads.</summary>
    private static string OneLine(string message) => string.Create(Math.Min(message.Length, MostCharacters), message, static (line, text) =>
    {
        for (var i = 0; i < line.Length; i++)
        {
            line[i] = char.IsControl(text[i]) || text[i] is '\u2028' or '\u2029' ? ' ' : text[i];
        }
    });
}
