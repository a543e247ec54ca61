using System.Net;

namespace KMeans.Http.Workers;

/// <summary>Where a server listens.</summary>
/// <param name="Url">As given.</param>
/// <param name="Address">The address.</param>
/// <param name="Port">The port; 0 for any free one.</param>
/// <param name="IsSecure">Whether with TLS.</param>
internal sealed record ListenAddress(string Url, IPAddress Address, int Port, bool IsSecure)
{
    /// <summary>Whether only this machine reaches it.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(Address);

    /// <summary>Reads an address.</summary>
    /// <param name="url">"http://127.0.0.1:7070", "https://0.0.0.0:7070", "http://localhost:0".</param>
    /// <returns>The address.</returns>
    /// <exception cref="InputException">It is none.</exception>
    public static ListenAddress Parse(string url)
    {
        if (!Uri.TryCreate(url.Replace("://*", "://0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https") || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0)
        {
            throw new InputException($"--listen {url}: is no address to listen on; give http://ADDRESS:PORT or https://ADDRESS:PORT.");
        }

        var isSecure = uri.Scheme == "https";
        if (uri.Host == "localhost")
        {
            return new ListenAddress(url, IPAddress.Loopback, uri.Port, isSecure);
        }

        return IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address)
            ? new ListenAddress(url, address, uri.Port, isSecure)
            : throw new InputException($"--listen {url}: '{uri.Host}' is no IP address; give one of this machine's, localhost, or 0.0.0.0 for all.");
    }

    /// <summary>Insists that what it is reached by fits what protects it.</summary>
    /// <param name="certificatePath">The certificate's file, or null.</param>
    /// <param name="isGuarded">Whether requests must prove who they are.</param>
    /// <param name="remedy">Says that they must, and how; for messages.</param>
    /// <param name="insecure">Whether the user lets it listen without TLS where other machines reach it.</param>
    /// <exception cref="InputException">It listens beyond this machine unguarded, or without TLS and without leave.</exception>
    public void Require(string? certificatePath, bool isGuarded, string remedy, bool insecure)
    {
        if (IsSecure && certificatePath is null)
        {
            throw new InputException($"--listen {Url}: https needs a certificate; give --tls-cert and --tls-key.");
        }

        if (IsLoopback)
        {
            return;
        }

        if (!isGuarded)
        {
            throw new InputException($"--listen {Url}: other machines reach this address, so {remedy}, or listen on 127.0.0.1.");
        }

        if (!IsSecure && !insecure)
        {
            throw new InputException($"--listen {Url}: other machines reach this address, and without TLS secrets and data can be read on the way; use https with --tls-cert and --tls-key, or say --insecure on a network that you trust.");
        }
    }
}
