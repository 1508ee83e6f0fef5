using System.Buffers;
using Gateway.Core.Errors;
using Gateway.Core.Providers;

namespace Gateway.Providers.Gemini;

/// <summary>Chat completions, between OpenAI's wire format and Gemini's.</summary>
internal sealed class GeminiChat : ITranslator
{
    public Outcome<UpstreamRequest> BuildRequest(ReadOnlySpan<byte> body, in TranslationContext context) => GeminiRequest.Build(body, context);

    public Outcome<ReplyFacts> ReadReply(ReadOnlySpan<byte> body, in TranslationContext context, IBufferWriter<byte> reply) => GeminiReply.Read(body, context, reply);

    public GatewayError ReadError(GatewayError read, int status, ReadOnlySpan<byte> body) => GeminiErrors.Refine(read, status, body);

    public IStreamTranslator OpenStream(in TranslationContext context) => new GeminiStream(context);
}
