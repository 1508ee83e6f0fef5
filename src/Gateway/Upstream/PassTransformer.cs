using System.Net;
using Gateway.PassThrough;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Upstream;

/// <summary>Says what is sent, and who takes the answer: nothing that YARP would copy by itself is.</summary>
internal sealed class PassTransformer(PassRequest request, IPassAnswer answer) : HttpTransformer
{
    /// <summary>Status and headers came.</summary>
    public bool IsAnswered { get; private set; }

    public override ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        proxyRequest.RequestUri = request.Address;
        foreach (var (name, value) in request.Headers)
        {
            if (!PassHeaders.IsOfContent(name)) HeaderText.Add(proxyRequest.Headers, name, value);
            else if (proxyRequest.Content is { } content) HeaderText.Add(content.Headers, name, value);
        }

        if (proxyRequest.Content is { } body) body.Headers.ContentLength = request.Body?.Length ?? httpContext.Request.ContentLength;
        return default;
    }

    /// <returns>Whether YARP is to go on with the answer: only with a WebSocket, whose two directions it copies.</returns>
    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null) return false;
        IsAnswered = true;
        httpContext.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = null;   // YARP has copied the provider's
        if (request.IsSocket && proxyResponse.StatusCode == HttpStatusCode.SwitchingProtocols)
        {
            answer.Upgrade(proxyResponse);
            return true;
        }

        await answer.RelayAsync(proxyResponse);
        return false;
    }

    public override ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken) => default;
}
