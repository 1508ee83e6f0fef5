using System.Buffers;
using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Core.Wire.Sse;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Demo;

/// <summary>The part of a stream that chats and completions share: lines of JSON, cut anywhere, until the end, a fault or something unreadable.</summary>
internal abstract class DemoStream : IStreamTranslator
{
    private readonly LineReader _lines = new();
    private bool _finished;
    private GatewayError? _error;
    private TokenUsage? _usage;
    private string? _rawUsage;
    private int _unknown;

    public StreamFacts Facts => new(_finished, _usage, _rawUsage, _error, _unknown);

    public bool IsJson => true;

    public void Read(ReadOnlySpan<byte> upstream, IBufferWriter<byte> events)
    {
        while (!_finished && _error is null && _lines.TryRead(ref upstream, out var line))
            if (!line.IsEmpty) Line(line, events);
        if (_lines.Overflowed) _error ??= DemoErrors.Unreadable("a line of a stream that does not end");
    }

    /// <summary>Writes what the client is to see of an event that belongs to an answer. False: it is of no kind known here.</summary>
    protected abstract bool Write(DemoEvent line, IBufferWriter<byte> events);

    /// <summary>Writes the chunk with the usage, where the client asked for it.</summary>
    protected abstract void WriteUsage(in TokenUsage usage, IBufferWriter<byte> events);

    private void Line(ReadOnlySpan<byte> line, IBufferWriter<byte> events)
    {
        if (ReplyJson.Parse(line, DemoJson.Default.DemoEvent) is not { } read)
        {
            _error = DemoErrors.Unreadable("a line of a stream that cannot be read");
            return;
        }

        switch (read.Kind)
        {
            case DemoKind.Usage: Usage(read.Usage, events); break;
            case DemoKind.Fault: _error = DemoErrors.InStream(read.Fault); break;
            case DemoKind.End: _finished = true; break;
            default:
                if (!Write(read, events)) _unknown++;
                break;
        }
    }

    private void Usage(JsonElement? reported, IBufferWriter<byte> events)
    {
        if (DemoUsage.Read(reported) is not { } usage) return;
        _usage = usage;
        _rawUsage = reported?.GetRawText();
        WriteUsage(usage, events);
    }
}
