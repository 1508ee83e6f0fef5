using System.Buffers;
using Gateway.Core.Errors;
using Gateway.Core.Money;
using Gateway.Core.Providers;
using Gateway.Core.Tokens;
using Gateway.Core.Wire.Sse;
using Gateway.Routing;
using Gateway.Upstream;

namespace Gateway.Reply;

/// <summary>
/// The identity lane: OpenAI's events in, the same events out. The upstream is read straight into the client's output buffer, where complete events stay as they are;
/// nothing is allocated or copied for an event that is one <c>data:</c> line, which all but the last two are.
/// </summary>
/// <param name="words">Counts what passes; null where the provider does that. Disposed with the lane.</param>
/// <param name="choices">Those that were asked for: a stream without its marker is whole when so many have ended.</param>
/// <param name="includeUsage">The client asked for the usage chunk. It was asked for upstream in any case, and is dropped where the client did not.</param>
internal sealed class OpenAIStreamLane(Target target, InferenceEndpoint endpoint, bool includeUsage, AnswerTokens? words = null, int choices = 1) : IStreamLane
{
    private const int MinRead = 2048;

    /// <summary>A longer tail is not copied at every read: an upstream that sends an event in tiny pieces would cost the square of its length.</summary>
    private const int MaxCopied = 4096;

    /// <summary>No event is larger, or it is no event: an upstream must not make us hold more.</summary>
    private const int MaxEvent = 16 * 1024 * 1024;

    /// <summary>After so many repaired events the rest of the stream goes through the parser: putting what follows in order again costs its length each time.</summary>
    private const int MaxMendedInPlace = 4;

    private readonly EventMender? _mender = EventMender.For(target.Provider.Manifest, endpoint, includeUsage);
    private int _mended;
    private Memory<byte> _reading;
    private byte[] _tail = [];              // an event's first part, until the rest comes
    private int _tailLength;
    private int _received;                  // by the last read
    private int _scanned;                   // of the tail: no line ends before this
    private bool _inPlace;                  // the bytes were read into the client's buffer; else into the tail's array
    private UsageChunk? _usageChunk;        // kept back until the cost is known
    private EventFrame _frame;
    private SseEventReader? _parser;        // for streams that are not one line an event
    private readonly EventTally _tally = new(endpoint);
    private GatewayError? _error;

    public bool EndSeen { get; private set; }

    public bool HasAnswer => _tally.IsFinished;

    public long RelayedEvents => _tally.Events;

    public long RelayedBytes => _tally.ContentBytes;

    public long? RelayedTokens => words?.Tokens;

    public StreamFacts Facts => EndSeen || _tally.HasEnded(choices)
        ? new(true, _tally.IsUsageRunning ? _tally.UsageSoFar : _tally.Usage, _tally.RawUsage, _error, 0) { IsUsageRunning = _tally.IsUsageRunning }
        : new(false, _tally.UsageSoFar, _tally.RawUsage, _error, 0);

    public Memory<byte> Receive(IBufferWriter<byte> client)
    {
        if (_parser is not null) return _reading = Scratch(0);
        if (_tailLength > MaxCopied)
        {
            _inPlace = false;
            return Scratch(_tailLength)[_tailLength..];
        }

        _reading = client.GetMemory(_tailLength + MinRead);
        _inPlace = _reading.Length >= _tailLength + MinRead;
        if (!_inPlace) return Scratch(_tailLength)[_tailLength..];
        _tail.AsSpan(0, _tailLength).CopyTo(_reading.Span);
        return _reading[_tailLength..];
    }

    public bool Received(int count, IBufferWriter<byte> client)
    {
        _received = count;
        if (_parser is not null) return Parse(_reading.Span[..count], client);
        var bytes = _inPlace ? _reading.Span[..(_tailLength + count)] : _tail.AsSpan(0, _tailLength + count);
        var relayed = Relay(bytes, out var consumed, out var irregular, out var mended);
        if (irregular || !mended.IsEmpty) return RelayIrregular(bytes, relayed, consumed, mended, client);
        Pass(client, bytes[..relayed]);
        KeepTail(bytes[consumed..]);
        return relayed > 0;
    }

