using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace KMeans.Http;

/// <summary>The certificate that a server shows, and those that lead from it to an authority that clients know.</summary>
internal sealed class TlsCertificate : IDisposable
{
    private readonly X509Certificate2 certificate;
    private readonly X509Certificate2Collection chain;

    private TlsCertificate(X509Certificate2 certificate, X509Certificate2Collection chain) => (this.certificate, this.chain) = (certificate, chain);

    /// <summary>Loads it.</summary>
    /// <param name="path">The PEM file of the certificate, and of those between it and the authority behind it.</param>
    /// <param name="keyPath">The key's PEM file; null where it is in the same.</param>
    /// <returns>The certificate with its key.</returns>
    /// <exception cref="InputException">They cannot be used.</exception>
    public static TlsCertificate Load(string path, string? keyPath)
    {
        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(path, keyPath);
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(path);
            all[0].Dispose();
            all.RemoveAt(0);

            // Some platforms' TLS wants a key that was imported.
            return new TlsCertificate(X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null), all);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InputException($"--tls-cert {path}, --tls-key {keyPath}: cannot be used ({e.Message.TrimEnd('.')}); give PEM files of a certificate and its key.", e);
        }
    }

    /// <summary>Has a listener show it.</summary>
    /// <param name="https">The listener's.</param>
    public void Show(HttpsConnectionAdapterOptions https) => (https.ServerCertificate, https.ServerCertificateChain) = (certificate, chain);

    /// <inheritdoc/>
    public void Dispose()
    {
        certificate.Dispose();
        foreach (var each in chain)
        {
            each.Dispose();
        }
    }
}
