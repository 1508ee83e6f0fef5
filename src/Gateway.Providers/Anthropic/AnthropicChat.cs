using System.Buffers;
using Gateway.Core.Errors;
using Gateway.Core.Providers;

namespace Gateway.Providers.Anthropic;

/// <summary>Chat completions, between OpenAI's wire format and Anthropic's.</summary>
internal sealed class AnthropicChat(AnthropicHome home) : ITranslator
{
    public Outcome<UpstreamRequest> BuildRequest(ReadOnlySpan<byte> body, in TranslationContext context) => AnthropicRequest.Build(body, context, home);

    public Outcome<ReplyFacts> ReadReply(ReadOnlySpan<byte> body, in TranslationContext context, IBufferWriter<byte> reply) => AnthropicReply.Read(body, context, reply);

    public IStreamTranslator OpenStream(in TranslationContext context) => new AnthropicStream(context);
}
