using System.Buffers;
using Gateway.Core.Errors;
using Gateway.Core.Providers;

namespace Gateway.Providers.Bedrock;

/// <summary>Chat completions, between OpenAI's wire format and Bedrock's Converse.</summary>
internal sealed class BedrockChat : ITranslator
{
    public Outcome<UpstreamRequest> BuildRequest(ReadOnlySpan<byte> body, in TranslationContext context) => BedrockRequest.Build(body, context);

    public Outcome<ReplyFacts> ReadReply(ReadOnlySpan<byte> body, in TranslationContext context, IBufferWriter<byte> reply) => BedrockReply.Read(body, context, reply);

    public GatewayError ReadError(GatewayError read, int status, ReadOnlySpan<byte> body) => BedrockErrors.Refine(read, body);

    public IStreamTranslator OpenStream(in TranslationContext context) => new BedrockStream(context);
}
