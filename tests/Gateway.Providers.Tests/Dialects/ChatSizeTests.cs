using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Dialects;
using Gateway.Core.Errors;
using Gateway.Providers.Dialects;
using Gateway.Providers.Tests.Dialects.Messages;
using Gateway.Providers.Tests.Dialects.Responses;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Dialects;

/// <summary>A chat request is about as long as what the client sent, whatever that was: nobody makes the gateway send megabytes with kilobytes.</summary>
public sealed class ChatSizeTests
{
    private const int Slack = 64 * 1024;

    private static readonly ChatReach[] Reaches = [ChatReach.OpenAI, ChatReach.Compatible, ChatReach.Translated];

    /// <summary>It would have its memory, which is long, sent with each.</summary>
    [Theory]
    [InlineData(ChatReach.OpenAI)]
    [InlineData(ChatReach.Compatible)]
    [InlineData(ChatReach.Translated)]
    public void A_call_that_stands_in_a_turn_many_times_is_refused(ChatReach reach)
    {
        var memory = new JsonObject { ["type"] = "redacted_thinking", ["data"] = Forged("c1", 100_000) };
        var message = $$"""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[{{memory.ToJsonString()}},{{Repeated("""{"type":"tool_use","id":"c1","name":"f","input":{}}""", 110)}}]}]}""";
        var item = new JsonObject { ["type"] = "reasoning", ["summary"] = new JsonArray(), ["encrypted_content"] = Forged("c1", 100_000) };
        var response = $$"""{"model":"m","input":[{"role":"user","content":"q"},{{item.ToJsonString()}},{{Repeated("""{"type":"function_call","call_id":"c1","name":"f","arguments":"{}"}""", 110)}}]}""";

        MessagesTalk.ToChat(message, reach).Error!.Param.Should().Be("messages[1].content[2].id");
        ResponsesForms.ToChat(response, ResponsesForms.OpenAI with { Reach = reach }).Error!.Param.Should().Be("input[3].call_id");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_message_with_anything_many_times_over_stays_in_proportion(int seed)
    {
        string[] requests = [.. Golden.Cases("messages").Select(static c => Golden.Request("messages", c)), MessageWithMemory];
        Check(seed, requests, static (body, reach) => MessagesTalk.ToChat(body, reach, drop: true));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_request_for_a_response_with_anything_many_times_over_stays_in_proportion(int seed)
    {
        string[] requests = [.. Golden.Cases(ResponsesForms.Folder).Select(static c => Golden.Request(ResponsesForms.Folder, c)), ResponseWithMemory];
        Check(seed, requests, static (body, reach) => ResponsesForms.ToChat(body, ResponsesForms.Translated with { Reach = reach, TakesReasoning = true }, drop: true));
    }

    private static void Check(int seed, string[] requests, Func<string, ChatReach, Outcome<ChatForm>> toChat)
    {
        var random = new Random(seed);
        var built = 0;
        for (var i = 0; i < 400; i++)
        {
            var body = Grown(i % 3 == 0 ? requests[^1] : requests[random.Next(requests.Length)], random);
            foreach (var reach in Reaches)
            {
                var form = toChat(body, reach);
                if (!form.IsOk) continue;
                built++;
                form.Value.Body.Length.Should().BeLessThan((3 * Encoding.UTF8.GetByteCount(body)) + Slack, $"{reach}: {body[..Math.Min(body.Length, 3000)]}");
            }
        }

        built.Should().BePositive();
    }

    /// <summary>With one of its texts very long, and items of its lists there again and again.</summary>
    private static string Grown(string body, Random random)
    {
        var root = JsonNode.Parse(random.Next(3) == 0 ? RandomJson.Mutate(body, random) : body)!;
        if (random.Next(2) == 0) Lengthen(root, random);
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var lists = Inside(root).OfType<JsonArray>().Where(static l => l.Count > 0).ToList();
            if (lists.Count == 0) break;
            var list = lists[random.Next(lists.Count)];
            var item = list[random.Next(list.Count)];
            if (item?.ToJsonString().Length > 50_000) continue;
            for (var copies = random.Next(1, 60); copies > 0; copies--) list.Insert(random.Next(list.Count + 1), item?.DeepClone());
        }

        return root.ToJsonString();
    }

    private static void Lengthen(JsonNode root, Random random)
    {
        var texts = Inside(root).OfType<JsonValue>().Where(static v => v.GetValueKind() == System.Text.Json.JsonValueKind.String).ToList();
        if (texts.Count == 0) return;
        var text = texts[random.Next(texts.Count)];
        text.ReplaceWith(((string)text! + new string('x', 30_000)));
    }

    private static IEnumerable<JsonNode> Inside(JsonNode? node)
    {
        if (node is null) return [];
        var inner = node switch { JsonArray a => a.SelectMany(Inside), JsonObject o => o.SelectMany(static m => Inside(m.Value)), _ => [] };
        return inner.Prepend(node);
    }

    private static string Repeated(string json, int times) => string.Join(',', Enumerable.Repeat(json, times));

    private static string Forged(string call, int length)
    {
        var memory = new JsonObject { ["v"] = 1, ["model"] = Translation.Context.TargetModel, ["call"] = call, ["extra_content"] = new JsonObject { ["a"] = new string('x', length) } };
        return OpaqueMemory.Encode(Encoding.UTF8.GetBytes(memory.ToJsonString()));
    }

    private static string MessageWithMemory =>
        $$$"""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"redacted_thinking","data":"{{{Forged("c1", 20_000)}}}"},{"type":"tool_use","id":"c1","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":[{"type":"image","source":{"type":"url","url":"https://a/b.png"}}]}]}]}""";

    private static string ResponseWithMemory =>
        $$$"""{"model":"m","input":[{"role":"user","content":"q"},{"type":"reasoning","summary":[],"encrypted_content":"{{{Forged("c1", 20_000)}}}"},{"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":[{"type":"input_image","image_url":"https://a/b.png"}]}]}""";
}
