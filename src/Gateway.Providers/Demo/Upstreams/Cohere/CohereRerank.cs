using Gateway.Providers.Demo.Model;

namespace Gateway.Providers.Demo.Upstreams.Cohere;

/// <summary>Documents in the order of their likeness to a query: how close their vectors are.</summary>
internal sealed class CohereRerank : IDemoEndpoint
{
    private const int Dimensions = 256;

    public DemoSpoken? Answer(DemoExchange exchange)
    {
        var query = NativeJson.Text(exchange.Body, "query");
        var documents = NativeJson.Items(exchange.Body, "documents").Select(static d => d.ValueKind == System.Text.Json.JsonValueKind.String ? d.GetString()! : NativeJson.Text(d, "text") ?? d.GetRawText()).ToList();
        if (string.IsNullOrEmpty(query)) exchange.Fail("is required", "query");
        if (documents.Count == 0) exchange.Fail("must have at least one document", "documents");
        if (exchange.Problem is not null || !exchange.Play(DemoScript.Read(query))) return null;
        var wanted = Vector(query!);
        var most = NativeJson.Number(exchange.Body, "top_n") ?? documents.Count;
        var ranked = documents.Select((d, i) => (Index: i, Score: Likeness(wanted, Vector(d)))).OrderByDescending(static r => r.Score).ThenBy(static r => r.Index).Take((int)Math.Clamp(most, 1, documents.Count));
        return DemoSpoken.Json(NativeJson.Bytes(new NativeObject
        {
            ["id"] = exchange.Id,
            ["results"] = new NativeArray(ranked.Select(static r => new NativeObject { ["index"] = r.Index, ["relevance_score"] = r.Score })),
            ["meta"] = CohereEmbed.Meta("search_units", 1),
        }));
    }

    private static float[] Vector(string text) => DemoVector.Of(new DemoEmbedInput(text, null), Dimensions);

    /// <summary>From 0 to 1.</summary>
    private static double Likeness(float[] a, float[] b) => Math.Round(Math.Clamp(a.Zip(b, static (x, y) => (double)x * y).Sum(), 0, 1), 6);
}
