using System.Net;

namespace Gateway.EndToEnd.Providers.Demo;

/// <summary>Every fault that the demo plays, from every kind of provider: what the contract promises an application of it.</summary>
public sealed class DemoFaultTests(DemoRig rig) : IClassFixture<DemoRig>
{
    public static TheoryData<string, string, int, string> Failures => Every(
        ("error 400", 400, "invalid_request_error"),
        ("error 401", 502, "upstream_error"),
        ("error 429 7", 429, "rate_limit_error"),
        ("error 500", 502, "upstream_error"),
        ("error 503", 502, "upstream_error"),
        ("error 503 html", 502, "upstream_error"),
        ("error 529", 502, "upstream_error"),
        ("error 500 empty", 502, "upstream_error"),
        ("reset", 502, "upstream_error"),
        ("cut", 502, "upstream_error"),
        ("garbage", 502, "upstream_error"),
        ("fault", 502, "upstream_error"));

    public static TheoryData<string, string> Breaks
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var kind in DemoKinds.Names)
                foreach (var words in (string[])["cut 4", "end", "end 4", "fault 4"]) data.Add(kind, words);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_failure_before_the_answer_has_the_contracts_status_and_shape(string kind, string words, int status, string type)
    {
        var answer = await rig.App.ChatAsync(Body(kind, words));

        ((int)answer.Status).Should().Be(status, answer.Text);
        answer.Error.GetProperty("type").GetString().Should().Be(type);
        if (status == 429) answer.Header("retry-after").Should().Be(kind is "cohere" or "bedrock" ? "1" : "7");
    }

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task A_stream_that_breaks_ends_in_one_error_and_is_never_told_as_whole(string kind, string words)
    {
        var answer = await rig.App.StreamAsync(Body(kind, words, """,  "stream":true"""));

        answer.Status.Should().Be(HttpStatusCode.OK);
        var isWhole = words == "end" && kind is ("openai" or "azure-openai" or "mistral");   // by its reason to finish, but for the marker: OpenAI's own streams get none
        answer.Done.Should().Be(isWhole && kind != "openai");
        if (isWhole) return;
        answer.Errors.Should().ContainSingle();
        (answer.Broken is null).Should().Be(words.StartsWith("fault", StringComparison.Ordinal), "what the provider said itself is told in full; anything else is missing something");
        if (words != "end") answer.FinishReasons.Should().BeEmpty();
    }

    /// <summary>Chat shows the client what cannot be read; a dialect would have a piece of the answer missing.</summary>
    [Theory]
    [InlineData("openai", "/v1/messages", "\"max_tokens\":500,\"messages\"")]
    [InlineData("mistral", "/v1/messages", "\"max_tokens\":500,\"messages\"")]
    [InlineData("mistral", "/v1/responses", "\"input\"")]
    public async Task A_dialect_ends_in_an_error_where_an_event_cannot_be_read(string kind, string path, string member)
    {
        var answer = await rig.App.StreamAsync($$"""{"model":"{{DemoRig.Model(kind)}}","stream":true,{{member}}:[{"role":"user","content":"demo:garbage 4"}]}""", path);

        answer.Errors.Should().ContainSingle();
        answer.Done.Should().BeFalse();
    }

    [Theory]
    [InlineData("anthropic")]
    [InlineData("gemini")]
    [InlineData("cohere")]
    [InlineData("ollama")]
    public async Task A_stream_with_an_event_that_cannot_be_read_ends_in_an_error(string kind)
    {
        var answer = await rig.App.StreamAsync(Body(kind, "garbage 4", """,  "stream":true"""));

        answer.Errors.Should().ContainSingle();
        answer.Done.Should().BeFalse();
    }

    [Fact]
    public async Task A_provider_that_always_fails_by_its_header_is_followed_by_the_next()
    {
        var answer = await rig.App.ChatAsync("""{"model":"resilient","messages":[{"role":"user","content":"hi"}]}""");

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        answer.Header("x-gateway-target").Should().Be("anthropic/claude-demo");
        answer.Header("x-gateway-attempts").Should().NotBe("1");
    }

    [Fact]
    public async Task A_first_token_that_is_too_slow_is_a_timeout()
    {
        var answer = await rig.App.ChatAsync("""{"model":"hasty","messages":[{"role":"user","content":"demo:wait 30"}]}""");

        answer.Status.Should().Be(HttpStatusCode.GatewayTimeout);
        answer.Error.GetProperty("code").GetString().Should().Be("upstream_timeout");
    }

    [Fact]
    public async Task A_stream_whose_pieces_are_too_slow_ends_in_an_error()
    {
        var answer = await rig.App.StreamAsync("""{"model":"hasty","stream":true,"messages":[{"role":"user","content":"demo:slow 30"}]}""");

        answer.Done.Should().BeFalse();
        answer.Content.Should().BeEmpty();
    }

    [Fact]
    public async Task A_wrong_key_is_the_operators_fault()
    {
        var answer = await rig.App.ChatAsync("""{"model":"locked","messages":[{"role":"user","content":"hi"}]}""");

        answer.Status.Should().Be(HttpStatusCode.BadGateway);
        answer.Text.Should().Contain("authentication_error");
    }

    private static string Body(string kind, string words, string more = "") => $$"""{"model":"{{DemoRig.Model(kind)}}","messages":[{"role":"user","content":"demo:{{words}}"}]{{more}}}""";

    private static TheoryData<string, string, int, string> Every(params (string Words, int Status, string Type)[] faults)
    {
        var data = new TheoryData<string, string, int, string>();
        foreach (var kind in DemoKinds.Names)
            foreach (var (words, status, type) in faults) data.Add(kind, words, status, type);
        return data;
    }
}
