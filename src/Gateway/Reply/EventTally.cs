using System.Buffers.Text;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Reply;

/// <summary>What an OpenAI stream event is to the relay.</summary>
internal enum EventKind
{
    /// <summary>Neither usage, nor a reason to finish, nor an error.</summary>
    Words,
    Content,
    /// <summary>The chunk that <c>include_usage</c> adds: usage and no choices.</summary>
    UsageOnly,
    Error,
}

/// <summary>
/// Keeps count of a stream as it passes: its usage, whether it finished, roughly how many tokens. Three searches for a name decide whether an event is worth parsing;
/// of a hundred, one or two are.
/// </summary>
internal sealed class EventTally(InferenceEndpoint endpoint)
{
    /// <summary>The first event often has no text but a role, which the next ones lack.</summary>
    private const int FramesMeasured = 4;

    /// <summary>Of what an event has beyond the frame, so much may be other things than words: longer ones are looked into.</summary>
    private const int MostBesideWords = 128;

    private long _events;
    private long _bytes;
    private long _measuredEvents, _measuredBytes;   // those that carry more than words
    private (long Events, long Bytes, long Measured, long Words) _covered;   // by the last usage
    private bool _hasWords;
    private int _frame = int.MaxValue;
    private ServiceTier _tier;
    private ChoiceSet _begun, _finished;
    private bool _wordsSince;

    /// <summary>The last one reported.</summary>
    public TokenUsage? Usage { get; private set; }

    /// <summary>Words came after <see cref="Usage"/>: it was a running one, and is not the whole answer's.</summary>
    public bool IsUsageRunning => _wordsSince && Usage is not null;

    /// <summary>For a stream that was cut, or reports no usage at its end: the last usage reported, and an estimate of what came after it.</summary>
    public TokenUsage? UsageSoFar => Usage is { } last && (Events - _covered.Events - _covered.Measured) is > 0 and var more
        ? last with { Output = last.Output + UsageEstimate.Of(0, _measuredBytes - _covered.Words + TextBytes(_events - _covered.Events, _bytes - _covered.Bytes), more).Output }
        : Usage;

    public string? RawUsage { get; private set; }

    /// <summary>Every choice that was begun gave its reason to finish, and there is one.</summary>
    public bool IsFinished => !_finished.IsEmpty && _finished.Covers(_begun);

    /// <summary><see cref="IsFinished"/>, and these are as many as were asked for: one that has not begun yet is not over.</summary>
    public bool HasEnded(int choices) => IsFinished && _finished.Count >= choices;

    /// <summary>Those that carry an answer; 0 where none has a word of one: a role and a reason to finish are none.</summary>
    public long Events => _hasWords ? _events + _measuredEvents : 0;

    /// <summary>Bytes of text, roughly: what events have beyond the frame they share, which is measured on the first of them.</summary>
    public long ContentBytes => _hasWords ? _measuredBytes + TextBytes(_events, _bytes) : 0;

    /// <param name="usage">Where the usage object stands in a chunk that is <see cref="EventKind.UsageOnly"/>, or that gives a reason to finish.</param>
    public EventKind Look(ReadOnlySpan<byte> data, out ByteRange usage)
    {
        usage = default;
        var hasUsage = HasValue(data, "\"usage\""u8);
        if (!hasUsage && !HasValue(data, "\"finish_reason\""u8) && data.IndexOf("\"error\""u8) < 0)
        {
            if (!_wordsSince && Usage is not null) _wordsSince = OpenAIEvent.ContentBytes(data) > 0 || HasCall(data);
            if (MayBegin(data) && OpenAIEvent.Scan(data, out var scan)) _begun = _begun.With(scan.Choices);
            Count(data);
            return EventKind.Words;
        }

        return Parse(data, out usage);
    }

