using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Reply;

/// <summary>What an OpenAI stream event is to the relay.</summary>
internal enum EventKind
{
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
    private long _events;
    private long _bytes;
    private int _smallest = int.MaxValue;
    private ServiceTier _tier;

    public TokenUsage? Usage { get; private set; }

    public string? RawUsage { get; private set; }

    /// <summary>A choice gave its reason to finish.</summary>
    public bool FinishSeen { get; private set; }

    public long Events => _events;

    /// <summary>Bytes of text, roughly: what events have beyond the smallest one, which is taken for the frame they share.</summary>
    public long ContentBytes => _events == 0 ? 0 : _bytes - (_events * _smallest);

    /// <param name="usage">Where the usage object stands in a chunk that is <see cref="EventKind.UsageOnly"/>.</param>
    public EventKind Look(ReadOnlySpan<byte> data, out ByteRange usage)
    {
        usage = default;
        var hasUsage = HasValue(data, "\"usage\""u8);
        var hasFinish = !FinishSeen && HasValue(data, "\"finish_reason\""u8);
        if (!hasUsage && !hasFinish && data.IndexOf("\"error\""u8) < 0)
        {
            Count(data.Length);
            return EventKind.Content;
        }

        return Parse(data, out usage);
    }

    private EventKind Parse(ReadOnlySpan<byte> data, out ByteRange usage)
    {
        usage = default;
        if (!OpenAIEvent.Scan(data, out var scan))
        {
            Count(data.Length);
            return EventKind.Content;
        }

        if (scan.HasError) return EventKind.Error;
        FinishSeen |= scan.Finished;
        _tier = scan.Tier ?? _tier;
        if (!scan.Usage.IsEmpty) Take(scan.Usage.Of(data));
        if (scan.Usage.IsEmpty || !scan.ChoicesEmpty)
        {
            Count(data.Length);
            return EventKind.Content;
        }

        usage = scan.Usage;
        return EventKind.UsageOnly;
    }

    /// <summary>The last usage counts: some providers send a running one with every event.</summary>
    private void Take(ReadOnlySpan<byte> raw)
    {
        if (!OpenAIUsage.TryRead(raw, endpoint, out var read)) return;
        Usage = read with { Tier = _tier };
        RawUsage = System.Text.Encoding.UTF8.GetString(raw);
    }

    private void Count(int length)
    {
        _events++;
        _bytes += length;
        _smallest = Math.Min(_smallest, length);
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
