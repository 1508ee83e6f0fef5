using Gateway.Auth;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace Gateway.Endpoints;

/// <summary>
/// The endpoints this server has. ASP.NET's own <c>Map…</c> do the same with parameter binding, filters and validation in mind, which nothing here uses: a megabyte of their code
/// would be in memory, and be compiled at every start.
/// </summary>
internal sealed class RouteList : EndpointDataSource
{
    private readonly List<Endpoint> _endpoints = [];

    public override IReadOnlyList<Endpoint> Endpoints => _endpoints;

    /// <summary>They do not change.</summary>
    public override IChangeToken GetChangeToken() => NullChangeToken.Singleton;

    /// <param name="methods">None: any that no other endpoint of this path takes.</param>
    /// <param name="metadata">Beside who may call it.</param>
    /// <param name="order">Of two that match, the lower one answers.</param>
    public static void Add(IEndpointRouteBuilder routes, string path, string[] methods, Access access, RequestDelegate handler, object? metadata = null, int order = 0)
    {
        var list = routes.DataSources.OfType<RouteList>().FirstOrDefault();
        if (list is null)
            routes.DataSources.Add(list = new());
        var all = new List<object> { new AccessMetadata(access) };
        if (methods.Length > 0)
            all.Add(new HttpMethodMetadata(methods));
        if (metadata is not null)
            all.Add(metadata);
        list._endpoints.Add(new RouteEndpoint(handler, RoutePatternFactory.Parse(path), order, new(all), path));
    }
}
