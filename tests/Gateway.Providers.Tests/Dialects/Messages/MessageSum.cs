using System.Text.Json.Nodes;

namespace Gateway.Providers.Tests.Dialects.Messages;

/// <summary>
/// Reads a stream of a message the way Anthropic's own clients add it up, and stricter: events in their order, blocks numbered from 0 and never two at once, pieces only of the block that is open
/// and only of its kind.
/// </summary>
internal sealed class MessageSum
{
    private static readonly Dictionary<string, string[]> Fitting = new()
    {
        ["text_delta"] = ["text"],
        ["citations_delta"] = ["text"],
        ["thinking_delta"] = ["thinking"],
        ["signature_delta"] = ["thinking"],
        ["input_json_delta"] = ["tool_use"],
    };

    private JsonObject? _message, _open;
    private string _input = "";
    private bool _ended, _stopped;

    public int Events { get; private set; }

    public static JsonObject Of(string sse, out int events)
    {
        sse.Should().EndWith("\n\n");
        var sum = new MessageSum();
        foreach (var text in sse[..^2].Split("\n\n"))
        {
            var lines = text.Split('\n');
            lines.Should().HaveCount(2, text);
            var data = JsonNode.Parse(lines[1]["data: ".Length..])!.AsObject();
            lines[0].Should().Be("event: " + (string?)data["type"]);
            sum.Add(data);
        }

        sum._stopped.Should().BeTrue("a stream ends with message_stop");
        events = sum.Events;
        return sum._message!;
    }

    public static JsonObject Of(string sse) => Of(sse, out _);

    private void Add(JsonObject data)
    {
        Events++;
        _stopped.Should().BeFalse("nothing comes after message_stop");
        var type = (string)data["type"]!;
        (_message is null).Should().Be(type == "message_start", "message_start is the first event, and there is one");
        switch (type)
        {
            case "message_start":
                _message = data["message"]!.DeepClone().AsObject();
                _message["content"]!.AsArray().Should().BeEmpty();
                break;
            case "content_block_start":
                _ended.Should().BeFalse();
                _open.Should().BeNull("one block at a time");
                ((int)data["index"]!).Should().Be(_message!["content"]!.AsArray().Count);
                _open = data["content_block"]!.DeepClone().AsObject();
                _input = "";
                _message["content"]!.AsArray().Add(_open);
                break;
            case "content_block_delta":
                ((int)data["index"]!).Should().Be(_message!["content"]!.AsArray().Count - 1);
                Add(_open!, data["delta"]!.AsObject());
                break;
            case "content_block_stop":
                ((int)data["index"]!).Should().Be(_message!["content"]!.AsArray().Count - 1);
                if (_input.Length > 0) _open!["input"] = Parsed(_input);
                _open.Should().NotBeNull();
                _open = null;
                break;
            case "message_delta":
                _open.Should().BeNull();
                _ended.Should().BeFalse();
                _ended = true;
                foreach (var (name, value) in data["delta"]!.AsObject()) _message![name] = value?.DeepClone();
                _message!["usage"] = data["usage"]!.DeepClone();
                break;
            case "message_stop":
                _ended.Should().BeTrue();
                _stopped = true;
                break;
            default:
                type.Should().Be("ping");
                break;
        }
    }

    private void Add(JsonObject block, JsonObject delta)
    {
        var type = (string)delta["type"]!;
        Fitting[type].Should().Contain((string)block["type"]!);
        if (type == "input_json_delta") _input += (string)delta["partial_json"]!;
        else if (type == "text_delta") block["text"] = (string)block["text"]! + (string)delta["text"]!;
        else if (type == "thinking_delta") block["thinking"] = (string)block["thinking"]! + (string)delta["thinking"]!;
        else if (type == "signature_delta") block["signature"] = (string)delta["signature"]!;
        else (block["citations"] ??= new JsonArray()).AsArray().Add(delta["citation"]!.DeepClone());
    }

    /// <summary>What is no object a client has to keep as it came.</summary>
    private static JsonObject Parsed(string input)
    {
        try
        {
            if (JsonNode.Parse(input) is JsonObject parsed) return parsed;
        }
        catch (System.Text.Json.JsonException)
        {
            // Arguments as a model wrote them.
        }

        return new JsonObject { ["INVALID_JSON"] = input };
    }
}
