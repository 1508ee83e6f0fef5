using System.Text.Json.Nodes;

namespace Gateway.Providers.Tests.Dialects.Places;

/// <summary>A conversation as a client of a dialect may send it, in which no two texts are the same: each has a mark of its own.</summary>
internal abstract class RandomTalk(Random random)
{
    private int _marks;

    /// <summary>Ids of calls that have no result yet.</summary>
    protected List<string> Open { get; } = [];

    public abstract JsonObject Request();

    protected string Mark() => $"m{_marks++}m";

    protected bool Chance(int of) => random.Next(of) == 0;

    protected int Next(int end) => random.Next(end);

    protected JsonArray Some(int most, Func<JsonNode> make) => [.. Enumerable.Range(0, 1 + random.Next(most)).Select(_ => make())];

    protected JsonNode One(params Func<JsonNode>[] of) => of[random.Next(of.Length)]();

    protected string Call()
    {
        Open.Add(Mark());
        return Open[^1];
    }

    protected string Result()
    {
        if (Open.Count == 0) return Mark();
        var id = Open[0];
        Open.RemoveAt(0);
        return id;
    }

    protected JsonObject Schema() => new() { ["type"] = "object", ["properties"] = new JsonObject { ["a"] = new JsonObject { ["type"] = "string", ["description"] = Mark() } } };
}

internal sealed class RandomMessages(Random random) : RandomTalk(random)
{
    public override JsonObject Request()
    {
        var request = new JsonObject { ["model"] = Mark(), ["max_tokens"] = 4096 };
        if (!Chance(3)) request["system"] = One(() => Mark(), () => Some(3, Text), () => new JsonArray(Text(), new JsonObject { ["type"] = "text", ["text"] = "x-anthropic-billing-header: 1\n" + Mark() }));
        if (Chance(2)) request["tools"] = Some(3, Tool);
        if (request["tools"] is not null && Chance(2)) request["tool_choice"] = new JsonObject { ["type"] = "tool", ["name"] = Mark(), ["disable_parallel_tool_use"] = true };
        if (Chance(3)) request["thinking"] = new JsonObject { ["type"] = "enabled", ["budget_tokens"] = 2048 };
        if (Chance(3)) request["output_config"] = new JsonObject { ["effort"] = "low", ["format"] = new JsonObject { ["type"] = "json_schema", ["schema"] = Schema() } };
        else if (Chance(3)) request["output_format"] = new JsonObject { ["type"] = "json_schema", ["schema"] = Schema() };
        if (Chance(3)) request["stop_sequences"] = Some(4, () => Mark());
        if (Chance(3)) request["metadata"] = new JsonObject { ["user_id"] = Mark() };
        if (Chance(4)) request["stream"] = true;
        request["messages"] = Some(8, Message);
        return request;
    }

    private JsonNode Message() => Next(7) switch
    {
        0 => Said("system", One(() => Mark(), () => Some(2, Text))),
        1 or 2 => Said("assistant", One(() => Mark(), () => Some(5, OfAssistant), () => Some(5, OfAssistant))),
        _ => Said("user", One(() => Mark(), () => Some(4, OfUser), () => Some(4, OfUser))),
    };

    private static JsonObject Said(string role, JsonNode content) => new() { ["role"] = role, ["content"] = content };

    private JsonNode OfUser() => Chance(3) ? ToolResult() : Part();

    private JsonObject Part() => Next(8) switch
    {
        0 => new() { ["type"] = "image", ["source"] = Data("image/png") },
        1 => Cached(new() { ["type"] = "image", ["source"] = new JsonObject { ["type"] = "url", ["url"] = "https://a.example/" + Mark() } }),
        2 => Cached(new() { ["type"] = "document", ["source"] = Data("application/pdf"), ["title"] = Mark(), ["context"] = Mark() }),
        3 => new() { ["type"] = "document", ["source"] = new JsonObject { ["type"] = "text", ["media_type"] = "text/plain", ["data"] = Mark() }, ["title"] = Mark() },
        4 => new() { ["type"] = "document", ["source"] = new JsonObject { ["type"] = "content", ["content"] = One(() => Mark(), () => Some(2, Text)) } },
        5 => new() { ["type"] = "search_result", ["source"] = Mark(), ["title"] = Mark(), ["content"] = Some(2, Text) },
        6 => new() { ["type"] = Mark(), ["foo"] = new JsonObject { ["bar"] = new JsonArray(Mark()) } },
        _ => Text(),
    };

    private JsonObject ToolResult()
    {
        var result = Cached(new() { ["type"] = "tool_result", ["tool_use_id"] = Result(), ["is_error"] = Chance(3) });
        if (!Chance(4)) result["content"] = One(() => Mark(), () => Some(3, Part), () => new JsonArray());
        return result;
    }

    private JsonObject OfAssistant() => Next(7) switch
    {
        0 => new() { ["type"] = "thinking", ["thinking"] = Mark(), ["signature"] = Mark() },
        1 => new() { ["type"] = "redacted_thinking", ["data"] = Mark() },
        2 => new() { ["type"] = "image", ["source"] = Data("image/png") },
        3 or 4 => ToolUse(),
        _ => Text(),
    };

    private JsonObject ToolUse()
    {
        var call = Cached(new() { ["type"] = "tool_use", ["id"] = Call(), ["name"] = Mark() });
        if (!Chance(4)) call["input"] = new JsonObject { ["a"] = Mark() };
        return call;
    }

