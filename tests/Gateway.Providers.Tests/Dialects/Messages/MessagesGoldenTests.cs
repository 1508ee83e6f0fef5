using System.Text;
using Gateway.Core.Dialects;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Dialects.Messages;

/// <summary>What becomes of requests in front of each kind of provider, and of the answers of those that have golden files.</summary>
public sealed class MessagesGoldenTests
{
    private const string Folder = "messages";

    private static readonly string[] Kinds = [.. ProviderCatalog.All.Select(static p => p.Manifest).Where(static m => m.InProcess is null && m.Translators.ContainsKey(InferenceEndpoint.ChatCompletions)).Select(static m => m.Kind)];

    /// <summary>The two whose answers have all that a chat answer can have.</summary>
    private static readonly string[] Shown = ["anthropic", "gemini"];

    public static IEnumerable<object[]> Asks =>
        from name in Golden.Cases(Folder) from reach in Enum.GetValues<ChatReach>() select new object[] { name, reach };

    public static IEnumerable<object[]> Replies => from kind in Kinds from file in Golden.Files(kind, "*.reply.json") select new object[] { kind, file };

    public static IEnumerable<object[]> Streams => from kind in Kinds from file in Golden.Files(kind, "*.stream.txt") select new object[] { kind, file };

    [Theory]
    [MemberData(nameof(Asks))]
    public void A_request_becomes_the_chat_request_of_its_golden_file(string name, ChatReach reach)
    {
        var body = Golden.Request(Folder, name);
        var text = new StringBuilder();
        var form = MessagesTalk.ToChat(body, reach);
        if (!form.IsOk)
        {
            text.Append($"400 {form.Error.Param}: {form.Error.Message}\n\nwith drop_params\n");
            form = MessagesTalk.ToChat(body, reach, drop: true);
        }

        if (form.IsOk) text.Append($"dropped: {string.Join(", ", form.Value.Dropped)}\n{Golden.Pretty(Encoding.UTF8.GetString(form.Value.Body.Span))}");
        else text.Append($"400 {form.Error.Param}: {form.Error.Message}\n");
        Golden.Verify(Folder, $"{name}.{reach.ToString().ToLowerInvariant()}.txt", text.ToString());
        if (reach == ChatReach.OpenAI && OpenAISchema.IsAvailable(out _)) OpenAISchema.Validate("CreateChatCompletionRequest", form.Value.Body.ToArray()).Should().BeEmpty(name);
    }

    [Theory]
    [MemberData(nameof(Replies))]
    public void A_chat_reply_becomes_a_message(string kind, string file)
    {
        var message = MessagesTalk.Reply(Encoding.UTF8.GetString(Golden.Bytes(kind, file)));

        Translation.Json(message).GetProperty("type").GetString().Should().Be("message");
        if (Shown.Contains(kind)) Golden.Verify(Folder, $"{kind}-{file}", Golden.Pretty(message));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void A_chat_stream_becomes_a_stream_of_a_message(string kind, string file)
    {
        var chunks = Translation.Events(Encoding.UTF8.GetString(Golden.Bytes(kind, file)));

        var stream = MessagesTalk.Stream(chunks, out var writer);

        MessageSum.Of(stream, out var events);
        writer.Events.Should().Be(events);
        if (Shown.Contains(kind)) Golden.Verify(Folder, $"{kind}-{file}", stream);
    }
}
