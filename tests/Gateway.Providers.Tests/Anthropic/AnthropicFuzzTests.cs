using System.Text;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Anthropic;

/// <summary>Whatever comes in: an answer, a 400 that names a field, or a bad upstream. Never an exception.</summary>
public sealed class AnthropicFuzzTests
{
    private static readonly Translation Anthropic = new("anthropic", InferenceEndpoint.ChatCompletions);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Requests_with_values_of_any_type_anywhere_become_JSON_or_a_400(int seed)
    {
        var random = new Random(seed);
        foreach (var name in Golden.Cases("chat"))
        {
            for (var i = 0; i < 100; i++)
            {
                var body = RandomJson.Mutate(Golden.Request("chat", name), random);
                var built = Anthropic.Build(body);
                if (built.IsOk) Translation.Json(Encoding.UTF8.GetString(built.Value.Body.Span)).GetProperty("messages").GetArrayLength().Should().BePositive(body);
                else built.Error.Param.Should().NotBeNullOrEmpty(body);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Streams_with_values_of_any_type_anywhere_are_read_to_some_end(int seed)
    {
        var random = new Random(seed);
        foreach (var file in Golden.Files("anthropic", "*.upstream.txt"))
        {
            var events = Encoding.UTF8.GetString(Golden.Bytes("anthropic", file)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
            for (var i = 0; i < 300; i++)
            {
                var place = random.Next(events.Length);
                var changed = events.Select((e, n) => n == place ? "data: " + RandomJson.Mutate(e[(e.IndexOf("data: ", StringComparison.Ordinal) + 6)..], random) : e);
                var upstream = Encoding.UTF8.GetBytes(string.Join("\n\n", changed) + "\n\n");
                Translation.Events(Anthropic.Stream(upstream, [random.Next(1, 60)], out _)).Should().OnlyContain(static e => e.StartsWith('{'));
            }
        }
    }

    /// <summary>JSON allows half of a surrogate pair; no string can be made of it.</summary>
    [Theory]
    [InlineData("\"stop_reason\":\"", "\\ud800")]
    [InlineData("\"id\":\"toolu", "\\ud800")]
    [InlineData("\"name\":\"", "\\udc00")]
    [InlineData("\"text\":\"", "\\ud800")]
    [InlineData("\"usage\":{\"", "\\ud800_longer_than_any_name\":1,\"")]
    [InlineData("\"delta\":{\"", "\\ud800\":1,\"")]
    public void Half_characters_do_no_harm(string before, string half)
    {
        foreach (var file in Golden.Files("anthropic", "*.upstream.txt"))
        {
            var upstream = Encoding.UTF8.GetString(Golden.Bytes("anthropic", file)).Replace(before, before + half, StringComparison.Ordinal);
            Anthropic.Stream(Encoding.UTF8.GetBytes(upstream), [11], out var facts);
            facts.Finished.Should().BeTrue();
        }
    }

    [Fact]
    public void Bytes_that_are_no_stream_are_none()
    {
        var random = new Random(5);
        var bytes = new byte[4000];
        for (var i = 0; i < 200; i++)
        {
            random.NextBytes(bytes);
            Anthropic.Stream(bytes, [97], out var facts);
            facts.Finished.Should().BeFalse();
        }
    }
}
