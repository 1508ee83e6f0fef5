using System.Buffers;
using Gateway.Core.Providers;

namespace Gateway.Providers.OpenAICompatible.Repair;

/// <summary>What providers of OpenAI's format do differently, in one place for all of them: none does it all, and several share each.</summary>
internal sealed class AnswerRepair : IAnswerRepair
{
    public static readonly AnswerRepair Instance = new();

    /// <summary>Bytes in which a reply's words have begun.</summary>
    private const int Head = 512;

    /// <remarks>
    /// Searches for what every event of OpenAI's has, written without white space, and for what only special ones have. Names in a text that a model wrote
    /// have their quotes escaped and do not match. The last events of a stream are plain too: each stream has them.
    /// </remarks>
    public bool IsPlain(ReadOnlySpan<byte> data) =>
        data.IndexOf("\"object\":\"chat.completion.chunk\""u8) >= 0 && data.IndexOf("\"finish_reason\":"u8) is var finish
        && (finish < 0 ? IsUsageAlone(data) : IsWithin(data) && (IsOpen(data[finish..]) || IsEnd(data, data[finish..])));

    private static bool IsWithin(ReadOnlySpan<byte> data) =>
        data.IndexOf("\"delta\":{"u8) >= 0 && data.IndexOf("\"index\":"u8) >= 0 && data.IndexOf("\"content\":["u8) < 0 && data.IndexOf("\"tool_calls\":["u8) < 0;

    private static bool IsOpen(ReadOnlySpan<byte> finish) => finish.StartsWith("\"finish_reason\":null"u8);

    /// <summary>One of OpenAI's own reasons, with nothing beside it that has to be moved.</summary>
    private static bool IsEnd(ReadOnlySpan<byte> data, ReadOnlySpan<byte> finish) =>
        IsOwnReason(finish) && data.IndexOf("\"usage\":{"u8) < 0 && data.IndexOf("\"error\":"u8) < 0;

    private static bool IsOwnReason(ReadOnlySpan<byte> finish) =>
        finish.StartsWith("\"finish_reason\":\"stop\""u8) || finish.StartsWith("\"finish_reason\":\"length\""u8)
        || finish.StartsWith("\"finish_reason\":\"tool_calls\""u8) || finish.StartsWith("\"finish_reason\":\"content_filter\""u8);

    /// <summary>One answer of words alone, in OpenAI's order: what stands before the words is looked for at the beginning only, the rest behind them.</summary>
    private static bool IsPlainReply(ReadOnlySpan<byte> body)
    {
        var finish = body.IndexOf("\"finish_reason\":"u8);
        if (finish < 0 || !IsOwnReason(body[finish..]) || body.IndexOf("\"tool_calls\":["u8) >= 0) return false;
        var head = body[..Math.Min(body.Length, Head)];
        var end = body[(finish + 1)..];
        return head.IndexOf("\"object\":\"chat.completion\""u8) >= 0 && head.IndexOf("\"index\":0"u8) >= 0 && head.IndexOf("\"message\":{"u8) >= 0
            && head.IndexOf("\"role\":\"assistant\""u8) >= 0 && head.IndexOf("\"content\":\""u8) >= 0 && head.IndexOf("\"error\":"u8) < 0
            && end.IndexOf("\"finish_reason\":"u8) < 0 && end.IndexOf("\"error\":"u8) < 0 && end.IndexOf("\"x_groq\""u8) < 0;
    }

    private static bool IsUsageAlone(ReadOnlySpan<byte> data) => data.IndexOf("\"choices\":[]"u8) >= 0 && data.IndexOf("\"error\":"u8) < 0;

    public bool Reply(ReadOnlySpan<byte> body, IBufferWriter<byte> repaired)
    {
        if (IsPlainReply(body)) return false;
        var walk = new AnswerWalk(stream: false, movesUsage: true);
        walk.Look(body);
        if (walk.Plan.IsEmpty) return false;
        walk.Plan.Apply(body, repaired);
        return true;
    }

    public IEventRepair OpenStream(bool includeUsage) => new EventRepair(includeUsage);
}
