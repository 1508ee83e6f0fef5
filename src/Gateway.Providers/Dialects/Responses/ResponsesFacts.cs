using System.Text;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Core.Wire;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>What a provider's own response says of itself.</summary>
internal static class ResponsesFacts
{
    public static Outcome<ReplyFacts> Read(ReadOnlySpan<byte> reply)
    {
        if (!ResponsesPlaces.TryRead(reply, out var read)) return new GatewayError(ErrorKind.BadUpstream, "The provider sent an answer that cannot be read.");
        if (read.HasError || reply[read.Status].SequenceEqual("\"failed\""u8)) return ResponsesErrors.Of(reply, read);
        return new ReplyFacts(Usage(reply, read, out var raw), raw) { ContentBytes = WordBytes.Count(reply, "output"u8) };
    }

    /// <returns>Null where none was reported, or one that cannot be.</returns>
    /// <param name="raw">The usage object as it came.</param>
    public static TokenUsage? Usage(ReadOnlySpan<byte> json, in ResponsesPlaces read, out string? raw)
    {
        var usage = json[read.Usage];
        raw = usage.IsEmpty ? null : Encoding.UTF8.GetString(usage);
        if (usage.IsEmpty || !OpenAIUsage.TryReadResponses(usage, out var tokens)) return null;
        var tier = json[read.Tier];
        return tokens with { Calls = Math.Max(tokens.Calls, read.Searches), Tier = tier.IsEmpty ? tokens.Tier : OpenAIUsage.ReadTier(tier[1..^1]) };
    }
}
