using System.Buffers;
using Gateway.Core.Errors;
using Gateway.Core.Providers;

namespace Gateway.Core.Dialects;

/// <summary>
/// A wire format that clients may speak to the gateway beside OpenAI's chat (the hub). In front of a provider that speaks it too, requests and answers pass as bytes, and the dialect only reads
/// them in passing; in front of any other it is translated to chat and back. Pure functions of their input, stateless, shared by all requests.
/// </summary>
public interface IClientDialect
{
    /// <summary>The chat request that says what the client's request says, or the 400 that names the field no chat request has a place for.</summary>
    /// <param name="body">Well-formed JSON, as <see cref="ITranslator.BuildRequest"/> describes it.</param>
    /// <param name="target">What stands behind the chat request.</param>
    Outcome<ChatForm> ToChat(ReadOnlySpan<byte> body, in TranslationContext context, in ChatTarget target);

    /// <summary>
    /// The client's request for a provider that speaks the dialect itself, without what the gateway put into earlier answers for other providers (their memories, thoughts that are not signed):
    /// a conversation may come to it from another one, and it would refuse them. Null: the body is sent as it is.
    /// </summary>
    NativeForm? ToNative(ReadOnlySpan<byte> body) => null;

    /// <summary>Writes the dialect's reply that says what a chat reply says.</summary>
    /// <param name="context">Its <see cref="TranslationContext.Memory"/> is <see cref="ChatForm.Memory"/>.</param>
    /// <returns>Null, or that the chat reply is none.</returns>
    GatewayError? WriteReply(ReadOnlySpan<byte> chat, in TranslationContext context, IBufferWriter<byte> reply);

    /// <summary>From a chat stream to the dialect's, for one answer.</summary>
    IDialectWriter OpenStream(in TranslationContext context);

    /// <summary>What a whole reply of a provider that speaks the dialect says of itself; an error inside it is one.</summary>
    Outcome<ReplyFacts> ReadFacts(ReadOnlySpan<byte> reply);

    /// <summary>Reads the stream of a provider that speaks the dialect as it passes.</summary>
    IDialectReader OpenReader();

    /// <summary>Writes the body of a failure, in the dialect's shape.</summary>
    void WriteError(IBufferWriter<byte> body, GatewayError failure, string requestId);

    /// <summary>Writes the whole event that ends a failed stream, in the dialect's shape.</summary>
    /// <param name="events">How many events the client has had before it.</param>
    void WriteErrorEvent(IBufferWriter<byte> stream, GatewayError failure, string requestId, long events);
}

/// <summary>A client's request in the hub's format.</summary>
/// <param name="Body">A chat request. Valid as long as the request.</param>
/// <param name="Dropped">Fields of the client's that were left out (<see cref="TranslationContext.DropParams"/>).</param>
/// <param name="Memory">What has to be known of the request when the answer is written.</param>
public readonly record struct ChatForm(ReadOnlyMemory<byte> Body, IReadOnlyList<string> Dropped, object? Memory = null)
{
    /// <summary>For errors about <see cref="Body"/>.</summary>
    public IClientPlaces? Places { get; init; }
}

/// <summary>A client's request for a provider that speaks its dialect.</summary>
/// <param name="Body">Valid as long as the request.</param>
/// <param name="Dropped">Fields of the client's that were left out, because they do not go with what was taken out of the conversation.</param>
public readonly record struct NativeForm(ReadOnlyMemory<byte> Body, IReadOnlyList<string> Dropped);

/// <summary>What the provider behind a chat request understands beyond OpenAI's own fields.</summary>
/// <param name="Reach">How much of it.</param>
/// <param name="TakesReasoning">It wants the thoughts of earlier turns back, as <c>reasoning_content</c> of the assistant's messages.</param>
/// <param name="OutputLimit">What it calls the most tokens of an answer.</param>
/// <param name="Efforts">The values of <c>reasoning_effort</c> that it knows; null: all.</param>
public readonly record struct ChatTarget(ChatReach Reach, bool TakesReasoning, ChatOutputLimit OutputLimit, IReadOnlyList<string>? Efforts = null)
{
    public ChatMessages Messages { get; init; }
}

/// <summary>Whose messages a provider of OpenAI's format takes.</summary>
public enum ChatMessages
{
    OpenAI,
    /// <summary>Mistral's: no <c>developer</c>, no <c>refusal</c>, and a document is a <c>document_url</c>. Any other member or part it refuses.</summary>
    Mistral,
}

public enum ChatReach
{
    /// <summary>OpenAI's fields and no other: what it does not know, it refuses.</summary>
    OpenAI,
    /// <summary>OpenAI's fields, and at the top level some of its own that many have in common (<c>top_k</c>).</summary>
    Compatible,
    /// <summary>A translator stands before it, which knows the hub's extensions (<c>thinking_blocks</c>, <c>cache_control</c>, <c>extra_content</c> …).</summary>
    Translated,
}

/// <summary>A chat stream on its way into a dialect. Not thread-safe.</summary>
public interface IDialectWriter
{
    /// <summary>Takes the data of one chat event, never <c>[DONE]</c>, and writes the whole events it makes. A last chunk has the usage: the host always asks for it.</summary>
    void Read(ReadOnlySpan<byte> chunk, IBufferWriter<byte> events);

    /// <summary>The chat stream is whole, and settled: writes what was kept back for the end and the terminal events. Called at most once, and never for a stream that failed.</summary>
    void Finish(IBufferWriter<byte> events);

    /// <summary>Events written so far.</summary>
    long Events { get; }
}

/// <summary>What an event of a provider's stream is to the relay.</summary>
public enum EventRole
{
    /// <summary>It goes to the client at once.</summary>
    Passes,
    /// <summary>The terminal event: the answer is whole. It is kept back until the ledger has the row.</summary>
    Ends,
    /// <summary>The provider says that it failed.</summary>
    Fails,
}

/// <summary>Reads the events of one stream in the dialect, in their order. Not thread-safe; allocates nothing for an event of words.</summary>
public interface IDialectReader
{
    /// <param name="data">An event's data: whatever the provider sent, possibly no JSON.</param>
    EventRole Read(ReadOnlySpan<byte> data);

    /// <summary>Of a stream that was cut, the usage is what was said until then.</summary>
    StreamFacts Facts { get; }

    /// <summary>Events that carried words, thoughts or arguments, and how many bytes of them, roughly: for estimates.</summary>
    long ContentEvents { get; }

    long ContentBytes { get; }
}
