using System.Buffers;
using Gateway.Core.Errors;
using Gateway.Core.Providers;

namespace Gateway.Providers.Ollama;

/// <summary>Chat completions, between OpenAI's wire format and Ollama's.</summary>
internal sealed class OllamaChat : ITranslator
{
    public Outcome<UpstreamRequest> BuildRequest(ReadOnlySpan<byte> body, in TranslationContext context) => OllamaRequest.Build(body, context);

    public Outcome<ReplyFacts> ReadReply(ReadOnlySpan<byte> body, in TranslationContext context, IBufferWriter<byte> reply) => OllamaReply.Read(body, context, reply);

    public IStreamTranslator OpenStream(in TranslationContext context) => new OllamaStream(context);
}
