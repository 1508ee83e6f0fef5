using Gateway.Providers.Demo.Model;

namespace Gateway.Providers.Demo.Upstreams.OpenAI;

/// <summary>Moderations: a text is flagged where it has the word of a category ("violence"), so that both outcomes can be had.</summary>
internal sealed class OpenAIModeration : IDemoEndpoint
{
    private const double Certain = 0.99, Unlikely = 0.0001;

    private static readonly string[] Categories =
    [
        "harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent", "self-harm", "self-harm/instructions", "self-harm/intent", "sexual", "sexual/minors",
        "violence", "violence/graphic",
    ];

    public DemoSpoken? Answer(DemoExchange exchange)
    {
        var inputs = NativeJson.Text(exchange.Body, "input") is { } one ? [one] : NativeJson.Texts(exchange.Body, "input") ?? Parts(exchange);
        if (inputs.Count == 0) exchange.Fail("'input' must be a text, texts, or parts with a text.", "input");
        if (exchange.Problem is not null || !exchange.Play(DemoScript.Read(inputs[0]))) return null;
        return DemoSpoken.Json(NativeJson.Bytes(new NativeObject
        {
            ["id"] = "modr-" + exchange.Id,
            ["model"] = NativeJson.Text(exchange.Body, "model") ?? "omni-moderation-latest",
            ["results"] = new NativeArray(inputs.Select(Result)),
        }));
    }

    private static List<string> Parts(DemoExchange exchange) =>
        [.. NativeJson.Items(exchange.Body, "input").Select(static p => NativeJson.Text(p, "text")).OfType<string>()];

    private static NativeNode Result(string input)
    {
        var (categories, scores, flagged) = (new NativeObject(), new NativeObject(), false);
        foreach (var category in Categories)
        {
            var has = input.Contains(category, StringComparison.OrdinalIgnoreCase);
            categories[category] = has;
            scores[category] = has ? Certain : Unlikely;
            flagged |= has;
        }

        return new NativeObject { ["flagged"] = flagged, ["categories"] = categories, ["category_scores"] = scores };
    }
}
