using System.Text.Json;
using Gateway.Core.Usage;

namespace Gateway.Providers.Demo;

/// <summary>What the demo says it consumed, in tokens of four bytes.</summary>
internal sealed record DemoUsage(long In, long Out)
{
    /// <summary>Null where the answer carries no usage, or something else in its place.</summary>
    public static TokenUsage? Read(JsonElement? usage)
    {
        if (usage is not { ValueKind: JsonValueKind.Object } element) return null;
        try
        {
            var (input, output) = element.Deserialize(DemoJson.Default.DemoUsage)!;
            return input < 0 || output < 0 ? null : new TokenUsage { Input = input, Output = output };
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