    /// <summary>Counts an event that differs in its words alone from one that was <see cref="EventKind.Words"/>.</summary>
    /// <param name="length">Bytes of its data.</param>
    /// <param name="beside">Of these, the bytes that are not words.</param>
    /// <returns>False: it has to be looked at. Too few were to know what frame they share, or this one is something beside its words.</returns>
    public bool CountWords(int length, int beside)
    {
        if (beside != _frame && (_events < FramesMeasured || beside > _frame + MostBesideWords)) return false;
        _events++;
        _bytes += length;
        _hasWords |= length > beside || _events > FramesMeasured;
        _wordsSince |= length > beside;
        return true;
    }

    private EventKind Parse(ReadOnlySpan<byte> data, out ByteRange usage)
    {
        usage = default;
        if (!OpenAIEvent.Scan(data, out var scan))
        {
            Count(data);
            return EventKind.Content;
        }

        if (scan.HasError) return EventKind.Error;
        _begun = _begun.With(scan.Choices);
        _finished = _finished.With(scan.Finished);
        _tier = scan.Tier ?? _tier;
        var isContent = scan.Usage.IsEmpty || !scan.ChoicesEmpty;
        if (isContent) Count(data);
        _wordsSince |= scan.ContentBytes > 0 || HasCall(data);
        if (!scan.Usage.IsEmpty) Take(scan.Usage.Of(data));
        if (!isContent || !scan.Finished.IsEmpty) usage = scan.Usage;
        return isContent ? EventKind.Content : EventKind.UsageOnly;
    }

    /// <summary>The last usage counts: some providers send a running one with every event.</summary>
    private void Take(ReadOnlySpan<byte> raw)
    {
        if (!OpenAIUsage.TryRead(raw, endpoint, out var read)) return;
        Usage = read with { Tier = _tier };
        RawUsage = System.Text.Encoding.UTF8.GetString(raw);
        _wordsSince = false;
        _covered = (_events, _bytes, _measuredEvents, _measuredBytes);
    }

    private long TextBytes(long events, long bytes) => events == 0 ? 0 : Math.Max(0, bytes - (events * _frame));

    private void Count(ReadOnlySpan<byte> data)
    {
        if (_events < FramesMeasured || data.Length > _frame + MostBesideWords)
        {
            var words = OpenAIEvent.ContentBytes(data);
            _hasWords |= words > 0 || HasCall(data);
            var beside = data.Length - words;
            if (_events > 0 && beside > _frame + MostBesideWords)
            {
                // Signatures, encrypted results, images: no word was written there.
                _measuredEvents++;
                _measuredBytes += words;
                return;
            }

            if (_events < FramesMeasured) _frame = Math.Min(_frame, beside);
        }

        _events++;
        _bytes += data.Length;
        _hasWords |= _events > FramesMeasured;
    }

    /// <summary>A call without arguments has no words, and is one; so is an image.</summary>
    private static bool HasCall(ReadOnlySpan<byte> data) => data.IndexOf("\"tool_calls\":["u8) >= 0 || data.IndexOf("\"images\":["u8) >= 0 || data.IndexOf("\"audio\":{"u8) >= 0;

    /// <summary>
    /// Whether the event may be the first of a choice: it names an index that no choice had so far, or none. Tool calls have one too, so that it takes a look to know;
    /// an event in the frame of another is of the same choice and is not asked.
    /// </summary>
    private bool MayBegin(ReadOnlySpan<byte> data)
    {
        var name = "\"index\""u8;
        var at = data.IndexOf(name);
        if (at < 0) return !_begun.Has(0);
        for (; at >= 0; at = data.IndexOf(name))
        {
            data = data[(at + name.Length)..];
            if (!Utf8Parser.TryParse(data.TrimStart(" \t:"u8), out int index, out _) || !_begun.Has(index)) return true;
        }

        return false;
    }

    /// <summary>Whether the name occurs with a value that is not null. Text that a model wrote has its quotes escaped and does not match.</summary>
    private static bool HasValue(ReadOnlySpan<byte> data, ReadOnlySpan<byte> name)
    {
        for (var at = data.IndexOf(name); at >= 0; at = data.IndexOf(name))
        {
            data = data[(at + name.Length)..];
            var value = data.TrimStart(" \t:"u8);
            if (!value.IsEmpty && value[0] != 'n') return true;
        }

        return false;
    }
}
