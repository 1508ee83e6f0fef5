using System.Buffers;
using System.Text;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Core.Wire.Sse;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Cohere;

/// <summary>From Cohere's stream to OpenAI's. Text is copied from event to event as it is escaped; a string is made once a call, not once a token.</summary>
internal sealed class CohereStream(in TranslationContext context) : IStreamTranslator
{
    private readonly SseEventReader _events = new();
    private readonly ChatChunkWriter _chunks = new(context);
    private CohereUsage _usage;
    private string? _rawUsage;
    private GatewayError? _error;
    private bool _begun, _finished, _callIsOpen, _callHasArguments;
    private int _calls, _unknown;

    public StreamFacts Facts => new(_finished, _usage.IsKnown ? _usage.Tokens : null, _rawUsage, _error, _unknown);

    public void Read(ReadOnlySpan<byte> upstream, IBufferWriter<byte> events)
    {
        // What follows the end ([DONE], in some of its versions) is not looked at.
        while (!_finished && _error is null && _events.TryRead(ref upstream, out var next))
            Event(next.Data, events);
        if (_events.Overflowed) _error ??= CohereErrors.Unreadable();
    }

    private void Event(ReadOnlySpan<byte> data, IBufferWriter<byte> output)
    {
        if (!CohereEvent.TryRead(data, ref _usage, out var read))
        {
            _error = CohereErrors.Unreadable();
            return;
        }

        if (data[read.Usage] is { IsEmpty: false } usage) _rawUsage = Encoding.UTF8.GetString(usage);
        var type = data[read.Type];
        if (type.SequenceEqual("content-delta"u8) || type.SequenceEqual("content-start"u8)) Words(data[read.Text], data[read.Thinking], output);
        else if (type.SequenceEqual("tool-plan-delta"u8)) Piece("tool_plan"u8, data[read.ToolPlan], output);
        else if (type.SequenceEqual("tool-call-start"u8)) StartCall(data, read, output);
        else if (type.SequenceEqual("tool-call-delta"u8)) Arguments(data[read.Arguments], output);
        else if (type.SequenceEqual("tool-call-end"u8)) EndCall(output);
        else if (type.SequenceEqual("citation-start"u8)) Citation(data[read.Citation], output);
        else if (type.SequenceEqual("message-start"u8)) Begin(output);
        else if (type.SequenceEqual("message-end"u8)) End(data, read, output);
        else if (data[read.Message] is { IsEmpty: false } message) _error = CohereErrors.InStream(JsonText.Decode(message), data);
        else if (!type.SequenceEqual("content-end"u8) && !type.SequenceEqual("citation-end"u8)) _unknown++;
    }

    private void Begin(IBufferWriter<byte> output)
    {
        if (_begun) return;
        _begun = true;
        _chunks.Role(output, 0, withText: true);
    }

    private void Words(ReadOnlySpan<byte> text, ReadOnlySpan<byte> thinking, IBufferWriter<byte> output)
    {
        if (text.IsEmpty && thinking.IsEmpty) _unknown++;
        Piece("content"u8, text, output);
        Piece("reasoning_content"u8, thinking, output);
    }

    /// <param name="text">A JSON string.</param>
    private void Piece(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, IBufferWriter<byte> output)
    {
        Begin(output);
        if (text.Length > 2) _chunks.Piece(output, 0, name, text);
    }

    private void Citation(ReadOnlySpan<byte> citation, IBufferWriter<byte> output)
    {
        Begin(output);
        if (citation.IsEmpty) _unknown++;
        else _chunks.Piece(output, 0, "citations"u8, [.. "["u8, .. citation, .. "]"u8]);
    }

    private void StartCall(ReadOnlySpan<byte> data, in CohereEvent read, IBufferWriter<byte> output)
    {
        Begin(output);
        EndCall(output);   // one that was not told to be over
        _chunks.ToolCall(output, 0, _calls++, JsonText.Decode(data[read.Id]), JsonText.Decode(data[read.Name]));
        _callIsOpen = true;
        _callHasArguments = false;
        Arguments(data[read.Arguments], output);
    }

    private void Arguments(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        if (!_callIsOpen) _unknown++;
        // A function without parameters is called with null: an empty object to OpenAI's clients, written at the call's end.
        if (!_callIsOpen || json.Length <= 2 || (!_callHasArguments && json.SequenceEqual("\"null\""u8))) return;
        _chunks.ToolArgumentsPiece(output, 0, _calls - 1, json);
        _callHasArguments = true;
    }

    private void EndCall(IBufferWriter<byte> output)
    {
        if (_callIsOpen && !_callHasArguments) _chunks.ToolArgumentsPiece(output, 0, _calls - 1, "\"{}\""u8);
        _callIsOpen = false;
    }

    private void End(ReadOnlySpan<byte> data, in CohereEvent read, IBufferWriter<byte> output)
    {
        var reason = JsonText.Decode(data[read.FinishReason]);
        if (CohereFinish.IsFailure(reason) || !data[read.Error].IsEmpty)
        {
            _error = CohereErrors.Failed(reason, JsonText.Decode(data[read.Error]), data);
            return;
        }

        if (reason.Length == 0)
        {
            _error = CohereErrors.WithoutReason();
            return;
        }

        Begin(output);
        EndCall(output);
        _chunks.Finish(output, 0, CohereFinish.Reason(reason), reason);
        if (_usage.IsKnown) _chunks.Usage(output, _usage.Tokens);
        _finished = true;
    }
}
