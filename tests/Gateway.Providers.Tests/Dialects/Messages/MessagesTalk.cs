using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Dialects;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Providers.Dialects;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Dialects.Messages;

/// <summary>A client of the Messages API and the gateway between it and a chat provider, as the host puts them together.</summary>
internal static class MessagesTalk
{
    public static IClientDialect Dialect => ClientDialects.Messages;

    public static ChatTarget Target(ChatReach reach) => reach switch
    {
        ChatReach.OpenAI => new(reach, TakesReasoning: false, ChatOutputLimit.MaxCompletionTokens),
        ChatReach.Compatible => new(reach, TakesReasoning: true, ChatOutputLimit.MaxTokens),
        _ => new(reach, TakesReasoning: true, ChatOutputLimit.MaxTokens),
    };

    public static Outcome<ChatForm> ToChat(string body, ChatReach reach, bool drop = false) =>
        Dialect.ToChat(Encoding.UTF8.GetBytes(body), Translation.Context with { DropParams = drop }, Target(reach));

    /// <summary>The chat request, which must be one.</summary>
    public static JsonObject Chat(string body, ChatReach reach, bool drop = false)
    {
        var form = ToChat(body, reach, drop);
        form.Error.Should().BeNull();
        return JsonNode.Parse(form.Value.Body.Span)!.AsObject();
    }

    public static string Reply(string chat)
    {
        var output = new ArrayBufferWriter<byte>();
        Dialect.WriteReply(Encoding.UTF8.GetBytes(chat), Translation.Context, output).Should().BeNull();
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static string Stream(IEnumerable<string> chunks) => Stream(chunks, out _);

    public static string Stream(IEnumerable<string> chunks, out IDialectWriter stream)
    {
        stream = Dialect.OpenStream(Translation.Context);
        var output = new ArrayBufferWriter<byte>();
        foreach (var chunk in chunks) stream.Read(Encoding.UTF8.GetBytes(chunk), output);
        stream.Finish(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>A chat chunk with this delta.</summary>
    public static string Chunk(string delta, string? finish = null) =>
        $$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{(finish is null ? "null" : $"\"{finish}\"")}}}]}""";
}
