using Gateway.Providers.Demo.Model;

namespace Gateway.Providers.Demo.Upstreams.OpenAI;

/// <summary>What the streams of OpenAI's format have in common.</summary>
internal static class OpenAIStream
{
    public static readonly ReadOnlyMemory<byte> Done = "data: [DONE]\n\n"u8.ToArray();

    public static readonly DemoStage Stage = new(
        Terminals: 1,
        NativeJson.Event(OpenAIErrors.Body(new DemoProblem(500, DemoModel.Rehearsed(500)))),
        "data: {\"id\":\"chatcmpl\n\n"u8.ToArray());
}
