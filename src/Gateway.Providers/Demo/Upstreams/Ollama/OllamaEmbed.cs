using Gateway.Providers.Demo.Model;

namespace Gateway.Providers.Demo.Upstreams.Ollama;

/// <summary>Embeddings of a text or several.</summary>
internal sealed class OllamaEmbed : IDemoEndpoint
{
    public DemoSpoken? Answer(DemoExchange exchange)
    {
        var texts = NativeJson.Text(exchange.Body, "input") is { } one ? [one] : NativeJson.Texts(exchange.Body, "input") ?? [];
        if (NativeJson.Text(exchange.Body, "model") is null) exchange.Fail("model is required");
        if (texts.Count == 0) exchange.Fail("invalid input type");
        if (exchange.Problem is not null || !exchange.Play(DemoScript.Read(texts[0]))) return null;
        var dimensions = NativeJson.Number(exchange.Body, "dimensions");
        var vectors = texts.Select(t => (NativeNode)NativeVector.Of(t, dimensions, exchange)).ToList();
        return exchange.Problem is not null ? null : DemoSpoken.Json(NativeJson.Bytes(new NativeObject
        {
            ["model"] = NativeJson.Text(exchange.Body, "model"),
            ["embeddings"] = new NativeArray(vectors),
            ["total_duration"] = 1_000_000,
            ["load_duration"] = 1_000_000,
            ["prompt_eval_count"] = texts.Sum(DemoTokens.Count),
        }));
    }
}
