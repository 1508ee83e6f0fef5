using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Providers.Tests.Demo.Upstreams;

/// <summary>Chat requests that every provider can serve, as far as it is told what this one cannot.</summary>
internal sealed class RandomChat(Random random, string kind)
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Words =
        ["weather", "in Paris", "for 3 days", "please", "你好", "🙂", "\"a quote\"", "back\\slash", "tab\there", "line\nbreak", "get_weather", "news", "about Rome", "<b>&amp;</b>", "book a flight", "é", "  "];

    private static readonly string[] Tools =
    [
        """{"type":"function","function":{"name":"get_weather","description":"The weather","parameters":{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}},"required":["city","days"]}}}""",
        """{"type":"function","function":{"name":"get_news","parameters":{"type":"object","properties":{"topic":{"type":"string","enum":["sport","🙂 good","a \"b\""]},"deep":{"type":"object","properties":{"on":{"type":"boolean"}},"required":["on"]}},"required":["topic","deep"]}}}""",
        """{"type":"function","function":{"name":"book_flight","parameters":{"type":"object","properties":{"stops":{"type":"array","items":{"type":"string"},"minItems":1},"price":{"type":"number"}},"required":["stops","price"]}}}""",
    ];

    private static readonly string[] Schemas =
    [
        """{"type":"object","properties":{"city":{"type":"string"},"temp":{"type":"number"}},"required":["city","temp"]}""",
        """{"type":"object","properties":{"list":{"type":"array","items":{"type":"object","properties":{"a":{"type":["string","null"]}},"required":["a"],"additionalProperties":false}}},"required":["list"],"additionalProperties":false}""",
    ];

    /// <summary>No seed, JSON by a schema only, and thoughts within a budget of their own.</summary>
    private readonly bool _isLikeAnthropic = kind == "anthropic";

    private bool Chance(int of) => random.Next(of) == 0;

    public string Text() => string.Join(' ', Enumerable.Range(0, random.Next(1, 8)).Select(_ => Words[random.Next(Words.Length)])) + "!";

    public JsonObject Next()
    {
        var request = new JsonObject { ["model"] = "fast", ["messages"] = Messages() };
        if (Chance(3) && kind != "ollama") request["reasoning_effort"] = "medium";
        if (Chance(3) && kind == "ollama") request["reasoning_effort"] = "high";
        if (Chance(3) && !_isLikeAnthropic) request["seed"] = random.Next(100);
        if (Chance(4) && kind is "gemini" or "vertex") request["n"] = 2;
        if (Chance(2)) AddTools(request);
        else if (Chance(3)) request["response_format"] = new JsonObject { ["type"] = "json_schema", ["json_schema"] = new JsonObject { ["name"] = "x", ["schema"] = JsonNode.Parse(Schemas[random.Next(Schemas.Length)]) } };
        else if (Chance(4) && !_isLikeAnthropic) request["response_format"] = new JsonObject { ["type"] = "json_object" };
        else AddLimits(request);
        return request;
    }

    public static string Json(JsonObject request) => request.ToJsonString(Options);

    private void AddTools(JsonObject request)
    {
        var count = random.Next(1, Tools.Length + 1);
        request["tools"] = new JsonArray([.. Tools.Take(count).Select(static t => JsonNode.Parse(t))]);
        request["tool_choice"] = random.Next(kind == "ollama" ? 2 : 5) switch
        {
            0 => "auto",
            1 => "none",
            2 or 3 => "required",
            _ => JsonNode.Parse("""{"type":"function","function":{"name":"get_weather"}}"""),
        };
    }

    private void AddLimits(JsonObject request)
    {
        if (Chance(3)) request["stop"] = new JsonArray("demo", ". ");
        else if (Chance(2)) request["max_completion_tokens"] = _isLikeAnthropic && request.ContainsKey("reasoning_effort") ? random.Next(1500, 5000) : random.Next(1, 60);
    }

    private JsonArray Messages()
    {
        var messages = new JsonArray();
        if (Chance(2)) messages.Add(new JsonObject { ["role"] = "system", ["content"] = Text() });
        for (var earlier = random.Next(3); earlier > 0; earlier--)
        {
            messages.Add(new JsonObject { ["role"] = "user", ["content"] = Text() });
            messages.Add(new JsonObject { ["role"] = "assistant", ["content"] = Text() });
        }

        messages.Add(new JsonObject { ["role"] = "user", ["content"] = Chance(4) ? WithImage() : Text() });
        return messages;
    }

    private JsonArray WithImage() => new(
        new JsonObject { ["type"] = "text", ["text"] = Text() },
        new JsonObject { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = "data:image/png;base64,iVBORw0KGgo=" } });
}
