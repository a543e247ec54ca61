using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KMeans.Http.Remote;

/// <summary>Makes the HTTP client for one worker: HTTP/2 alone, a token, a trust of its own.</summary>
internal static class WorkerConnection
{
    /// <summary>A listing of 100,000 files.</summary>
    private const int MostListingBytes = 256 << 20;

    /// <summary>Makes it; connects to nothing yet.</summary>
    /// <param name="uri">The worker.</param>
    /// <param name="options">How it is reached.</param>
    /// <returns>The client.</returns>
    /// <exception cref="InputException">The authority file is wrong.</exception>
    public static HttpClient Create(Uri uri, WorkerClientOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectTimeout,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 16,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            InitialHttp2StreamWindowSize = 4 << 20,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = TimeSpan.FromSeconds(5),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(Math.Max(1, options.LongestSilence.TotalSeconds)),
        };
        if (options.AuthorityPath is { } path)
        {
            handler.SslOptions.CertificateChainPolicy = Policy(path);
        }

        var http = new HttpClient(handler)
        {
            BaseAddress = uri,
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            MaxResponseContentBufferSize = MostListingBytes,
        };
        if (options.Token is { } token)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return http;
    }

    private static X509ChainPolicy Policy(string path)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(path);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InputException($"--tls-ca {path}: cannot be used ({e.Message.TrimEnd('.')}); give a PEM file of certificates.", e);
        }

        return policy.CustomTrustStore.Count > 0 ? policy : throw new InputException($"--tls-ca {path}: has no certificate; give a PEM file of certificates.");
    }
}
