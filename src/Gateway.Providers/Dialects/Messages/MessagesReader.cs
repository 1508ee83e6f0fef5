using System.Text;
using Gateway.Core.Dialects;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire;
using Gateway.Providers.Anthropic;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>Reads what a provider that speaks the dialect sends, as it passes.</summary>
internal sealed class MessagesReader : IDialectReader
{
    private AnthropicUsage _usage;
    private string? _rawUsage;
    private GatewayError? _error;
    private bool _ended, _finished;
    private int _unknown;

    public StreamFacts Facts => new(_finished, _usage.IsKnown ? _usage.Tokens : null, _rawUsage, _error, _unknown) { IsOutputOpen = !_ended };

    public long ContentEvents { get; private set; }

    public long ContentBytes { get; private set; }

    public static Outcome<ReplyFacts> ReadFacts(ReadOnlySpan<byte> reply)
    {
        var usage = new AnthropicUsage();
        if (!AnthropicEvent.TryRead(reply, ref usage, out var read)) return AnthropicReply.Unreadable();
        if (reply[read.Type].SequenceEqual("error"u8)) return AnthropicErrors.InStream(reply, JsonText.Decode(reply[read.Message]));
        return new ReplyFacts(usage.IsKnown ? usage.Tokens : null, reply[read.Usage] is { IsEmpty: false } raw ? Encoding.UTF8.GetString(raw) : null)
        { ContentBytes = WordBytes.Count(reply, "content"u8) };
    }

    public EventRole Read(ReadOnlySpan<byte> data)
    {
        if (!AnthropicEvent.TryRead(data, ref _usage, out var read))
        {
            _unknown++;
            return EventRole.Passes;
        }

        if (data[read.Usage] is { IsEmpty: false } usage) _rawUsage = Encoding.UTF8.GetString(usage);
        var type = data[read.Type];
        if (type.SequenceEqual("content_block_delta"u8))
        {
            Count(data, read);
        }
        else if (type.SequenceEqual("message_delta"u8))
        {
            _ended = true;
        }
        else if (type.SequenceEqual("message_stop"u8))
        {
            _finished = true;
            return EventRole.Ends;
        }
        else if (type.SequenceEqual("error"u8))
        {
            _error ??= AnthropicErrors.InStream(data, JsonText.Decode(data[read.Message]));
            return EventRole.Fails;
        }
        else if (!IsKnown(type))
        {
            _unknown++;
        }

        return EventRole.Passes;
    }

    private void Count(ReadOnlySpan<byte> data, in AnthropicEvent read)
    {
        var words = Inside(data[read.Text]) + Inside(data[read.Thinking]) + Inside(data[read.PartialJson]);
        if (words == 0) return;
        ContentEvents++;
        ContentBytes += words;
    }

    private static bool IsKnown(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("message_start"u8) || type.SequenceEqual("message_delta"u8) || type.SequenceEqual("content_block_start"u8) || type.SequenceEqual("content_block_stop"u8)
        || type.SequenceEqual("ping"u8);

    /// <summary>Bytes between the quotes.</summary>
    private static int Inside(ReadOnlySpan<byte> json) => Math.Max(0, json.Length - 2);
}
