using System.Text;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>How an answer ended, gathered from what chat said of it.</summary>
internal sealed class ResponsesEnd
{
    /// <summary><c>max_output_tokens</c> or <c>content_filter</c>; null: the answer is whole.</summary>
    public string? CutBy { get; private set; }

    /// <summary>The provider's own word for it, and what it says of it; null: none.</summary>
    public string? Native { get; private set; }

    public string? NativeMessage { get; private set; }

    public TokenUsage? Usage { get; private set; }

    /// <summary>JSON of <c>cost_usd</c>, which stands in a chat reply's usage.</summary>
    public string? Cost { get; private set; }

    public string? Tier { get; private set; }

    public void Read(ReadOnlySpan<byte> chat, in ChatDelta delta)
    {
        var reason = chat[delta.FinishReason];
        if (reason.SequenceEqual("\"length\""u8)) CutBy = "max_output_tokens";
        else if (reason.SequenceEqual("\"content_filter\""u8)) CutBy = "content_filter";
        if (chat[delta.NativeFinishReason] is { IsEmpty: false } native) Native = JsonText.Decode(native);
        if (chat[delta.NativeFinishMessage] is { IsEmpty: false } words) NativeMessage = JsonText.Decode(words);
        ReadTier(chat[delta.ServiceTier]);
        var usage = chat[delta.Usage];
        if (usage.IsEmpty || !OpenAIUsage.TryRead(usage, InferenceEndpoint.ChatCompletions, out var read)) return;
        Usage = read;
        Cost = ChatCost.Read(usage);
    }

    /// <summary>Those that the dialect knows.</summary>
    private void ReadTier(ReadOnlySpan<byte> tier)
    {
        foreach (var known in (ReadOnlySpan<string>)["default", "auto", "flex", "scale", "priority", "fast", "ultrafast"])
        {
            if (tier.Length == known.Length + 2 && Ascii.Equals(tier[1..^1], known)) Tier = known;
        }
    }
}
