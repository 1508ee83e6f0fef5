using System.Globalization;
using Gateway.Core.Errors;
using Gateway.Pipeline;
using Gateway.Routing;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.PassThrough;

/// <summary>Step 2 of what is passed through: which bodies are read here, and what is read from them. All others are sent as they come, and never held.</summary>
internal static class PassBodies
{
    /// <summary>Where the price stands in the body, and where the provider's credential is made from it.</summary>
    public static bool IsBuffered(HttpRequest request, in PassOperation operation, ProviderEntry provider) =>
        operation.IsKnown || (HasBody(request) && provider.Connection!.Credential is { SignsBody: true });

    public static async ValueTask<GatewayError?> ReadAsync(Call call, PassOperation operation, bool isBuffered)
    {
        var request = call.Http.Request;
        call.Fields = new() { Model = operation.Model ?? "", Stream = operation.Streams, Choices = 1 };
        var limit = call.Snapshot.Config.Server.MaxBody;
        if (!isBuffered)
        {
            if (request.ContentLength > limit) return TooLarge(limit);
            if (call.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = limit;
            return null;
        }

        var body = await BodyReader.ReadAsync(request, limit, call.Http.RequestAborted, isAnyType: !operation.IsKnown);
        if (!body.IsOk) return body.Error;
        call.Body = body.Value;
        if (!operation.IsKnown) return null;
        return BodyScan.Scan(call.Body.Span, ref call.Members) ?? PassFields.Read(call.Body.Span, call.Members, operation, out call.Fields);
    }

    private static bool HasBody(HttpRequest request) => request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false };

    private static GatewayError TooLarge(long limit) =>
        new(ErrorKind.BodyTooLarge, string.Create(CultureInfo.InvariantCulture, $"The body is larger than {limit} bytes, the limit of this gateway (server.max_body)."));
}