    public bool Received(ReadOnlySpan<byte> bytes, IBufferWriter<byte> client)
    {
        var written = false;
        while (!bytes.IsEmpty)
        {
            var room = Receive(client);
            var count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room.Span);
            written |= Received(count, client);
            bytes = bytes[count..];
        }

        return written;
    }

    public void WriteEnd(IBufferWriter<byte> client, NanoUsd cost)
    {
        if (_usageChunk is not null) _usageChunk.Write(client, cost);
        else if (_mender is { HasUsage: true }) _mender.WriteUsage(client, cost);
        // Of providers that are only like OpenAI, some leave the marker out: the answer is whole, and clients wait for it.
        if (EndSeen || (_mender is not null && Facts.Finished)) client.Write("data: [DONE]\n\n"u8);
    }

    /// <summary>For a lane in front of this one that knows the end by other means.</summary>
    public void End() => EndSeen = true;

    public void Dispose()
    {
        words?.Dispose();
        _frame.Dispose();
        if (_tail.Length > 0) ArrayPool<byte>.Shared.Return(_tail);
        _tail = [];
        _tailLength = 0;
    }

    /// <summary>Takes the events of the buffer one by one and moves those that pass together at its front.</summary>
    /// <param name="irregular">The next event is not a single <c>data:</c> line ended by two line feeds; it needs the parser.</param>
    /// <param name="mended">The event before <paramref name="consumed"/>, repaired and not yet passed on.</param>
    /// <returns>Length of the front part.</returns>
    private int Relay(Span<byte> bytes, out int consumed, out bool irregular, out ReadOnlySpan<byte> mended)
    {
        var relayed = 0;
        mended = default;
        consumed = 0;
        irregular = false;
        while (!EndSeen && _error is null)
        {
            var rest = bytes[consumed..];
            var line = rest[_scanned..].IndexOfAny((byte)'\n', (byte)'\r');
            line = line < 0 ? line : line + _scanned;
            if (line < 0 || (line == rest.Length - 1 && rest[line] == '\n'))
            {
                _scanned = line < 0 ? rest.Length : line;
                EndSeen = line >= 0 && rest.StartsWith("data:"u8) && IsEnd(rest[5..line]);   // some close the connection without the marker's empty line
                break;
            }

            _scanned = 0;
            if (rest[line] == '\r' || rest[line + 1] != '\n' || !rest.StartsWith("data:"u8) || (_usageChunk is not null && !IsEnd(rest[5..line])))
            {
                irregular = true;
                return relayed;
            }

            var whole = line + 2;
            var data = WithoutSpace(rest[5..line]);
            if (!(mended = PassesAsItIs(data, out var passes)).IsEmpty)
            {
                consumed += whole;
                return relayed;
            }

            if (passes)
            {
                if (relayed != consumed) rest[..whole].CopyTo(bytes[relayed..]);
                relayed += whole;
            }

            consumed += whole;
        }

        if (EndSeen || _error is not null) consumed = bytes.Length;   // what follows the end is nobody's
        return relayed;
    }

    /// <summary>Most events of a stream are one of words in the frame of another, and looked at no further.</summary>
    /// <returns>The event repaired; empty: it <paramref name="passes"/> as it is, or not at all.</returns>
    private ReadOnlySpan<byte> PassesAsItIs(ReadOnlySpan<byte> data, out bool passes)
    {
        passes = true;
        if (_frame.Holds(data) && _tally.CountWords(data.Length, _frame.Length))
        {
            words?.Add(data);
            return default;
        }

        var plain = _mender is null || _mender.IsPlain(data);
        if (!plain && _mender!.Repair(data) is { IsEmpty: false } mended) return mended;
        passes = Passes(data, out var kind);
        if (plain && kind == EventKind.Words) _frame.Learn(data);
        return default;
    }

    /// <summary>Looks at one event's data. False: it is not for the client, or not yet.</summary>
    private bool Passes(ReadOnlySpan<byte> data) => Passes(WithoutSpace(data), out _);

    private bool Passes(ReadOnlySpan<byte> data, out EventKind kind)
    {
        kind = EventKind.Content;
        if (data.IsEmpty) return false;   // an event without data is none
        if (IsEnd(data))
        {
            EndSeen = true;
            return false;
        }

        switch (kind = _tally.Look(data, out var usage))
        {
            case EventKind.Error:
                _error = UpstreamFailure.InStream(data, target.Provider);
                return false;
            case EventKind.UsageOnly:
                if (includeUsage) _usageChunk = new UsageChunk(data, usage);
                return false;
            default:
                words?.Add(data);
                if (_mender is null or { HasUsage: true } || !includeUsage || usage.IsEmpty) return true;
                _usageChunk = new UsageChunk(data, usage);   // usage and reason to finish in one: it is the last, and the cost belongs into it
                return false;
        }
    }

    private static ReadOnlySpan<byte> WithoutSpace(ReadOnlySpan<byte> data) => data.StartsWith((byte)' ') ? data[1..] : data;

    private static bool IsEnd(ReadOnlySpan<byte> data) => data.Trim((byte)' ').SequenceEqual("[DONE]"u8);

    /// <summary>Sends what is in order and leaves the rest, and the rest of the stream, to the parser.</summary>
    private bool RelayIrregular(Span<byte> bytes, int relayed, int consumed, ReadOnlySpan<byte> mended, IBufferWriter<byte> client)
    {
        var rest = bytes[consumed..].ToArray();   // a few times a stream, and seldom: the buffer is the client's after Advance
        _tailLength = 0;
        Pass(client, bytes[..relayed]);
        var written = relayed > 0;
        if (!mended.IsEmpty && Passes(mended))
        {
            SseWriter.WriteEvent(client, mended);
            written = true;
        }

        if (!mended.IsEmpty && ++_mended <= MaxMendedInPlace) return Received((ReadOnlySpan<byte>)rest, client) | written;
        _parser = new SseEventReader(MaxEvent);
        return Parse(rest, client) | written;
    }

    private bool Parse(ReadOnlySpan<byte> bytes, IBufferWriter<byte> client)
    {
        var written = false;
        while (!EndSeen && _error is null && _parser!.TryRead(ref bytes, out var next))
        {
            var data = OneLine(next.Data);
            if (data.IsEmpty) continue;

            if (_usageChunk is not null && !IsEnd(data))
            {
                _usageChunk.Write(client, null);
                _usageChunk = null;
            }

            if (_mender is not null && _mender.Mend(data) is { IsEmpty: false } mended) data = mended;
            if (!Passes(data)) continue;
            SseWriter.WriteEvent(client, data);
            written = true;
        }

        if (_parser!.Overflowed) TooLarge();
        return written;
    }

    /// <summary>JSON that was spread over several <c>data:</c> lines: a line break between its tokens is as good as a space, and inside a string it cannot be.</summary>
    private static ReadOnlySpan<byte> OneLine(ReadOnlySpan<byte> data)
    {
        if (!data.ContainsAny((byte)'\n', (byte)'\r')) return data;
        var line = data.ToArray();
        line.AsSpan().ReplaceAny(SearchValues.Create("\r\n"u8), (byte)' ');
        return line;
    }

    /// <summary>What was read in place is there already.</summary>
    private void Pass(IBufferWriter<byte> client, ReadOnlySpan<byte> events)
    {
        if (_inPlace) client.Advance(events.Length);
        else client.Write(events);
    }

    private void KeepTail(ReadOnlySpan<byte> tail)
    {
        if (tail.Length > MaxEvent) TooLarge();
        if (!_inPlace && tail.Length == _tailLength + _received)
        {
            _tailLength = tail.Length;   // nothing was taken from it: it stands where it was read
            return;
        }

        if (tail.Length > _tail.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(1024, tail.Length * 2));
            if (_tail.Length > 0) ArrayPool<byte>.Shared.Return(_tail);
            _tail = larger;
        }

        tail.CopyTo(_tail);
        _tailLength = tail.Length;
    }

    /// <summary>The tail's own array, with room behind it: an event larger than the client's buffers is put together there.</summary>
    private Memory<byte> Scratch(int used)
    {
        if (_tail.Length < used + MinRead)
        {
            var larger = ArrayPool<byte>.Shared.Rent((used + MinRead) * 2);
            _tail.AsSpan(0, used).CopyTo(larger);
            if (_tail.Length > 0) ArrayPool<byte>.Shared.Return(_tail);
            _tail = larger;
        }

        return _tail;
    }

    private void TooLarge() =>
        _error = new(ErrorKind.BadUpstream, $"Provider '{target.Provider.Name}' sent an event larger than {MaxEvent} bytes.");
}
