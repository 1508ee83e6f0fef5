using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Dialects;
using Gateway.Providers.Tests.Support;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Dialects.Responses;

/// <summary>Requests of the dialect with the chat request each becomes in front of each kind of provider, and chat answers with what the client gets of them.</summary>
public sealed class ResponsesGoldenTests
{
    private static readonly (string Name, ChatTarget Target)[] Targets =
        [("OpenAI", ResponsesForms.OpenAI), ("compatible", ResponsesForms.Compatible), ("translated", ResponsesForms.Translated)];

    public static IEnumerable<object[]> Asks => Golden.Cases(ResponsesForms.Folder).Select(static n => new object[] { n });

    public static IEnumerable<object[]> Replies => Inputs(".chat.json");

    public static IEnumerable<object[]> Streams => Inputs(".chunks.txt");

    [Theory]
    [MemberData(nameof(Asks))]
    public void A_request_becomes_what_the_golden_chat_says(string name)
    {
        var request = Golden.Request(ResponsesForms.Folder, name);
        var (all, before) = (new StringBuilder(), "");
        foreach (var (about, target) in Targets)
        {
            var form = ResponsesForms.ToChat(request, target);
            all.Append("### ").Append(about).Append('\n');
            if (!form.IsOk)
            {
                all.Append("400 ").Append(form.Error.Param).Append(": ").Append(form.Error.Message).Append('\n');
                form = ResponsesForms.ToChat(request, target, drop: true);
                if (!form.IsOk) continue;
            }

            if (form.Value.Dropped.Count > 0) all.Append("dropped ").AppendJoin(", ", form.Value.Dropped).Append('\n');
            var chat = Golden.Pretty(Encoding.UTF8.GetString(form.Value.Body.Span));
            all.Append(chat == before ? "as above\n" : chat);
            before = chat;
            if (target.Reach == ChatReach.OpenAI && OpenAISchema.IsAvailable(out _)) OpenAISchema.Validate("CreateChatCompletionRequest", form.Value.Body.Span).Should().BeEmpty();
        }

        Golden.Verify(ResponsesForms.Folder, name + ".chat.txt", all.ToString());
    }

    [Theory]
    [MemberData(nameof(Replies))]
    public void A_reply_is_what_the_golden_response_says(string name)
    {
        var reply = ResponsesForms.Reply(Encoding.UTF8.GetString(Golden.Bytes(ResponsesForms.Folder, name + ".chat.json")), ResponsesForms.Memory(name));
        Golden.Verify(ResponsesForms.Folder, name + ".response.json", Golden.Pretty(reply));
        if (OpenAISchema.IsAvailable(out _)) OpenAISchema.Validate("Response", Encoding.UTF8.GetBytes(reply)).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void A_stream_is_what_the_golden_events_say(string name)
    {
        var events = ResponsesForms.Stream(Chunks(name), ResponsesForms.Memory(name));
        Golden.Verify(ResponsesForms.Folder, name + ".events.txt", events);
        ResponsesOracle.Check(events);
    }

    /// <summary>But for the place of what came after the words, and for what the stream says of the cut.</summary>
    [Theory]
    [MemberData(nameof(Streams))]
    public void A_stream_ends_in_the_response_that_the_whole_reply_is(string name)
    {
        var whole = JsonNode.Parse(ResponsesForms.Reply(Encoding.UTF8.GetString(Golden.Bytes(ResponsesForms.Folder, name + ".chat.json")), ResponsesForms.Memory(name)))!;
        var last = ResponsesForms.Last(ResponsesForms.Stream(Chunks(name), ResponsesForms.Memory(name)));

        Sorted(last).Should().Equal(Sorted(whole));
        foreach (var response in new[] { whole, last }) response["output"] = new JsonArray();
        JsonNode.DeepEquals(whole, last).Should().BeTrue(last.ToJsonString());
    }

    internal static IEnumerable<string> Chunks(string name) => Translation.Events(Encoding.UTF8.GetString(Golden.Bytes(ResponsesForms.Folder, name + ".chunks.txt")));

    private static IEnumerable<string> Sorted(JsonNode response) => response["output"]!.AsArray().Select(static i =>
    {
        var item = i!.DeepClone().AsObject();
        item.Remove("id");
        return item.ToJsonString();
    }).Order(StringComparer.Ordinal);

    private static IEnumerable<object[]> Inputs(string extension) => Golden.Files(ResponsesForms.Folder, "*" + extension).Select(f => new object[] { f[..^extension.Length] });
}
