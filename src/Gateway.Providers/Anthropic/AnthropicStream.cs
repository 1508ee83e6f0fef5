using System.Buffers;
using System.Text;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Core.Wire.Sse;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Anthropic;

/// <summary>From Anthropic's stream to OpenAI's. Text is copied from event to event as it is escaped; a string is made once a block, not once a token.</summary>
internal sealed class AnthropicStream(in TranslationContext context) : IStreamTranslator
{
    private readonly SseEventReader _events = new();
    private readonly ChatChunkWriter _chunks = new(context);
    private readonly AnthropicOpenBlock _block = new();
    private readonly AnthropicStreamCitations _citations = new();
    private AnthropicUsage _usage;
    private string? _rawUsage;
    private GatewayError? _error;
    private bool _begun, _hasBlocks, _ended, _finished;
    private int _calls, _unknown;

    public StreamFacts Facts => new(_finished, _usage.IsKnown ? _usage.Tokens : null, _rawUsage, _error, _unknown) { IsOutputOpen = !_ended };

    /// <summary>Nothing of it is read any more.</summary>
    public bool IsOver => _finished || _error is not null;

    public void Read(ReadOnlySpan<byte> upstream, IBufferWriter<byte> events)
    {
        while (!IsOver && _events.TryRead(ref upstream, out var next))
            Event(next.Data, events);
        if (_events.Overflowed) _error ??= AnthropicReply.Unreadable();
    }

    /// <param name="data">One event, without its framing.</param>
    public void Event(ReadOnlySpan<byte> data, IBufferWriter<byte> output)
    {
        if (!AnthropicEvent.TryRead(data, ref _usage, out var read))
        {
            _error = AnthropicReply.Unreadable();
            return;
        }

        if (data[read.Usage] is { IsEmpty: false } usage) _rawUsage = Encoding.UTF8.GetString(usage);
        var type = data[read.Type];
        if (type.SequenceEqual("content_block_delta"u8)) Delta(data, read, output);
        else if (type.SequenceEqual("content_block_start"u8)) Start(data, read, output);
        else if (type.SequenceEqual("content_block_stop"u8)) CloseBlock(output);
        else if (type.SequenceEqual("message_start"u8)) BeginMessage(output);
        else if (type.SequenceEqual("message_delta"u8)) End(data[read.StopReason], data[read.StopSequence], output);
        else if (type.SequenceEqual("message_stop"u8)) Finish(output);
        else if (type.SequenceEqual("error"u8)) _error = AnthropicErrors.InStream(data, JsonText.Decode(data[read.Message]));
        else if (!type.SequenceEqual("ping"u8)) _unknown++;
    }

    /// <summary>A second message in the place of the first: the client has words and halves of arguments that nobody can take back, and may not take the two for one.</summary>
    private void BeginMessage(IBufferWriter<byte> output)
    {
        if (_hasBlocks) _error = AnthropicReply.BegunAnew();
        else Begin(output);
    }

    private void Begin(IBufferWriter<byte> output)
    {
        if (_begun) return;
        _begun = true;
        _chunks.Role(output, 0, withText: true);
    }

    private void Start(ReadOnlySpan<byte> data, in AnthropicEvent read, IBufferWriter<byte> output)
    {
        Begin(output);
        _hasBlocks = true;
        CloseBlock(output);   // one that was not told to be over
        var part = data[read.Part];
        if (part.SequenceEqual("tool_use"u8))
        {
            _block.OpenCall(_calls, data[read.Input]);
            _chunks.ToolCall(output, 0, _calls++, JsonText.Decode(data[read.Id]), JsonText.Decode(data[read.Name]));
        }
        else if (part.SequenceEqual("text"u8) || part.SequenceEqual("thinking"u8))
        {
            _block.Open(data[read.Signature]);
            Words(data[read.Text], data[read.Thinking], output);
        }
        else
        {
            // redacted_thinking, and the tools that Anthropic runs by itself.
            _block.OpenForeign(data[read.Block], part.SequenceEqual("redacted_thinking"u8));
        }
    }

    private void CloseBlock(IBufferWriter<byte> output)
    {
        _block.Close(_chunks, output);
        _citations.Close(_chunks, output);
    }

    private void Delta(ReadOnlySpan<byte> data, in AnthropicEvent read, IBufferWriter<byte> output)
    {
        Begin(output);
        if (!IsKnown(data[read.Part])) _unknown++;
        else if (data[read.PartialJson] is { IsEmpty: false } arguments) _block.Arguments(arguments, _chunks, output);
        else if (_block.IsForeign) _unknown++;   // of a block that is no answer's: its words are not the model's
        else if (data[read.Signature] is { IsEmpty: false } signature) _block.Signature(signature);
        else if (data[read.Citation] is { IsEmpty: false } citation) _citations.Add(citation, _chunks, output);
        else if (!Words(data[read.Text], data[read.Thinking], output)) _unknown++;
    }

    /// <summary>What newer ones have in them is not what its name says. Some speakers of this dialect leave the type out.</summary>
    private static bool IsKnown(ReadOnlySpan<byte> delta) =>
        delta.IsEmpty || delta.SequenceEqual("text_delta"u8) || delta.SequenceEqual("input_json_delta"u8) || delta.SequenceEqual("thinking_delta"u8)
        || delta.SequenceEqual("signature_delta"u8) || delta.SequenceEqual("citations_delta"u8);

    /// <summary>Words of the answer or thoughts before it: JSON strings.</summary>
    /// <returns>Whether the event has a place for them, though it may be empty.</returns>
    private bool Words(ReadOnlySpan<byte> text, ReadOnlySpan<byte> thinking, IBufferWriter<byte> output)
    {
        if (text.Length > 2)
        {
            _chunks.Piece(output, 0, "content"u8, text);
            _citations.Said(text);
        }

        if (thinking.Length > 2)
        {
            _chunks.Piece(output, 0, "reasoning_content"u8, thinking);
            _block.Thought(thinking);
        }

        return !text.IsEmpty || !thinking.IsEmpty;
    }

    private void End(ReadOnlySpan<byte> reason, ReadOnlySpan<byte> sequence, IBufferWriter<byte> output)
    {
        if (reason.IsEmpty || _ended) return;
        Begin(output);
        CloseBlock(output);
        _ended = true;
        var stop = JsonText.Decode(reason);
        _chunks.Finish(output, 0, AnthropicFinish.Reason(stop), stop, sequence.IsEmpty ? null : JsonText.Decode(sequence));
    }

    private void Finish(IBufferWriter<byte> output)
    {
        if (!_ended)
        {
            _error = AnthropicErrors.WithoutReason();
            return;
        }

        if (_usage.IsKnown) _chunks.Usage(output, _usage.Tokens);
        _finished = true;
    }
}
