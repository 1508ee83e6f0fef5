using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.EndToEnd.Rig;

/// <summary>A certificate for 127.0.0.1, and how a gateway comes to trust it: as with an operator's own authority, by a file.</summary>
public sealed class ServerCertificate : IDisposable
{
    private readonly string _file;

    public ServerCertificate(TempFolder folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2046, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Value = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
        _file = folder.File("authority.pem");
        File.WriteAllText(_file, made.ExportCertificatePem());
    }

    public X509Certificate2 Value { get; }

    /// <summary>For the gateway's environment.</summary>
    public IReadOnlyDictionary<string, string?> Trusted => new Dictionary<string, string?> { ["SSL_CERT_FILE"] = _file };

    public void Dispose() => Value.Dispose();
}
