using Gateway.Providers.Demo.Model;

namespace Gateway.Providers.Demo.Upstreams.Cohere;

/// <summary>Embeddings by the type of their numbers; the demo has those that are floats.</summary>
internal sealed class CohereEmbed : IDemoEndpoint
{
    public DemoSpoken? Answer(DemoExchange exchange)
    {
        var texts = NativeJson.Texts(exchange.Body, "texts") ?? [];
        if (texts.Count == 0) exchange.Fail("must have at least one text", "texts");
        if (NativeJson.Text(exchange.Body, "input_type") is null) exchange.Fail("is required", "input_type");
        if (NativeJson.Texts(exchange.Body, "embedding_types") is { } types && !types.Contains("float")) exchange.Fail("the demo has float only", "embedding_types");
        if (exchange.Problem is not null || !exchange.Play(DemoScript.Read(texts[0]))) return null;
        var dimensions = NativeJson.Number(exchange.Body, "output_dimension");
        var vectors = texts.Select(t => (NativeNode)NativeVector.Of(t, dimensions, exchange)).ToList();
        if (exchange.Problem is not null) return null;
        return DemoSpoken.Json(NativeJson.Bytes(new NativeObject
        {
            ["id"] = exchange.Id,
            ["texts"] = new NativeArray(texts.Select(static t => (NativeNode)t!)),
            ["embeddings"] = new NativeObject { ["float"] = new NativeArray(vectors) },
            ["meta"] = Meta("input_tokens", texts.Sum(DemoTokens.Count)),
            ["response_type"] = "embeddings_by_type",
        }));
    }

    public static NativeObject Meta(string unit, long count) => new()
    {
        ["api_version"] = new NativeObject { ["version"] = "2" },
        ["billed_units"] = new NativeObject { [unit] = count },
    };
}
