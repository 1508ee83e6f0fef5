using System.Diagnostics;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Rig;

/// <summary>An endpoint that costs money. EveryRouteTests compares them with those the product has.</summary>
public enum Route { Chat, Completions, Embeddings }

/// <summary>What the endpoints differ in, for tests of what is true on all of them.</summary>
public static class Routes
{
    public static string Path(this Route route) => route switch
    {
        Route.Chat => Caller.Chat,
        Route.Completions => "/v1/completions",
        Route.Embeddings => "/v1/embeddings",
        _ => throw new UnreachableException(),
    };

    public static bool Streams(this Route route) => route != Route.Embeddings;

    /// <summary>A request whose text is the script.</summary>
    public static string Ask(this Route route, string model, Script script, bool stream = false, string? extra = null) =>
        route.Ask(model, new Directive { Script = script }, script.Case!, stream, extra);

    public static string Ask(this Route route, string model, Directive directive, string user, bool stream = false, string? extra = null) => route switch
    {
        Route.Chat => Rig.Ask.Chat(model, directive, user, stream, extra),
        Route.Completions => Rig.Ask.Completion(model, directive, user, stream, extra),
        _ => Rig.Ask.Embedding(model, directive, user, extra),
    };

    /// <summary>Every store, endpoint and mode that goes together.</summary>
    public static IEnumerable<(StoreKind Store, Route Route, bool Stream)> All =>
        from store in Enum.GetValues<StoreKind>()
        from route in Enum.GetValues<Route>()
        from stream in new[] { false, true }
        where !stream || route.Streams()
        select (store, route, stream);

    public static TheoryData<StoreKind, Route, bool> Matrix => Rows(All);

    /// <summary>The same without embeddings, which have no answer to count.</summary>
    public static TheoryData<StoreKind, Route, bool> Talking => Rows(All.Where(static c => c.Route.Streams()));

    private static TheoryData<StoreKind, Route, bool> Rows(IEnumerable<(StoreKind, Route, bool)> combinations)
    {
        var rows = new TheoryData<StoreKind, Route, bool>();
        foreach (var (store, route, stream) in combinations)
            rows.Add(store, route, stream);
        return rows;
    }
}
