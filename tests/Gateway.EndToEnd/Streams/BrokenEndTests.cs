using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.EndToEnd.Routing;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Streams;

/// <summary>Streams that come in one piece and are broken: what was said of them is on its way when that is noticed, and the error follows it as an event.</summary>
public sealed class BrokenEndTests
{
    private const string Hello = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"hello\"},\"finish_reason\":null}]}\n\n";
    private const string Stop = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private const string Done = "data: [DONE]\n\n";

    public static readonly TheoryData<string, string> Streams = new()
    {
        { "an event that is no JSON", Hello + "data: {\"cho ices\":\n\n" + Stop + Done },
        { "an error before its end", Hello + "data: {\"error\":{\"message\":\"no more\",\"code\":500}}\n\n" + Done },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task A_dialect_is_told_by_an_event_what_broke(string what, string stream)
    {
        await using var rig = await RoutingGateway.StartAsync("  - { name: fast, targets: [{ provider: up, model: m }] }");
        var script = new Script { Case = Ask.NewCase("broken"), Body = stream, ContentType = "text/event-stream" }.ToString();

        foreach (var (path, body) in new[] { ("/v1/messages", Ask.Message("fast", script, stream: true)), ("/v1/responses", Ask.Response("fast", script, stream: true)) })
        {
            var answer = await rig.App.StreamAsync(body, path);
            answer.Status.Should().Be(HttpStatusCode.OK, "{0} at {1}", what, path);
            answer.Headers.Should().ContainKey("x-request-id");
            answer.Content.Should().Be("hello", "{0} at {1}", what, path);
            answer.Done.Should().BeFalse();
            answer.Errors.Should().ContainSingle("{0} at {1}", what, path);
        }

        rig.Gateway.Output.Should().NotContain("InvalidOperationException");
    }
}
