using System.Text.Json;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using Gateway.EndToEnd.Providers.Demo;
using Gateway.EndToEnd.Rig;

namespace Gateway.EndToEnd.Clients;

/// <summary>Anthropic's own .NET client, unchanged but for its address, in front of every kind of provider.</summary>
public sealed class AnthropicNetTests(LenientDemoRig rig) : IClassFixture<LenientDemoRig>
{
    private const string Question = "How is the weather in Madrid?";

    private static readonly Tool Weather = new()
    {
        Name = "get_weather",
        Description = "Current weather of a city.",
        InputSchema = new() { Properties = new Dictionary<string, JsonElement> { ["city"] = Json("""{"type":"string"}""") }, Required = ["city"] },
    };

    [Theory]
    [MemberData(nameof(DemoKinds.All), MemberType = typeof(DemoKinds))]
    public async Task A_message_and_its_stream_say_the_same(string kind)
    {
        using var client = Client();
        var ask = Ask(kind, Question);

        var whole = await client.Messages.Create(ask);
        var (text, usage, reason) = ("", 0L, "");
        await foreach (var part in client.Messages.CreateStreaming(ask))
        {
            if (part.TryPickContentBlockDelta(out var piece) && piece.Delta.TryPickText(out var words)) text += words.Text;
            if (!part.TryPickDelta(out var last)) continue;
            usage = last.Usage.OutputTokens;
            reason = last.Delta.StopReason!.Raw();
        }

        Text(whole).Should().NotBeEmpty();
        whole.StopReason!.Raw().Should().Be("end_turn");
        whole.Usage.InputTokens.Should().BePositive();
        text.Should().Be(Text(whole));
        usage.Should().Be(whole.Usage.OutputTokens).And.BePositive();
        reason.Should().Be("end_turn");
    }

    [Theory]
    [MemberData(nameof(DemoKinds.All), MemberType = typeof(DemoKinds))]
    public async Task A_tool_is_called_and_its_result_is_understood(string kind)
    {
        using var client = Client();
        var ask = Ask(kind, Question) with { Tools = [Weather] };

        var first = await client.Messages.Create(ask);
        first.StopReason!.Raw().Should().Be("tool_use");
        var call = first.Content.Select(static b => b.TryPickToolUse(out var use) ? use : null).Single(static u => u is not null)!;
        call.Name.Should().Be("get_weather");
        call.Input.Should().ContainKey("city");
        var said = new MessageParam(JsonSerializer.SerializeToElement(new { role = "assistant", content = first.Content.Select(static b => b.Json) }));
        var result = new MessageParam(JsonSerializer.SerializeToElement(new { role = "user", content = new[] { new { type = "tool_result", tool_use_id = call.ID, content = "22 degrees" } } }));
        var second = await client.Messages.Create(ask with { Messages = [.. ask.Messages, said, result] });

        second.StopReason!.Raw().Should().Be("end_turn");
        Text(second).Should().NotBeEmpty();
    }

    [Theory]
    [MemberData(nameof(DemoKinds.All), MemberType = typeof(DemoKinds))]
    public async Task An_answer_follows_its_schema(string kind)
    {
        using var client = Client();
        var schema = """{"type":"object","properties":{"name":{"type":"string"},"coastal":{"type":"boolean"}},"required":["name","coastal"],"additionalProperties":false}""";
        var format = new JsonOutputFormat { Schema = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(schema)! };

        var answer = await client.Messages.Create(Ask(kind, "Which city?") with { OutputConfig = new() { Format = format } });

        var city = Json(Text(answer));
        city.GetProperty("name").ValueKind.Should().Be(JsonValueKind.String);
        city.GetProperty("coastal").ValueKind.Should().BeOneOf(JsonValueKind.True, JsonValueKind.False);
    }

    [Fact]
    public async Task Errors_are_the_ones_it_knows()
    {
        using var stranger = new AnthropicClient { ApiKey = "sk-nobody", BaseUrl = rig.Gateway.Address, MaxRetries = 0 };
        using var client = Client();

        await stranger.Invoking(c => c.Messages.Create(Ask("anthropic", "x"))).Should().ThrowAsync<AnthropicUnauthorizedException>();
        await client.Invoking(c => c.Messages.Create(Ask("nothing", "x"))).Should().ThrowAsync<AnthropicNotFoundException>();
        await client.Invoking(c => c.Messages.Create(Ask("anthropic", "x") with { MaxTokens = 0 })).Should().ThrowAsync<AnthropicBadRequestException>();
    }

    [Fact]
    public async Task Tokens_are_counted()
    {
        using var client = Client();
        foreach (var kind in new[] { "anthropic", "gemini" })
        {
            var counted = await client.Messages.CountTokens(new() { Model = DemoRig.Model(kind), Messages = [new UserMessageParam(Question)] });
            counted.InputTokens.Should().BeInRange(5, 30, kind);
        }
    }

    private AnthropicClient Client() => new() { ApiKey = SharedRig.AppKey, BaseUrl = rig.Gateway.Address, MaxRetries = 0 };

    private static MessageCreateParams Ask(string kind, string question) => new() { Model = DemoRig.Model(kind), MaxTokens = 2000, Messages = [new UserMessageParam(question)] };

    private static string Text(Message message) => string.Concat(message.Content.Select(static b => b.TryPickText(out var text) ? text.Text : ""));

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
