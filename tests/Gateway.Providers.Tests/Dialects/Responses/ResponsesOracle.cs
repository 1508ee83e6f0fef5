using System.Text;
using System.Text.Json.Nodes;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Dialects.Responses;

/// <summary>The order of the dialect's events, as its clients rely on it: an item is added, told in pieces, repeated whole, done, and stands so in the last event.</summary>
internal static class ResponsesOracle
{
    /// <summary>The data of each event; fails on anything that is no whole event with its type's name.</summary>
    public static List<string> Events(string sse)
    {
        sse.Should().EndWith("\n\n");
        var all = new List<string>();
        foreach (var block in sse[..^2].Split("\n\n"))
        {
            var lines = block.Split('\n');
            lines.Should().HaveCount(2, block);
            lines[1].Should().StartWith("data: {");
            var data = lines[1]["data: ".Length..];
            lines[0].Should().Be("event: " + (string?)JsonNode.Parse(data)!["type"]);
            all.Add(data);
        }

        return all;
    }

    public static void Check(string sse, bool withSchema = true)
    {
        var events = Events(sse).Select(static e => JsonNode.Parse(e)!.AsObject()).ToList();
        events.Select(static e => (long)e["sequence_number"]!).Should().Equal(Enumerable.Range(0, events.Count).Select(static n => (long)n));
        events.Take(2).Select(Type).Should().Equal("response.created", "response.in_progress");
        Type(events[^1]).Should().BeOneOf("response.completed", "response.incomplete");
        var items = new List<Told>();
        foreach (var e in events.Skip(2).SkipLast(1)) Step(e, items);
        items.Should().OnlyContain(static i => i.Done != null);
        JsonNode.DeepEquals(events[^1]["response"]!["output"], new JsonArray([.. items.Select(static i => i.Done!.DeepClone())])).Should().BeTrue("the last event has the items as they were done");
        items.Select(static i => i.Id).Should().OnlyHaveUniqueItems();
        if (!withSchema || !OpenAISchema.IsAvailable(out _)) return;
        foreach (var e in Events(sse)) OpenAISchema.Validate("ResponseStreamEvent", Encoding.UTF8.GetBytes(e)).Should().BeEmpty(e);
    }

    private static void Step(JsonObject e, List<Told> items)
    {
        var (type, at) = (Type(e), (int)e["output_index"]!);
        if (type == "response.output_item.added")
        {
            at.Should().Be(items.Count);
            items.Add(new Told((string)e["item"]!["id"]!));
            return;
        }

        var item = items[at];
        item.Done.Should().BeNull($"{type} follows the end of item {at}");
        if (type == "response.output_item.done")
        {
            item.PartIsOpen.Should().BeFalse();
            item.Drawn.Should().Equal((string?)e["item"]!["type"] == "image_generation_call" ? ["in_progress", "generating", "completed"] : []);
            Whole(e["item"]!).Should().Be(item.Text.ToString());
            ((string?)e["item"]!["id"]).Should().Be(item.Id);
            item.Done = e["item"]!.AsObject();
            return;
        }

        ((string?)e["item_id"]).Should().Be(item.Id);
        var name = type.Split('.')[^1];
        if (type.StartsWith("response.image_generation_call.", StringComparison.Ordinal)) item.Drawn.Add(name);
        else if (type.Contains("part.", StringComparison.Ordinal))
        {
            item.PartIsOpen.Should().Be(name == "done", type);
            item.PartIsOpen = name == "added";
            if (name == "done") ((string?)(e["part"]!["text"] ?? e["part"]!["refusal"])).Should().Be(item.Text.ToString());
        }
        else if (name == "delta")
        {
            item.Text.Append((string)e["delta"]!);
            if (!type.Contains("arguments", StringComparison.Ordinal) && !type.Contains("custom", StringComparison.Ordinal)) item.PartIsOpen.Should().BeTrue();
        }
        else if (name == "done")
        {
            ((string?)(e["text"] ?? e["refusal"] ?? e["arguments"] ?? e["input"])).Should().Be(item.Text.ToString());
        }
    }

    private static string Whole(JsonNode item) => (string?)item["type"] switch
    {
        "reasoning" => string.Concat(item["summary"]!.AsArray().Select(static p => (string?)p!["text"])),
        "message" => string.Concat(item["content"]!.AsArray().Select(static p => (string?)(p!["text"] ?? p["refusal"]))),
        "custom_tool_call" => (string)item["input"]!,
        "image_generation_call" => "",   // it comes whole
        _ => (string)item["arguments"]!,
    };

    private static string Type(JsonObject e) => (string)e["type"]!;

    private sealed class Told(string id)
    {
        public string Id { get; } = id;

        public StringBuilder Text { get; } = new();

        /// <summary>How far an image has come.</summary>
        public List<string> Drawn { get; } = [];

        public bool PartIsOpen { get; set; }

        public JsonObject? Done { get; set; }
    }
}
