using System.Buffers;
using Gateway.Core.Dialects;
using Gateway.Core.Errors;
using Gateway.Core.Providers;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>OpenAI's Responses API. Nothing is stored: a conversation comes whole with each request.</summary>
internal sealed class ResponsesDialect : IClientDialect
{
    public Outcome<ChatForm> ToChat(ReadOnlySpan<byte> body, in TranslationContext context, in ChatTarget target) => ResponsesRequest.ToChat(body, context, target);

    public NativeForm? ToNative(ReadOnlySpan<byte> body) => ResponsesNative.Of(body);

    public GatewayError? WriteReply(ReadOnlySpan<byte> chat, in TranslationContext context, IBufferWriter<byte> reply) => ResponsesReply.Write(chat, context, reply);

    public IDialectWriter OpenStream(in TranslationContext context) => new ResponsesStream(context);

    public Outcome<ReplyFacts> ReadFacts(ReadOnlySpan<byte> reply) => ResponsesFacts.Read(reply);

    public IDialectReader OpenReader() => new ResponsesReader();

    public void WriteError(IBufferWriter<byte> body, GatewayError failure, string requestId) => ResponsesErrors.Write(body, failure);

    public void WriteErrorEvent(IBufferWriter<byte> stream, GatewayError failure, string requestId, long events) => ResponsesErrors.WriteEvent(stream, failure, events);
}
