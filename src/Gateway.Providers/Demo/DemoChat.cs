using System.Buffers;
using Gateway.Core.Errors;
using Gateway.Core.Providers;

namespace Gateway.Providers.Demo;

/// <summary>Chat completions, between OpenAI's wire format and the demo's.</summary>
internal sealed class DemoChat : ITranslator
{
    public Outcome<UpstreamRequest> BuildRequest(ReadOnlySpan<byte> body, in TranslationContext context) => DemoRequest.Build(body, context);

    public Outcome<ReplyFacts> ReadReply(ReadOnlySpan<byte> body, in TranslationContext context, IBufferWriter<byte> reply) => DemoReply.Read(body, context, reply);

    public GatewayError ReadError(GatewayError read, int status, ReadOnlySpan<byte> body) => DemoErrors.Read(status, body);

    public IStreamTranslator OpenStream(in TranslationContext context) => new DemoChatStream(context);
}
