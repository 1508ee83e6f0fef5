using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Gateway.Admission;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Upstream;

/// <summary>Step 7 of what is passed through: YARP's forwarder carries the request, whatever its method and its body are (docs/decisions/2026-11-22-yarp-for-pass-through.md).</summary>
internal sealed class PassSender(IHttpForwarder forwarder, TimeProvider time)
{
    /// <summary>The attempt's own deadline ends what takes too long; YARP's timer would not be told of the bytes that are relayed.</summary>
    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = Timeout.InfiniteTimeSpan };

    /// <summary>Sends, and returns when the answer is with the client, or nothing is to come. Redirects are not followed.</summary>
    /// <returns>Why there was no answer; null where <paramref name="answer"/> has it.</returns>
    public async ValueTask<GatewayError?> SendAsync(Reservation reservation, HttpContext http, PassRequest request, Deadline deadline, IPassAnswer answer)
    {
        var provider = reservation.Target.Provider;
        var connection = provider.Connection!;
        var headers = request.Headers;
        if (connection.Credential is { } credential)
        {
            try
            {
                var shown = await credential.ShowAsync(new OutgoingRequest(http.Request.Method, request.Address, request.Body ?? default, headers, time), deadline.Token);
                if (!shown.IsOk) return shown.Error with { NotSent = true };
                headers = [.. headers, .. shown.Value];
            }
            catch (OperationCanceledException) when (deadline.Reason != StopReason.None)
            {
                return UpstreamFailure.Of(deadline.Reason, provider.Name) with { NotSent = true };
            }
        }

        if (!request.IsSocket) http.Request.Body = request.Body is { } body ? StreamOf(body) : new PassBody(http.Request.Body, deadline, provider.Config.Timeout.FirstByte);
        var transformer = new PassTransformer(request with { Headers = headers }, answer);
        var config = Config with { Version = request.IsSocket ? HttpVersion.Version11 : connection.HttpVersion, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        var failure = await forwarder.SendAsync(http, connection.BaseUrl.ToString(), connection.Client, config, transformer, deadline.Token);
        if (transformer.IsAnswered && !(request.IsSocket && failure != ForwarderError.None)) return null;
        return Failure(failure, http.Features.Get<IForwarderErrorFeature>()?.Exception, deadline, provider.Name);
    }

    private static MemoryStream StreamOf(ReadOnlyMemory<byte> body) =>
        MemoryMarshal.TryGetArray(body, out var array) ? new(array.Array!, array.Offset, array.Count, writable: false) : new(body.ToArray(), writable: false);

    private static GatewayError Failure(ForwarderError failure, Exception? e, Deadline deadline, string provider)
    {
        if (deadline.Reason != StopReason.None) return UpstreamFailure.Of(deadline.Reason, provider);
        if (Find<BadHttpRequestException>(e) is { } bad)
            return bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? new(ErrorKind.BodyTooLarge, "The body is larger than this gateway takes (server.max_body).")
                : new(ErrorKind.InvalidRequest, $"The body could not be read: {bad.Message}");
        if (failure is ForwarderError.RequestBodyClient or ForwarderError.UpgradeRequestClient or ForwarderError.UpgradeResponseClient) return UpstreamFailure.Of(StopReason.ClientGone, provider);
        if (Find<HttpRequestException>(e) is { } failed) return UpstreamFailure.Of(failed, provider);
        if (Find<OperationCanceledException>(e) is { } cancelled) return UpstreamFailure.ConnectTimeout(cancelled, provider);
        if (Find<SocketException>(e) is { } socket) return UpstreamFailure.Of(new HttpRequestException(HttpRequestError.ConnectionError, socket.Message, socket), provider);
        return new(ErrorKind.BadUpstream, $"The request to provider '{provider}' failed ({failure}).");
    }

    private static T? Find<T>(Exception? e) where T : Exception => e switch
    {
        null => null,
        T found => found,
        AggregateException all => all.InnerExceptions.Select(Find<T>).FirstOrDefault(static f => f is not null),
        _ => Find<T>(e.InnerException),
    };
}
