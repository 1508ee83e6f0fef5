using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Security;

/// <summary>What a model says is text and never protocol (reliability S10), by a parser that shares nothing with the gateway.</summary>
[Collection(OneGateway.Name)]
public sealed class SseInjectionTests(SharedRig rig)
{
    public static TheoryData<string> Texts => new()
    {
        "a\n\ndata: {\"error\":{\"message\":\"x\"}}\n\n",
        "a\r\n\r\ndata: [DONE]\r\n\r\n",
        "a\r\rdata: b\r\r",
        "[DONE]",
        "data: [DONE]",
        "event: error\nid: 7\nretry: 1\n\n",
        "\u2028\u2029\u0085",
        "\0\u0001\u001b[31m",
        "\uFEFFdata:",
        ": comment\n\n",
        "\"}]}\n\ndata: {\"choices\":[]}",
        "😀é\u0301ﬁ",
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Text_of_the_model_arrives_as_text(string text)
    {
        foreach (var style in new[] { SseStyle.Plain, SseStyle.Crlf, SseStyle.Fields })
        {
            var stream = await rig.App.StreamAsync(Ask.Chat("fast", new Script { Text = text, Chunks = 3, Sse = style }, stream: true));

            stream.Content.Should().Be(text);
            stream.Done.Should().BeTrue();
            // Three pieces, the finish, [DONE]: not one event more.
            stream.Events.Should().HaveCount(5).And.OnlyContain(static e => e.Event == null && e.Id == null);
        }

        (await rig.App.ChatAsync(Ask.Chat("fast", new Script { Text = text }))).Content.Should().Be(text);
    }
}
