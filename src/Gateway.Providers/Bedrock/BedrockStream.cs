using System.Buffers;
using System.Text;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Bedrock.EventStream;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Bedrock;

/// <summary>From ConverseStream's binary stream to OpenAI's. Text is copied from event to event as it is escaped; a string is made once a block, not once a token.</summary>
internal sealed class BedrockStream(in TranslationContext context) : IStreamTranslator
{
    private readonly EventStreamReader _messages = new();
    private readonly ChatChunkWriter _chunks = new(context);
    private readonly BedrockOpenBlock _block = new(ThoughtBlocks.Mark(BedrockFamily.Of(context.TargetModel)));
    private BedrockUsage _usage;
    private string? _rawUsage;
    private GatewayError? _error;
    private string? _stop;
    private bool _begun, _finished;
    private int _calls, _unknown;

    public StreamFacts Facts => new(_finished, _usage.IsKnown ? _usage.Tokens : null, _rawUsage, _error, _unknown) { CanEnd = _stop is not null && !_messages.IsInside };

    public void Read(ReadOnlySpan<byte> upstream, IBufferWriter<byte> events)
    {
        while (!_finished && _error is null && _messages.TryRead(ref upstream, out var message))
        {
            if (message.Type.SequenceEqual("event"u8)) Event(message, events);
            else _error = BedrockErrors.InStream(message);
        }

        if (_messages.IsBroken) _error ??= BedrockErrors.Unreadable();
    }

    private void Event(in EventStreamMessage message, IBufferWriter<byte> output)
    {
        var data = OneLine(message.Payload);
        if (!BedrockEvent.TryRead(data, ref _usage, out var read))
        {
            _error = BedrockErrors.Unreadable();
            return;
        }

        var name = message.Name;
        if (name.SequenceEqual("contentBlockDelta"u8)) Delta(data, read, output);
        else if (name.SequenceEqual("contentBlockStart"u8)) Start(data, read, output);
        else if (name.SequenceEqual("contentBlockStop"u8)) _block.Close(_chunks, output);
        else if (name.SequenceEqual("messageStart"u8)) Begin(output);
        else if (name.SequenceEqual("messageStop"u8)) End(data[read.StopReason], data[read.ModelFields], output);
        else if (name.SequenceEqual("metadata"u8)) Finish(data[read.Usage], data[read.Trace], output);
        else _unknown++;
    }

    private void Begin(IBufferWriter<byte> output)
    {
        if (_begun) return;
        _begun = true;
        _chunks.Role(output, 0, withText: true);
    }

    private void Start(ReadOnlySpan<byte> data, in BedrockEvent read, IBufferWriter<byte> output)
    {
        Begin(output);
        _block.Close(_chunks, output);   // one that was not told to be over
        var kind = data[read.Kind];
        if (kind.SequenceEqual("toolUse"u8) && !data[read.Type].SequenceEqual("\"server_tool_use\""u8))
        {
            _block.OpenCall(_calls);
            _chunks.ToolCall(output, 0, _calls++, JsonText.Decode(data[read.Id]), JsonText.Decode(data[read.Name]));
        }
        else if (!kind.IsEmpty)
        {
            // Tools that the provider runs by itself, their results, images.
            _block.OpenForeign(kind, data[read.Value]);
        }
    }

    private void Delta(ReadOnlySpan<byte> data, in BedrockEvent read, IBufferWriter<byte> output)
    {
        Begin(output);
        var kind = data[read.Kind];
        var value = data[read.Value];
        if (kind.SequenceEqual("text"u8) && value is [(byte)'"', .., (byte)'"']) Words("content"u8, value, output);
        else if (kind.SequenceEqual("toolUse"u8) && _block.Arguments(data[read.Input], _chunks, output)) return;
        else if (kind.SequenceEqual("reasoningContent"u8)) Thought(data, read, output);
        else if (kind.SequenceEqual("citation"u8)) _chunks.Piece(output, 0, "citations"u8, [.. "["u8, .. value, .. "]"u8]);
        else if (!_block.Foreign(value)) _unknown++;
    }

    private void Thought(ReadOnlySpan<byte> data, in BedrockEvent read, IBufferWriter<byte> output)
    {
        Words("reasoning_content"u8, data[read.Text], output);
        _block.Thought(data[read.Text], data[read.Signature], data[read.Redacted]);
    }

    private void Words(ReadOnlySpan<byte> member, ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        if (json.Length > 2) _chunks.Piece(output, 0, member, json);
    }

    private void End(ReadOnlySpan<byte> reason, ReadOnlySpan<byte> modelFields, IBufferWriter<byte> output)
    {
        if (reason.IsEmpty || _stop is not null) return;
        Begin(output);
        _block.Close(_chunks, output);
        if (!modelFields.IsEmpty) _chunks.Piece(output, 0, "additionalModelResponseFields"u8, modelFields);
        _stop = JsonText.Decode(reason);
        _chunks.Finish(output, 0, BedrockFinish.Reason(_stop), _stop, BedrockFinish.StopSequence(modelFields));
    }

    /// <summary>The last event of all, and the only one with the usage.</summary>
    private void Finish(ReadOnlySpan<byte> usage, ReadOnlySpan<byte> trace, IBufferWriter<byte> output)
    {
        if (!usage.IsEmpty) _rawUsage = Encoding.UTF8.GetString(usage);
        if (_stop is null)
        {
            _error = BedrockErrors.WithoutReason();
            return;
        }

        if (!trace.IsEmpty) _chunks.Piece(output, 0, "trace"u8, trace);
        if (_usage.IsKnown) _chunks.Usage(output, _usage.Tokens);
        _finished = true;
    }

    /// <summary>The JSON without line breaks between its values: those would end the event that it becomes a part of.</summary>
    private static ReadOnlySpan<byte> OneLine(ReadOnlySpan<byte> json)
    {
        if (json.IndexOfAny((byte)'\n', (byte)'\r') < 0) return json;
        var line = json.ToArray();
        line.AsSpan().Replace((byte)'\n', (byte)' ');
        line.AsSpan().Replace((byte)'\r', (byte)' ');
        return line;
    }
}
