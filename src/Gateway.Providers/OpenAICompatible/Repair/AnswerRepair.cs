using System.Buffers;
using Gateway.Core.Providers;

namespace Gateway.Providers.OpenAICompatible.Repair;

/// <summary>What providers of OpenAI's format do differently, in one place for all of them: none does it all, and several share each.</summary>
internal sealed class AnswerRepair : IAnswerRepair
{
    public static readonly AnswerRepair Instance = new();

    /// <remarks>
    /// Searches for what every event of OpenAI's within an answer has, written without white space, and for what only special ones have. Names in a text that a model wrote
    /// have their quotes escaped and do not match.
    /// </remarks>
    public bool IsPlain(ReadOnlySpan<byte> data) =>
        data.IndexOf("\"finish_reason\":null"u8) >= 0 && data.IndexOf("\"object\":\"chat.completion.chunk\""u8) >= 0 && data.IndexOf("\"delta\":{"u8) >= 0
        && data.IndexOf("\"index\":"u8) >= 0 && data.IndexOf("\"content\":["u8) < 0 && data.IndexOf("\"tool_calls\":["u8) < 0;

    public bool Reply(ReadOnlySpan<byte> body, IBufferWriter<byte> repaired)
    {
        var walk = new AnswerWalk(stream: false, movesUsage: true);
        walk.Look(body);
        if (walk.Plan.IsEmpty) return false;
        walk.Plan.Apply(body, repaired);
        return true;
    }

    public IEventRepair OpenStream(bool includeUsage) => new EventRepair(includeUsage);
}
