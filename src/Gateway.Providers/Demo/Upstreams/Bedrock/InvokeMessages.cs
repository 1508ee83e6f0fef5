using System.Text;
using Gateway.Providers.Demo.Model;
using Gateway.Providers.Demo.Upstreams.Anthropic;

namespace Gateway.Providers.Demo.Upstreams.Bedrock;

/// <summary>Claude by InvokeModel: Anthropic's format, whose events come in base64 within Amazon's messages.</summary>
internal sealed class InvokeMessages(bool isStream) : MessagesChat(new MessagesHome("bedrock-2023-05-31", BedrockUpstream.Model, isStream))
{
    protected override string StreamType => "application/vnd.amazon.eventstream";

    protected override IEnumerable<ReadOnlyMemory<byte>> Stream(DemoSaid said) =>
        base.Stream(said).Select(static e => Encoding.UTF8.GetString(e.Span)).Where(static e => !e.StartsWith("event: ping", StringComparison.Ordinal)).Select(Wrap);

    protected override DemoStage Stage(DemoSaid said) => new(
        Terminals: 1,
        EventFrame.Exception("internalServerException", NativeJson.Bytes(BedrockUpstream.Body(new DemoProblem(500, DemoModel.Rehearsed(500))))),
        EventFrame.Event("chunk", "{\"bytes\":"u8));

    private static ReadOnlyMemory<byte> Wrap(string sse)
    {
        var data = sse[(sse.IndexOf("data: ", StringComparison.Ordinal) + "data: ".Length)..].TrimEnd('\n');
        return EventFrame.Event("chunk", NativeJson.Bytes(new NativeObject { ["bytes"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(data)) }));
    }
}
