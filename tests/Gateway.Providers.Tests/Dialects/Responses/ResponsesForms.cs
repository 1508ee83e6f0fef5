using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Dialects;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Providers.Dialects;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Dialects.Responses;

/// <summary>Requests and answers on their way through the dialect, as the host takes them there.</summary>
internal static class ResponsesForms
{
    public const string Folder = "responses";

    public static readonly TranslationContext Context = Translation.Context with { RequestId = "01TEST" };

    public static readonly ChatTarget OpenAI = new(ChatReach.OpenAI, false, ChatOutputLimit.MaxCompletionTokens);

    public static readonly ChatTarget Compatible = new(ChatReach.Compatible, true, ChatOutputLimit.MaxTokens);

    public static readonly ChatTarget Translated = new(ChatReach.Translated, false, ChatOutputLimit.MaxTokens);

    public static IClientDialect Dialect => ClientDialects.Responses;

    public static Outcome<ChatForm> ToChat(string request, ChatTarget target, bool drop = false) => Dialect.ToChat(Encoding.UTF8.GetBytes(request), Context with { DropParams = drop }, target);

    /// <summary>The chat request; the request must be one that can be served.</summary>
    public static JsonObject Chat(string request, ChatTarget target, bool drop = false)
    {
        var form = ToChat(request, target, drop);
        form.Error.Should().BeNull();
        return JsonNode.Parse(form.Value.Body.Span)!.AsObject();
    }

    public static string Reply(string chat, object? memory = null)
    {
        var reply = new ArrayBufferWriter<byte>();
        Dialect.WriteReply(Encoding.UTF8.GetBytes(chat), Context with { Memory = memory }, reply).Should().BeNull();
        return Encoding.UTF8.GetString(reply.WrittenSpan);
    }

    /// <param name="chunks">Data of chat events.</param>
    public static string Stream(IEnumerable<string> chunks, object? memory = null)
    {
        var stream = Dialect.OpenStream(Context with { Memory = memory });
        var events = new ArrayBufferWriter<byte>();
        foreach (var chunk in chunks) stream.Read(Encoding.UTF8.GetBytes(chunk), events);
        stream.Finish(events);
        var written = Encoding.UTF8.GetString(events.WrittenSpan);
        stream.Events.Should().Be(written.Split("\n\n").Length - 1);
        return written;
    }

    /// <summary>What the request of a golden case leaves behind for its answer.</summary>
    public static object? Memory(string name) =>
        Golden.Cases(Folder).Contains(name) ? ToChat(Golden.Request(Folder, name), Translated, drop: true).Value.Memory : null;

    public static JsonObject Last(string events) => JsonNode.Parse(ResponsesOracle.Events(events)[^1])!["response"]!.AsObject();

    /// <summary>A request that goes on after an answer, as a client makes it that keeps all items.</summary>
    public static string Next(string request, JsonNode response, params string[] items)
    {
        var next = JsonNode.Parse(request)!.AsObject();
        var input = next["input"] is JsonArray list ? list.DeepClone().AsArray() : new JsonArray(JsonNode.Parse($$"""{"role":"user","content":{{next["input"]!.ToJsonString()}}}"""));
        foreach (var item in response["output"]!.AsArray()) input.Add(item!.DeepClone());
        foreach (var item in items) input.Add(JsonNode.Parse(item));
        next["input"] = input;
        return next.ToJsonString();
    }
}
