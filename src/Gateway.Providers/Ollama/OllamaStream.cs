using System.Buffers;
using System.Text;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Core.Wire.Sse;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Ollama;

/// <summary>From Ollama's stream, one JSON object a line, to OpenAI's. Text is copied from line to event as it is escaped; a string is made once a call, not once a token.</summary>
internal sealed class OllamaStream(in TranslationContext context) : IStreamTranslator
{
    private readonly LineReader _lines = new();
    private readonly ChatChunkWriter _chunks = new(context);
    private readonly string _requestId = context.RequestId;
    private OllamaUsage _usage;
    private GatewayError? _error;
    private bool _begun, _finished;
    private int _calls, _unknown;

    public StreamFacts Facts => new(_finished, _usage.IsKnown ? _usage.Tokens : null, _usage.Raw, _error, _unknown);

    public bool IsJson => true;

    public void Read(ReadOnlySpan<byte> upstream, IBufferWriter<byte> events)
    {
        while (!_finished && _error is null && _lines.TryRead(ref upstream, out var line))
        {
            if (!line.IsEmpty) Line(line, events);
        }

        if (_lines.Overflowed) _error ??= OllamaErrors.Unreadable();
    }

    private void Line(ReadOnlySpan<byte> data, IBufferWriter<byte> output)
    {
        if (!OllamaLine.TryRead(data, ref _usage, out var read))
        {
            _error = OllamaErrors.Unreadable();
            return;
        }

        if (data[read.Error] is { IsEmpty: false } error)
        {
            _error = OllamaErrors.Of(error, data);
            return;
        }

        if (read.HasMessage) Message(data, read, output);
        else if (!read.IsDone) _unknown++;
        if (read.IsDone) End(data[read.DoneReason], output);
    }

    private void Message(ReadOnlySpan<byte> data, in OllamaLine read, IBufferWriter<byte> output)
    {
        Begin(output);
        if (data[read.Thinking] is { Length: > 2 } thoughts) _chunks.Piece(output, 0, "reasoning_content"u8, thoughts);
        if (data[read.Content] is { Length: > 2 } text) _chunks.Piece(output, 0, "content"u8, text);
        if (data[read.Images] is { Length: > 2 } images) _chunks.Piece(output, 0, "images"u8, images);
        var calls = new OllamaCallReader(data[read.ToolCalls]);
        while (calls.MoveNext()) Call(calls, output);
    }

    private void Call(in OllamaCallReader call, IBufferWriter<byte> output)
    {
        var id = JsonText.Decode(call.Id);
        _chunks.ToolCall(output, 0, _calls, id.Length > 0 ? id : OllamaIds.Of(_requestId, _calls), JsonText.Decode(call.Name));
        _chunks.ToolArguments(output, 0, _calls, call.Arguments.IsEmpty ? "{}" : Encoding.UTF8.GetString(call.Arguments));
        _calls++;
    }

    private void Begin(IBufferWriter<byte> output)
    {
        if (_begun) return;
        _begun = true;
        _chunks.Role(output, 0, withText: true);
    }

    private void End(ReadOnlySpan<byte> reason, IBufferWriter<byte> output)
    {
        Begin(output);
        var done = reason.IsEmpty ? null : JsonText.Decode(reason);   // versions of 2024 did not say why
        _chunks.Finish(output, 0, OllamaFinish.Reason(done, _calls > 0), done);
        if (_usage.IsKnown) _chunks.Usage(output, _usage.Tokens);
        _finished = true;
    }
}
