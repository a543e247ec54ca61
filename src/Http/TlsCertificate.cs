using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KMeans.Http;

/// <summary>The certificate that a server shows.</summary>
internal static class TlsCertificate
{
    /// <summary>Loads it.</summary>
    /// <param name="path">The certificate's PEM file.</param>
    /// <param name="keyPath">The key's PEM file; null where it is in the same.</param>
    /// <returns>The certificate with its key.</returns>
    /// <exception cref="InputException">They cannot be used.</exception>
    public static X509Certificate2 Load(string path, string? keyPath)
    {
        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(path, keyPath);

            // Some platforms' TLS wants a key that was imported.
            return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InputException($"--tls-cert {path}, --tls-key {keyPath}: cannot be used ({e.Message.TrimEnd('.')}); give PEM files of a certificate and its key.", e);
        }
    }
}
