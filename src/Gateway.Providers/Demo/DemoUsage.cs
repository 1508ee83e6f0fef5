using System.Text.Json;
using Gateway.Core.Usage;

namespace Gateway.Providers.Demo;

/// <summary>What the demo says it consumed, in tokens of four bytes.</summary>
/// <param name="Cached">Of <paramref name="In"/>: read from its cache. Null: none.</param>
/// <param name="Thought">Of <paramref name="Out"/>: thoughts. Null: none.</param>
internal sealed record DemoUsage(long In, long Out, long? Cached = null, long? Thought = null)
{
    /// <summary>Null where the answer carries no usage, or something else in its place.</summary>
    public static TokenUsage? Read(JsonElement? usage)
    {
        if (usage is not { ValueKind: JsonValueKind.Object } element) return null;
        try
        {
            var (input, output, cached, thought) = element.Deserialize(DemoJson.Default.DemoUsage)!;
            return Counted(input, cached ?? 0, output, thought ?? 0);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static TokenUsage? Counted(long input, long cached, long output, long thought) =>
        cached < 0 || input < cached || thought < 0 || output < thought ? null : new TokenUsage { Input = input - cached, CacheRead = cached, Output = output, Reasoning = thought };
}
