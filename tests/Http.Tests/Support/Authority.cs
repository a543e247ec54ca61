using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KMeans.Http.Tests.Support;

/// <summary>PEM files of an authority that clients are told of, and of a certificate for 127.0.0.1 that another one between them signed, as public authorities give them.</summary>
internal sealed class Authority
{
    public Authority(Folder folder)
    {
        var (rootRequest, rootKey) = Request("CN=authority", isAuthority: true);
        using var ofRoot = rootKey;
        using var root = rootRequest.CreateSelfSigned(From, To);
        var (betweenRequest, betweenKey) = Request("CN=between", isAuthority: true);
        using var ofBetween = betweenKey;
        using var between = Sign(betweenRequest, root, betweenKey, 1);
        var (request, key) = Request("CN=service", isAuthority: false);
        using var ofService = key;
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = Sign(request, between, key, 2);

        AuthorityPath = folder.Write("ca.pem", root.ExportCertificatePem());
        CertificatePath = folder.Write("cert.pem", $"{certificate.ExportCertificatePem()}\n{between.ExportCertificatePem()}\n");
        KeyPath = folder.Write("key.pem", key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>What clients are given to trust.</summary>
    public string AuthorityPath { get; }

    /// <summary>The service's certificate, and the one between it and the authority.</summary>
    public string CertificatePath { get; }

    public string KeyPath { get; }

    private static DateTimeOffset From => DateTimeOffset.UtcNow.Date.AddDays(-1);

    private static DateTimeOffset To => DateTimeOffset.UtcNow.Date.AddDays(2);

    private static (CertificateRequest Request, ECDsa Key) Request(string name, bool isAuthority)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(isAuthority ? X509KeyUsageFlags.KeyCertSign : X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return (request, key);
    }

    private static X509Certificate2 Sign(CertificateRequest request, X509Certificate2 authority, ECDsa key, byte serial)
    {
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        using var signed = request.Create(authority, From, To, [serial]);
        return signed.CopyWithPrivateKey(key);
    }
}
