using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Config;
using Gateway.Core.Providers;

namespace Gateway.Upstream;

/// <summary>A provider's address, credential and connection pool. Kept over reloads as long as the provider's configuration stays the same.</summary>
internal sealed class UpstreamConnection
{
    /// <summary>
    /// Bytes of an unread answer the kernel may keep for us; it doubles the figure. With the client's side (<see cref="Hosting.KestrelSetup"/>) a stalled reader costs
    /// less than 1 MiB; one round trip of 100 ms still carries 2.5 MB/s.
    /// </summary>
    private const int ReceiveBuffer = 128 * 1024;

    /// <summary>Some providers have the model's name in the path, and with a wildcard that is what the client asked for.</summary>
    private const int MostUris = 1000;

    /// <summary>An HTTP/2 connection over which nothing has come for so long while requests wait is asked whether it is still there.</summary>
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(20);

    /// <summary>Without an answer by then it is given up with all that was under way over it. An HTTP/1.1 connection ends with the request that timed out; this one would be used for the next.</summary>
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Uri> _uris = new(StringComparer.Ordinal);
    private readonly string _base;
    private readonly string? _deployment;   // the path before the endpoint's, with a place for the model; null: none
    private readonly string _query;
    private readonly ReadOnlyMemory<byte>[] _secrets;

    /// <param name="handler">What sends the requests in place of sockets; null: sockets do.</param>
    public UpstreamConnection(ProviderConfig config, ProviderManifest manifest, TimeProvider time, HttpMessageHandler? handler = null)
    {
        var site = manifest.Site(new ProviderPlace(config.Region, config.Project));
        BaseUrl = (config.BaseUrl ?? site.BaseUrl)!;
        Config = config;
        _base = BaseUrl.ToString().TrimEnd('/') + "/" + site.Root;
        var plain = manifest.Deployments is not { } deployments || deployments.IsPlain(BaseUrl);
        _deployment = plain ? null : manifest.Deployments!.Prefix;
        _query = (config.ApiVersion ?? (plain ? null : manifest.Deployments!.ApiVersion)) is { } version ? "?api-version=" + Uri.EscapeDataString(version) : "";
        Headers = [.. HeadersOf(config, manifest)];
        Keys = new ProviderKeys([.. config.AllKeys.Select(key => new ProviderKey(KeyHeader(site.Auth, key.Reveal()), key.Reveal()))], time);
        _secrets = [.. SecretsOf(config), .. Keys.All.Select(static k => k.Secret)];
        Client = new HttpMessageInvoker(handler ?? NewHandler(config, time));
        Credential = CredentialOf(config, manifest, Client);
        HttpVersion = BaseUrl.Scheme == Uri.UriSchemeHttps ? System.Net.HttpVersion.Version20 : System.Net.HttpVersion.Version11;
    }

    public Uri BaseUrl { get; }

    /// <summary>What stands before every path of its API, a slash at the end.</summary>
    public string Prefix => _base;

    public ProviderConfig Config { get; }

    /// <summary>Sent with every request, beside one of <see cref="Keys"/>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    public ProviderKeys Keys { get; }

    /// <summary>Adds what is not the same for every request; null: nothing.</summary>
    public ICredential? Credential { get; }

    /// <summary>The bytes of all credentials, to be looked for in what the provider says.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Secrets => Credential is null ? _secrets : _secrets.Concat(Credential.Secrets);

    public HttpMessageInvoker Client { get; }

    public Version HttpVersion { get; }

    /// <param name="path">Below the base URL, without a leading slash. The first <see cref="MostUris"/> are remembered.</param>
    /// <param name="model">The provider's name of the model. It can be from a request, so an address with it is not remembered.</param>
    public Uri For(string path, string model)
    {
        if (_deployment is not null) return new Uri(_base + _deployment.Replace(DeploymentPaths.Model, Uri.EscapeDataString(model), StringComparison.Ordinal) + path + _query);
        if (_uris.TryGetValue(path, out var known)) return known;
        var uri = new Uri(_base + path + _query);
        if (_uris.Count < MostUris) _uris.TryAdd(path, uri);
        return uri;
    }

    /// <param name="path">Below the base URL, perhaps with a query of its own. It names no model.</param>
    public Uri ForProbe(string path) => new(_base + path + (_query.Length > 0 && path.Contains('?') ? "&" + _query[1..] : _query));

    /// <summary>What stands for a key in a header of the configuration's.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> SecretsOf(ProviderConfig config)
    {
        if (config.Headers.TryGetValue("Authorization", out var value)) yield return Encoding.UTF8.GetBytes(value[(value.LastIndexOf(' ') + 1)..]);
    }

    private static ICredential? CredentialOf(ProviderConfig config, ProviderManifest manifest, HttpMessageInvoker client)
    {
        var secrets = new ProviderSecrets(config.Region, config.AccessKeyId, config.SecretAccessKey?.Reveal(), config.SessionToken?.Reveal()) { Account = config.Account };
        return manifest.CredentialOf?.Invoke(secrets) ?? (manifest.TokensOf?.Invoke(secrets) is { } tokens ? new TokenCredential(tokens, client) : null);
    }

    private static IEnumerable<KeyValuePair<string, string>> HeadersOf(ProviderConfig config, ProviderManifest manifest)
    {
        if (config.Organization is { } organization && manifest.OrganizationHeader is { } header) yield return new(header, organization);
        if (config.Project is { } project && manifest.ProjectHeader is { } name) yield return new(name, project);
        if (manifest.VersionHeader is { } version && (config.Version ?? version.Value) is { } wanted) yield return new(version.Name, wanted);
        if (manifest.BetaHeader is { } beta && (config.Beta ?? beta.Value) is { } features) yield return new(beta.Name, features);
        foreach (var configured in config.Headers) yield return configured;
    }

    private static KeyValuePair<string, string> KeyHeader(AuthScheme scheme, string key) => scheme switch
    {
        AuthScheme.XApiKey => new("x-api-key", key),
        AuthScheme.ApiKey => new("api-key", key),
        AuthScheme.XGoogApiKey => new("x-goog-api-key", key),
        _ => new("Authorization", "Bearer " + key),
    };

    // Every setting that has an unsafe or unbounded default is named here (reliability: client side).
    private static SocketsHttpHandler NewHandler(ProviderConfig config, TimeProvider time) => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = config.Timeout.Connect,
        PooledConnectionLifetime = config.ConnectionLifetime,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        EnableMultipleHttp2Connections = true,
        MaxResponseHeadersLength = 64,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        KeepAlivePingDelay = PingAfter,
        KeepAlivePingTimeout = PingTimeout,
        ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, time, cancellationToken),
    };

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint to, TimeProvider time, CancellationToken cancellationToken)
    {
        // The system's resolver cannot be stopped: while it waits for a name server that is silent (glibc: 5 s for each), nobody else has to.
        var addresses = await Dns.GetHostAddressesAsync(to.Host, cancellationToken).WaitAsync(cancellationToken);
        if (addresses.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
        return new GatheringStream(await HappyEyeballs.ConnectAsync(addresses, (address, token) => ConnectAsync(new IPEndPoint(address, to.Port), token), time, cancellationToken));
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint to, CancellationToken cancellationToken)
    {
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = ReceiveBuffer };
        try
        {
            await socket.ConnectAsync(to, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
