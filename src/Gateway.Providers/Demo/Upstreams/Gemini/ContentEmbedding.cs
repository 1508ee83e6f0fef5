using Gateway.Providers.Demo.Model;

namespace Gateway.Providers.Demo.Upstreams.Gemini;

/// <summary>Embeddings of the Gemini API, one or many.</summary>
internal sealed class ContentEmbedding(bool isBatch) : IDemoEndpoint
{
    public DemoSpoken? Answer(DemoExchange exchange)
    {
        var requests = isBatch ? NativeJson.Items(exchange.Body, "requests") : [exchange.Body];
        if (requests.Count == 0) exchange.Fail("requests is not specified", "requests");
        var texts = requests.Select(static r => string.Join('\n', NativeJson.Items(NativeJson.Member(r, "content") ?? default, "parts").Select(static p => NativeJson.Text(p, "text")))).ToList();
        if (texts.Exists(string.IsNullOrEmpty)) exchange.Fail("content contains an empty Part.", "content");
        if (exchange.Problem is not null || !exchange.Play(DemoScript.Read(texts[0]))) return null;
        var vectors = requests.Zip(texts, (request, text) => new NativeObject { ["values"] = NativeVector.Of(text, NativeJson.Number(request, "outputDimensionality", "output_dimensionality"), exchange) }).ToList();
        if (exchange.Problem is not null) return null;
        var usage = new NativeObject { ["promptTokenCount"] = texts.Sum(DemoTokens.Count) };
        return DemoSpoken.Json(NativeJson.Bytes(isBatch
            ? new NativeObject { ["embeddings"] = new NativeArray(vectors), ["usageMetadata"] = usage }
            : new NativeObject { ["embedding"] = vectors[0], ["usageMetadata"] = usage }));
    }
}

/// <summary>Embeddings of Vertex AI.</summary>
internal sealed class Prediction : IDemoEndpoint
{
    public DemoSpoken? Answer(DemoExchange exchange)
    {
        var texts = NativeJson.Items(exchange.Body, "instances").Select(static i => NativeJson.Text(i, "content")).ToList();
        if (texts.Count == 0 || texts.Exists(string.IsNullOrEmpty)) exchange.Fail("Every instance needs a content.", "instances");
        if (exchange.Problem is not null || !exchange.Play(DemoScript.Read(texts[0]))) return null;
        var dimensions = NativeJson.Number(NativeJson.Member(exchange.Body, "parameters") ?? default, "outputDimensionality");
        var predictions = texts.Select(text => new NativeObject
        {
            ["embeddings"] = new NativeObject
            {
                ["values"] = NativeVector.Of(text!, dimensions, exchange),
                ["statistics"] = new NativeObject { ["token_count"] = DemoTokens.Count(text), ["truncated"] = false },
            },
        }).ToList();
        return exchange.Problem is not null ? null : DemoSpoken.Json(NativeJson.Bytes(new NativeObject { ["predictions"] = new NativeArray(predictions) }));
    }
}
