using System.Diagnostics;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Rig;

/// <summary>An endpoint that goes to a model. EveryRouteTests compares them with those the product has.</summary>
public enum Route { Chat, Completions, Embeddings, Responses, Messages, CountTokens, Rerank, Moderations, Pass }

/// <summary>What the endpoints differ in, for tests of what is true on all of them.</summary>
public static class Routes
{
    public static string Path(this Route route) => route switch
    {
        Route.Chat => Caller.Chat,
        Route.Completions => "/v1/completions",
        Route.Embeddings => "/v1/embeddings",
        Route.Responses => "/v1/responses",
        Route.Messages => "/v1/messages",
        Route.CountTokens => "/v1/messages/count_tokens",
        Route.Rerank => "/v1/rerank",
        Route.Moderations => "/v1/moderations",
        Route.Pass => "/pass/up/chat/completions",
        _ => throw new UnreachableException(),
    };

    /// <summary>As the product's table of routes has it.</summary>
    public static string Template(this Route route) => route == Route.Pass ? "/pass/{provider}/{**path}" : route.Path();

    /// <summary>As the ledger and the metrics have it.</summary>
    public static string Name(this Route route) => route == Route.Pass ? "pass" : route.Path();

    public static bool Streams(this Route route) => route is Route.Pass or Route.Chat or Route.Completions or Route.Responses or Route.Messages;

    /// <summary>Nobody is asked, so nobody is paid: the gateway counts by itself, in front of providers that cannot.</summary>
    public static bool IsFree(this Route route) => route == Route.CountTokens;

    /// <summary>A member that bounds the answer; null for endpoints that write none.</summary>
    public static string? Bound(this Route route, int tokens) => route switch
    {
        Route.Responses => $"\"max_output_tokens\":{tokens}",
        _ when route.Streams() => $"\"max_tokens\":{tokens}",
        _ => null,
    };

    /// <summary>A request whose text is the script.</summary>
    public static string Ask(this Route route, string model, Script script, bool stream = false, string? extra = null) =>
        route.Ask(model, new Directive { Script = script }, script.Case!, stream, extra);

    public static string Ask(this Route route, string model, Directive directive, string user, bool stream = false, string? extra = null) => route switch
    {
        Route.Chat => Rig.Ask.Chat(model, directive, user, stream, extra),
        Route.Pass => Rig.Ask.Chat($"up-{model}", directive, user, stream, !stream ? extra : extra is null ? Rig.Ask.WithUsage : $"{extra},{Rig.Ask.WithUsage}"),   // the provider's own name of it; nobody asks for usage but the client
        Route.Completions => Rig.Ask.Completion(model, directive, user, stream, extra),
        Route.Responses => Rig.Ask.Response(model, directive.ToString(), user, stream, extra),
        Route.Messages => Rig.Ask.Message(model, directive.ToString(), user, stream, extra),
        Route.CountTokens => Rig.Ask.Count(model, directive.ToString(), user, extra),
        Route.Rerank => Rig.Ask.Ranking(model, directive.ToString(), user, extra),
        _ => Rig.Ask.Embedding(model, directive, user, extra),
    };

    /// <summary>Endpoints that cost money. Rerankings and moderations go the way of embeddings.</summary>
    private static readonly Route[] Costly = [Route.Chat, Route.Completions, Route.Embeddings, Route.Responses, Route.Messages];

    /// <summary>Every store, endpoint and mode that goes together.</summary>
    public static IEnumerable<(StoreKind Store, Route Route, bool Stream)> All =>
        from store in Enum.GetValues<StoreKind>()
        from route in Costly
        from stream in new[] { false, true }
        where !stream || route.Streams()
        where store == StoreKind.Sqlite || route is Route.Chat or Route.Completions or Route.Embeddings   // what stores differ in, dialects do not
        select (store, route, stream);

    public static TheoryData<StoreKind, Route, bool> Matrix => Rows(All);

    /// <summary>The same with what is passed through, for tests whose requests bound their answers and need no second target.</summary>
    public static TheoryData<StoreKind, Route, bool> Bounded => Rows([.. All, (StoreKind.Sqlite, Route.Pass, false), (StoreKind.Sqlite, Route.Pass, true)]);

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
