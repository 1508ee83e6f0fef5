using Gateway.Auth;
using Gateway.Core.Dialects;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Pipeline;
using Gateway.Providers.Dialects;
using Gateway.Reply;

namespace Gateway.Endpoints;

/// <summary>What does not exist says so in the shape OpenAI's clients understand.</summary>
internal static class UnknownRoute
{
    public static void Map(RouteList routes) => routes.Otherwise = static http => WriteAsync(http, new(ErrorKind.NotFound,
        $"Nothing is at {http.Request.Method} {Printable(http.Request.Path)}. The API is below /v1; see GET /v1/models."), Spoken(http.Request.Path));

    /// <summary>The path exists, the method does not.</summary>
    /// <param name="dialect">What clients of this path speak, where that is not OpenAI's.</param>
    public static void MapOtherMethods(RouteList routes, string path, string allowed, IClientDialect? dialect = null) =>
        routes.Add(path, [], Access.Public, MethodNotAllowed(allowed, dialect));

    public static RequestDelegate MethodNotAllowed(string allowed, IClientDialect? dialect = null) => http =>
    {
        http.Response.Headers.Allow = allowed;
        return WriteAsync(http, new(ErrorKind.MethodNotAllowed, $"Use {allowed} for this path."), dialect);
    };

    /// <summary>Who asks for something below an endpoint of a dialect, a part of it that is not served, speaks that dialect.</summary>
    private static IClientDialect? Spoken(PathString path)
    {
        foreach (var endpoint in Enum.GetValues<InferenceEndpoint>())
        {
            if (ClientDialects.Of(endpoint) is { } dialect && path.StartsWithSegments(endpoint.Route(), StringComparison.OrdinalIgnoreCase)) return dialect;
        }

        return null;
    }

    private static Task WriteAsync(HttpContext http, GatewayError error, IClientDialect? dialect = null)
    {
        var id = http.RequestServices.GetRequiredService<RequestIdSource>().Next(out _);
        ResponseHeaders.SetRequestId(http.Response, id);
        return ErrorWriter.WriteAsync(http.Response, error, http.RequestAborted, dialect, id).AsTask();
    }

    private static string Printable(PathString path) => path.ToUriComponent() is { Length: <= 200 } shown ? shown : "this path";
}
