using System.Buffers;
using Gateway.Core.Errors;
using Gateway.Core.Providers;

namespace Gateway.Providers.Cohere;

/// <summary>Chat completions, between OpenAI's wire format and Cohere's.</summary>
internal sealed class CohereChat : ITranslator
{
    public Outcome<UpstreamRequest> BuildRequest(ReadOnlySpan<byte> body, in TranslationContext context) => CohereRequest.Build(body, context);

    public Outcome<ReplyFacts> ReadReply(ReadOnlySpan<byte> body, in TranslationContext context, IBufferWriter<byte> reply) => CohereReply.Read(body, context, reply);

    public GatewayError ReadError(GatewayError read, int status, ReadOnlySpan<byte> body) => CohereErrors.Refine(read, body);

    public IStreamTranslator OpenStream(in TranslationContext context) => new CohereStream(context);
}
