using Gateway.Auth;

namespace Gateway.Endpoints;

/// <summary>
/// Everything this server answers to, and who answers a request: a look-up by its path for almost all, the few with names in them one after the other. Case does not matter, nor does a slash at the end, as elsewhere in
/// ASP.NET.
/// </summary>
/// <remarks>
/// Not ASP.NET's own routing: its automaton for forty routes takes 2.7 MiB that stay, most of it code that is compiled at every start (docs/decisions). Handlers still get their names from
/// <see cref="HttpRequest.RouteValues"/>.
/// </remarks>
internal sealed class RouteList
{
    private readonly List<Route> _all = [];
    private readonly Dictionary<string, List<Route>> _literal = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(PathTemplate Template, List<Route> Routes)> _templates = [];

    public IReadOnlyList<Route> All => _all;

    /// <summary>Answers what nothing else does.</summary>
    public RequestDelegate Otherwise { get; set; } = static http =>
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    };

    /// <summary>Templates are tried in the order in which they were added; of the routes of one path the first that takes the method answers.</summary>
    public void Add(string path, IReadOnlyList<string> methods, Access access, RequestDelegate handler, AdminRoles roles = default)
    {
        var route = new Route(path, methods, access, handler, roles);
        RoutesOf(path).Add(route);
        _all.Add(route);
    }

    public Task RunAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        if (path.Length > 1 && path[^1] == '/')
            path = path[..^1];
        if (_literal.TryGetValue(path, out var routes) && Find(routes, http) is { } literal)
            return literal(http);
        foreach (var (template, of) in _templates)
        {
            if (template.TryMatch(path, http.Request.RouteValues) && Find(of, http) is { } named)
                return named(http);
        }
        return Otherwise(http);
    }

    private List<Route> RoutesOf(string path)
    {
        if (!PathTemplate.Is(path))
            return _literal.TryGetValue(path, out var known) ? known : _literal[path] = [];
        if (_templates.FindIndex(t => t.Template.Text == path) is var index and >= 0)
            return _templates[index].Routes;
        _templates.Add((new(path), []));
        return _templates[^1].Routes;
    }

    private static RequestDelegate? Find(List<Route> routes, HttpContext http)
    {
        foreach (var route in routes)
        {
            if (route.Takes(http.Request.Method))
                return route.Handler;
        }
        return null;
    }
}
