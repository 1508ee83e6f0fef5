using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Providers.Demo.Model;

/// <summary>Counts what a chat consumed.</summary>
internal static class DemoMeter
{
    /// <summary>An image is as much as this many bytes of text, 85 tokens.</summary>
    private const long BytesOfImage = 340;

    /// <summary>Everything the model read: turns, calls, tools and the schema of the answer.</summary>
    public static long Input(DemoChatAsk ask)
    {
        var bytes = ask.Turns.Sum(Bytes);
        foreach (var tool in ask.Tools ?? [])
            bytes += DemoTokens.Bytes(tool.Name) + DemoTokens.Bytes(tool.Description) + Bytes(tool.Schema);
        return DemoTokens.Count(bytes + Bytes(ask.Schema));
    }

    /// <summary>What the model read from its cache: the conversation up to its last answer, which was all there when it gave that.</summary>
    public static long Cached(DemoChatAsk ask)
    {
        var last = ask.Turns.Count - 1;
        while (last >= 0 && ask.Turns[last].By != "model") last--;
        return DemoTokens.Count(ask.Turns.Take(last + 1).Sum(Bytes));
    }

    public static long Output(DemoAnswer answer) =>
        DemoTokens.Count(answer.Thoughts) + DemoTokens.Count(answer.Text) + DemoTokens.Count(answer.Refusal) + (answer.Calls?.Sum(static c => Output(c.Name, c.Arguments)) ?? 0);

    /// <summary>A call is counted by name and arguments.</summary>
    public static long Output(string name, string arguments) => DemoTokens.Count(DemoTokens.Bytes(name) + DemoTokens.Bytes(arguments));

    private static long Bytes(DemoTurn turn) =>
        DemoTokens.Bytes(turn.Text) + ((turn.Images ?? 0) * BytesOfImage) + (turn.Calls?.Sum(static c => DemoTokens.Bytes(c.Name) + DemoTokens.Bytes(c.Arguments)) ?? 0);

    /// <summary>Of a schema, however it was written: without white space, and with no more escapes than there must be.</summary>
    private static long Bytes(JsonElement? schema)
    {
        if (schema is not { ValueKind: not JsonValueKind.Undefined } value) return 0;
        using var json = new Utf8JsonWriter(Stream.Null, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        value.WriteTo(json);
        return json.BytesCommitted + json.BytesPending;
    }
}
