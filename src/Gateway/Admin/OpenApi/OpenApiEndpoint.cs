using Gateway.Core.Errors;
using Gateway.Core.Stores;

namespace Gateway.Admin.OpenApi;

/// <summary><c>GET /admin/v1/openapi.json</c>: the document of all routes, itself included.</summary>
/// <param name="routes">Complete when the first request comes.</param>
internal sealed class OpenApiEndpoint(IReadOnlyList<AdminRoute> routes)
{
    private readonly Lazy<ReadOnlyMemory<byte>> _document = new(() => OpenApiDocument.Write(routes));

    public Task<Outcome<AdminAnswer>> GetAsync(HttpContext http, AuditActor by) => Task.FromResult<Outcome<AdminAnswer>>(
        QueryParameters.Check(http.Request.Query) is { } wrong ? wrong : new AdminAnswer(StatusCodes.Status200OK, json => json.WriteRawValue(_document.Value.Span)));
}
