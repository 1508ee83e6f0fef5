using System.Buffers;
using System.Text;
using Gateway.Core.Dialects;
using Gateway.Core.Providers;
using Gateway.Providers.Dialects;
using Gateway.Providers.Dialects.Messages;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Dialects.Messages;

/// <summary>Whatever a client or a provider sends: an answer or a refusal, never an exception, and only whole events in their order.</summary>
public sealed class MessagesFuzzTests
{
    private const int Rounds = 1500;

    private static readonly string[] Requests = [.. Golden.Cases("messages").Select(static c => Golden.Request("messages", c))];

    private static readonly string[] Kinds = [.. ProviderCatalog.All.Select(static p => p.Manifest).Where(static m => m.InProcess is null && m.Translators.ContainsKey(InferenceEndpoint.ChatCompletions)).Select(static m => m.Kind)];

    [Theory]
    [InlineData(ChatReach.OpenAI)]
    [InlineData(ChatReach.Compatible)]
    [InlineData(ChatReach.Translated)]
    public void A_request_with_anything_anywhere_becomes_chat_or_a_400_that_names_a_field(ChatReach reach)
    {
        var random = new Random(21);
        var built = 0;
        for (var i = 0; i < Rounds; i++)
        {
            var body = RandomJson.Mutate(Requests[random.Next(Requests.Length)], random);
            var form = MessagesTalk.ToChat(body, reach, drop: random.Next(2) == 0);
            if (form.IsOk) Translation.Json(Encoding.UTF8.GetString(form.Value.Body.Span)).GetProperty("messages").GetArrayLength().Should().BePositive(body);
            else form.Error.Param.Should().NotBeNullOrEmpty(body);
            MessagesCount.ToChat(Encoding.UTF8.GetBytes(body), Translation.Context);
            built += form.IsOk ? 1 : 0;
        }

        built.Should().BeInRange(1, Rounds - 1);
    }

    [Fact]
    public void What_is_no_object_is_refused()
    {
        foreach (var body in new[] { "[]", "5", "\"a\"", "null", "{" }) MessagesTalk.ToChat(body, ChatReach.OpenAI).IsOk.Should().BeFalse(body);
    }

    /// <summary>What a translator makes of it may be a refusal; a translated request is one that it can read.</summary>
    [Fact]
    public void Chat_requests_are_what_translators_can_read()
    {
        foreach (var kind in Kinds)
        {
            var translator = new Translation(kind, InferenceEndpoint.ChatCompletions).Translator;
            foreach (var request in Requests)
            {
                var form = MessagesTalk.ToChat(request, ChatReach.Translated, drop: true);
                var built = translator.BuildRequest(form.Value.Body.Span, Translation.Context with { DropParams = true });
                (built.Error?.Message ?? "").Should().NotContain("well-formed").And.NotContain("wrong type");
            }
        }
    }

    [Fact]
    public void Every_translator_serves_what_Claude_Code_asks()
    {
        var form = MessagesTalk.ToChat(Golden.Request("messages", "claude-code"), ChatReach.Translated);
        foreach (var kind in Kinds)
        {
            var built = new Translation(kind, InferenceEndpoint.ChatCompletions).Translator.BuildRequest(form.Value.Body.Span, Translation.Context with { TargetModel = kind == "bedrock" ? "anthropic.claude-sonnet-4-5" : "gemini-3-pro" });
            built.Error.Should().BeNull(kind);
        }
    }

    [Fact]
    public void A_reply_with_anything_anywhere_becomes_a_message_or_a_bad_upstream()
    {
        var random = new Random(22);
        string[] replies = [.. Kinds.SelectMany(static k => Golden.Files(k, "*.reply.json").Select(f => Encoding.UTF8.GetString(Golden.Bytes(k, f))))];
        for (var i = 0; i < Rounds; i++)
        {
            var output = new ArrayBufferWriter<byte>();
            var reply = Halved(RandomJson.Mutate(replies[random.Next(replies.Length)], random), random);
            if (MessagesTalk.Dialect.WriteReply(Encoding.UTF8.GetBytes(reply), Translation.Context, output) is null)
                Translation.Json(Encoding.UTF8.GetString(output.WrittenSpan)).GetProperty("type").GetString().Should().Be("message");
        }
    }

    [Fact]
    public void A_stream_with_anything_anywhere_is_whole_events_in_their_order()
    {
        var random = new Random(23);
        string[] streams = [.. Kinds.SelectMany(static k => Golden.Files(k, "*.stream.txt").Select(f => Encoding.UTF8.GetString(Golden.Bytes(k, f))))];
        for (var i = 0; i < Rounds; i++)
        {
            var chunks = Translation.Events(streams[random.Next(streams.Length)]);
            for (var changed = random.Next(1, 4); changed > 0; changed--)
            {
                var mutated = random.Next(chunks.Count);
                chunks[mutated] = RandomJson.Mutate(chunks[mutated], random);
            }

            var place = random.Next(chunks.Count);
            chunks[place] = Halved(chunks[place], random);
            if (random.Next(4) == 0) chunks.RemoveAt(random.Next(chunks.Count));
            var stream = MessagesTalk.Stream(chunks, out var writer);
            writer.Events.Should().Be(stream.Split("\n\n").Length - 1);
            if (!stream.Contains("\\ud800", StringComparison.Ordinal)) MessageSum.Of(stream);
        }
    }

    [Fact]
    public void The_reader_takes_anything()
    {
        var random = new Random(24);
        byte[][] events = [.. Golden.Files("anthropic", "*.upstream.txt").SelectMany(static f => Encoding.UTF8.GetString(Golden.Bytes("anthropic", f)).Split('\n')).Where(static l => l.StartsWith("data: ", StringComparison.Ordinal)).Select(static l => Encoding.UTF8.GetBytes(l[6..]))];
        for (var i = 0; i < Rounds; i++)
        {
            var reader = ClientDialects.Messages.OpenReader();
            var bytes = Encoding.UTF8.GetBytes(Halved(RandomJson.Mutate(Encoding.UTF8.GetString(events[random.Next(events.Length)]), random), random));
            if (random.Next(3) == 0) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            reader.Read(bytes);
            (reader.Facts.Finished && reader.Facts.Error is not null).Should().BeFalse();
            ClientDialects.Messages.ReadFacts(bytes);
            MessagesCount.Read(bytes);
        }
    }

    /// <summary>With half of a surrogate pair in one of its strings or names, now and then: well-formed JSON that is no text.</summary>
    private static string Halved(string json, Random random)
    {
        var strings = Enumerable.Range(0, json.Length - 1).Where(i => json[i] is ':' or '{' or ',' && json[i + 1] == '"').ToArray();
        return strings.Length == 0 || random.Next(4) > 0 ? json : json.Insert(strings[random.Next(strings.Length)] + 2, "\\ud800");
    }
}
