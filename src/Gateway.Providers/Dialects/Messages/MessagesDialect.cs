using System.Buffers;
using Gateway.Core.Dialects;
using Gateway.Core.Errors;
using Gateway.Core.Providers;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>Anthropic's Messages API: https://docs.anthropic.com/en/api/messages.</summary>
internal sealed class MessagesDialect : IClientDialect
{
    public Outcome<ChatForm> ToChat(ReadOnlySpan<byte> body, in TranslationContext context, in ChatTarget target) => MessagesRequest.Build(body, context, target);

    public NativeForm? ToNative(ReadOnlySpan<byte> body) => MessagesNative.Of(body);

    public GatewayError? WriteReply(ReadOnlySpan<byte> chat, in TranslationContext context, IBufferWriter<byte> reply) => MessagesReply.Write(chat, context, reply);

    public IDialectWriter OpenStream(in TranslationContext context) => new MessagesStream(context);

    public Outcome<ReplyFacts> ReadFacts(ReadOnlySpan<byte> reply) => MessagesReader.ReadFacts(reply);

    public IDialectReader OpenReader() => new MessagesReader();

    public void WriteError(IBufferWriter<byte> body, GatewayError failure, string requestId) => MessagesErrors.Write(body, failure, requestId);

    public void WriteErrorEvent(IBufferWriter<byte> stream, GatewayError failure, string requestId, long events) => MessagesErrors.WriteEvent(stream, failure, requestId);
}
