using System.Net.Http.Headers;
using System.Net.Sockets;
using Gateway.Admission;
using Gateway.Core.Errors;
using Gateway.Core.Providers;

namespace Gateway.Upstream;

/// <summary>
/// Step 7, and the only place that calls an upstream. Its one method takes a <see cref="Reservation"/>: an endpoint that forgot the budget does not compile.
/// </summary>
internal sealed class UpstreamSender(TimeProvider time)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    /// <summary>Sends, and returns when status and headers are there. Redirects are not followed: a 3xx is an answer like any other.</summary>
    /// <param name="key">Which of the provider's keys is shown; null: none.</param>
    /// <param name="forwarded">Headers of this one request: the trace context, the client's own beta headers.</param>
    public async ValueTask<Outcome<UpstreamReply>> SendAsync(Reservation reservation, UpstreamRequest request, ProviderKey? key, ForwardedHeaders forwarded, Deadline deadline)
    {
        var provider = reservation.Target.Provider;
        if (provider.Manifest.InProcess is { } model) return InProcess(model, request, provider.Config.Pace);
        var connection = provider.Connection!;
        using var message = new HttpRequestMessage(HttpMethod.Post, connection.For(request.Path, reservation.Target.Model))
        {
            Version = connection.HttpVersion,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = new BodyContent(request.Body) { Headers = { ContentType = Json } },
        };
        if (key is not null) HeaderText.Add(message.Headers, key.Header.Key, key.Header.Value);
        foreach (var (name, value) in connection.Headers) HeaderText.Add(message.Headers, name, value);
        foreach (var (name, value) in request.Headers) HeaderText.Add(message.Headers, name, value);
        forwarded.AddTo(message.Headers);
        try
        {
            if (connection.Credential is { } credential)
            {
                var shown = await credential.ShowAsync(Outgoing(message, request, connection), deadline.Token);
                if (!shown.IsOk) return shown.Error with { NotSent = true };
                foreach (var (name, value) in shown.Value) HeaderText.Add(message.Headers, name, value);
            }

            var response = await connection.Client.SendAsync(message, deadline.Token);
            return new UpstreamReply((int)response.StatusCode, await response.Content.ReadAsStreamAsync(deadline.Token), response);
        }
        catch (HttpRequestException e)
        {
            return UpstreamFailure.Of(e, provider.Name);
        }
        catch (OperationCanceledException e)
        {
            return deadline.Reason == StopReason.None ? UpstreamFailure.ConnectTimeout(e, provider.Name) : UpstreamFailure.Of(deadline.Reason, provider.Name);
        }
        catch (SocketException e)
        {
            return UpstreamFailure.Of(new HttpRequestException(HttpRequestError.ConnectionError, e.Message, e), provider.Name);
        }
    }

    private OutgoingRequest Outgoing(HttpRequestMessage message, UpstreamRequest request, UpstreamConnection connection) =>
        new(message.Method.Method, message.RequestUri!, request.Body, connection.Headers.Concat(request.Headers).Append(new("Content-Type", Json.MediaType!)), time);

    private UpstreamReply InProcess(IInProcessModel model, UpstreamRequest request, TimeSpan pace)
    {
        var reply = model.Answer(request);
        var body = new PacedStream(reply.Parts, reply.Delay > TimeSpan.Zero ? reply.Delay : reply.Pace ?? TimeSpan.Zero, reply.Pace ?? (request.Stream ? pace : TimeSpan.Zero), time);
        return new UpstreamReply(reply.Status, body, null);
    }
}
