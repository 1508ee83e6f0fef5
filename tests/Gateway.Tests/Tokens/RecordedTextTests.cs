using System.Text;
using System.Text.Json;
using Gateway.Core.Tokens;

namespace Gateway.Tests.Tokens;

/// <summary>Strings on whose ids two other tokenizers agree.</summary>
public sealed class RecordedTextTests
{
    [SkippableTheory]
    [InlineData(TokenEncoding.O200k, "o200k_base")]
    [InlineData(TokenEncoding.Cl100k, "cl100k_base")]
    public void Every_recorded_string_has_the_recorded_tokens(TokenEncoding encoding, string name)
    {
        var tokenizer = Tokenizers.Get(encoding);
        var (wrong, compared) = (new List<string>(), 0);
        foreach (var row in SharedTokens.Read("tokens.jsonl").Where(static r => r.GetProperty("kind").GetString() != "chat"))
        {
            var text = Encoding.UTF8.GetBytes(row.GetProperty("text").GetString()!);
            var ids = tokenizer.Encode(text);
            if (tokenizer.Count(text) != row.GetProperty(name).GetInt64() || !AreThose(ids, row, name)) wrong.Add(row.GetProperty("id").GetString()!);
            tokenizer.Decode(ids).Should().Equal(text);
            compared++;
        }

        wrong.Should().BeEmpty();
        compared.Should().BeGreaterThan(200);
    }

    private static bool AreThose(IReadOnlyList<int> ids, JsonElement row, string name) => !row.TryGetProperty(name + "_ids", out var expected)
        || expected.ValueKind == JsonValueKind.Null || expected.EnumerateArray().Select(static i => i.GetInt32()).SequenceEqual(ids);
}
