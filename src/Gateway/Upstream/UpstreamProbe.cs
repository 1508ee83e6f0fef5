using System.Net.Sockets;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Routing;
using Gateway.Routing.Health;

namespace Gateway.Upstream;

/// <summary>Asks a provider for something that costs nothing, over the connections and with the credential of its requests. No client pays for it, so there is nothing to reserve.</summary>
internal sealed class UpstreamProbe(TimeProvider time)
{
    /// <returns>Null: it answers. What clients' requests are not counted as a failure for (a 404, a 429) is an answer here too.</returns>
    /// <exception cref="OperationCanceledException">The gateway stops.</exception>
    public async Task<GatewayError?> AskAsync(ProviderEntry provider, CancellationToken cancellationToken)
    {
        var (connection, config) = (provider.Connection!, provider.Config.Probe!);
        using var timeout = new CancellationTokenSource(config.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await AskAsync(provider, connection, config.Path ?? provider.Manifest.ModelsPath!, either.Token);
        }
        catch (HttpRequestException e)
        {
            return UpstreamFailure.Of(e, provider.Name);
        }
        catch (SocketException e)
        {
            return UpstreamFailure.Of(new HttpRequestException(HttpRequestError.ConnectionError, e.Message, e), provider.Name);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new GatewayError(ErrorKind.UpstreamTimeout, $"Provider '{provider.Name}' did not begin to answer within its probe.timeout.");
        }
    }

    private async Task<GatewayError?> AskAsync(ProviderEntry provider, UpstreamConnection connection, string path, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, connection.ForProbe(path)) { Version = connection.HttpVersion, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        var key = connection.Keys.Take();
        if (key is not null) HeaderText.Add(message.Headers, key.Header.Key, key.Header.Value);
        foreach (var (name, value) in connection.Headers) HeaderText.Add(message.Headers, name, value);
        if (connection.Credential is { } credential)
        {
            var shown = await credential.ShowAsync(new OutgoingRequest(message.Method.Method, message.RequestUri!, default, connection.Headers, time), cancellationToken);
            if (!shown.IsOk) return shown.Error;
            foreach (var (name, value) in shown.Value) HeaderText.Add(message.Headers, name, value);
        }

        using var response = await connection.Client.SendAsync(message, cancellationToken);
        var status = (int)response.StatusCode;
        if (status < 400) return null;
        var error = new GatewayError(UpstreamStatus.Classify(status), $"Provider '{provider.Name}' answered {status}.") { UpstreamStatus = status };
        if (key is not null && connection.Keys.Refuse(key, error)) return null;   // another one is shown next
        return FailureVerdict.Of(error) == Verdict.Bad ? error : null;
    }
}
