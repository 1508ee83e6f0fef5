using System.Text.Json;
using Gateway.Tests.Money;

namespace Gateway.Tests.Tokens;

/// <summary>The recorded token counts that lie beside the repository.</summary>
internal static class SharedTokens
{
    /// <summary>The rows of a file; the test is skipped where it is not there.</summary>
    public static IReadOnlyList<JsonElement> Read(string file) =>
        [.. File.ReadLines(SharedData.RequireFile(Path.Combine("tokens", file))).Where(static l => l.Length > 0).Select(static l => JsonDocument.Parse(l).RootElement)];
}