    private JsonObject Tool() => Chance(3)
        ? new() { ["type"] = "web_search_20250305", ["name"] = Mark(), ["user_location"] = new JsonObject { ["city"] = Mark() } }
        : Cached(new() { ["name"] = Mark(), ["description"] = Mark(), ["input_schema"] = Schema(), ["strict"] = true });

    private JsonObject Text() => Cached(new() { ["type"] = "text", ["text"] = Mark() });

    private JsonObject Data(string type) => new() { ["type"] = "base64", ["media_type"] = type, ["data"] = Mark() };

    private JsonObject Cached(JsonObject block)
    {
        if (Chance(4)) block["cache_control"] = new JsonObject { ["type"] = "ephemeral", ["ttl"] = Mark() };
        return block;
    }
}

internal sealed class RandomResponses(Random random) : RandomTalk(random)
{
    public override JsonObject Request()
    {
        var request = new JsonObject { ["model"] = Mark() };
        if (!Chance(3)) request["instructions"] = Mark();
        if (Chance(2)) request["tools"] = Some(3, Tool);
        if (request["tools"] is not null && Chance(2)) request["tool_choice"] = new JsonObject { ["type"] = "function", ["name"] = Mark() };
        if (request["tools"] is not null && Chance(2)) request["parallel_tool_calls"] = false;
        if (Chance(3)) request["reasoning"] = new JsonObject { ["effort"] = "low" };
        if (Chance(3)) request["text"] = new JsonObject { ["verbosity"] = "low", ["format"] = new JsonObject { ["type"] = "json_schema", ["name"] = Mark(), ["schema"] = Schema() } };
        if (Chance(3)) request["max_output_tokens"] = 4096;
        if (Chance(3)) request["include"] = new JsonArray("reasoning.encrypted_content", "message.output_text.logprobs");
        else if (Chance(3)) request["top_logprobs"] = 2;
        if (Chance(4)) request["stream"] = true;
        request["input"] = One(() => Mark(), () => Items(), () => Items(), () => Items());
        return request;
    }

    private JsonArray Items()
    {
        var items = Some(9, Item);
        items.Insert(Next(items.Count + 1), new JsonObject { ["role"] = "user", ["content"] = Mark() });
        return items;
    }

    private JsonNode Item() => Next(10) switch
    {
        0 => new JsonObject { ["role"] = Chance(2) ? "system" : "developer", ["content"] = One(() => Mark(), () => Some(2, Text)) },
        1 => new JsonObject { ["type"] = "reasoning", ["id"] = "rs_" + Mark(), ["summary"] = new JsonArray(new JsonObject { ["type"] = "summary_text", ["text"] = Mark() }) },
        2 => new JsonObject { ["type"] = "message", ["role"] = "assistant", ["content"] = One(() => Mark(), () => Some(3, Output)) },
        3 => new JsonObject { ["type"] = "function_call", ["call_id"] = Call(), ["name"] = Mark(), ["arguments"] = $$"""{"a":"{{Mark()}}"}""" },
        4 => new JsonObject { ["type"] = "custom_tool_call", ["call_id"] = Call(), ["name"] = Mark(), ["input"] = Mark() },
        5 or 6 => new JsonObject { ["type"] = Chance(2) ? "function_call_output" : "custom_tool_call_output", ["call_id"] = Result(), ["output"] = One(() => Mark(), () => Some(3, Part)) },
        7 => new JsonObject { ["type"] = "image_generation_call", ["id"] = "ig_" + Mark(), ["result"] = Mark() },
        _ => new JsonObject { ["role"] = "user", ["content"] = One(() => Mark(), () => Some(4, Part), () => Some(4, Part)) },
    };

    private JsonObject Part() => Next(5) switch
    {
        0 => new() { ["type"] = "input_image", ["image_url"] = "https://a.example/" + Mark(), ["detail"] = "low" },
        1 => new() { ["type"] = "input_file", ["filename"] = Mark(), ["file_data"] = "data:application/pdf;base64," + Mark() },
        2 => new() { ["type"] = "input_audio", ["input_audio"] = new JsonObject { ["data"] = Mark(), ["format"] = "wav" } },
        _ => Text(),
    };

    private JsonObject Output() => Chance(4) ? new() { ["type"] = "refusal", ["refusal"] = Mark() } : new() { ["type"] = "output_text", ["text"] = Mark() };

    private JsonObject Tool() => Next(4) switch
    {
        0 => new() { ["type"] = "custom", ["name"] = Mark(), ["description"] = Mark(), ["format"] = new JsonObject { ["type"] = "grammar", ["syntax"] = "lark", ["definition"] = Mark() } },
        1 => new() { ["type"] = "web_search_20250305", ["name"] = Mark(), ["user_location"] = new JsonObject { ["city"] = Mark() } },
        _ => new() { ["type"] = "function", ["name"] = Mark(), ["description"] = Mark(), ["parameters"] = Schema(), ["strict"] = true },
    };

    private JsonObject Text()
    {
        var text = new JsonObject { ["type"] = "input_text", ["text"] = Mark() };
        if (Chance(4)) text["prompt_cache_breakpoint"] = new JsonObject { ["mode"] = Mark() };
        return text;
    }
}
