using System.Net;
using System.Text.Json;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Errors;

/// <summary>Every row of the contract's table of errors that can occur yet.</summary>
[Collection(OneGateway.Name)]
public sealed class ErrorTableTests(SharedRig rig)
{
    private const string Plain = "{\"model\":\"fast\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";

    public sealed record Wrong(string Why, string Key, string Path, string Body, int Status, string Type, string? Code, string? Param)
    {
        public override string ToString() => Why;
    }

    public static TheoryData<Wrong> OwnErrors => new()
    {
        new("no body", SharedRig.AppKey, Caller.Chat, "", 400, "invalid_request_error", null, null),
        new("no JSON", SharedRig.AppKey, Caller.Chat, "{\"model\":", 400, "invalid_request_error", null, null),
        new("no object", SharedRig.AppKey, Caller.Chat, "[1]", 400, "invalid_request_error", null, null),
        new("trailing data", SharedRig.AppKey, Caller.Chat, Plain + "{}", 400, "invalid_request_error", null, null),
        new("no model", SharedRig.AppKey, Caller.Chat, "{\"messages\":[]}", 400, "invalid_request_error", null, "model"),
        new("a model that is no name", SharedRig.AppKey, Caller.Chat, "{\"model\":7,\"messages\":[]}", 400, "invalid_request_error", null, "model"),
        new("no messages", SharedRig.AppKey, Caller.Chat, "{\"model\":\"fast\"}", 400, "invalid_request_error", null, "messages"),
        new("no prompt", SharedRig.AppKey, "/v1/completions", "{\"model\":\"fast\"}", 400, "invalid_request_error", null, "prompt"),
        new("no input", SharedRig.AppKey, "/v1/embeddings", "{\"model\":\"embed\"}", 400, "invalid_request_error", null, "input"),
        new("nothing to rank", SharedRig.AppKey, "/v1/rerank", "{\"model\":\"fast\",\"query\":\"q\"}", 400, "invalid_request_error", null, "documents"),
        new("no key", "", Caller.Chat, Plain, 401, "invalid_request_error", "invalid_api_key", null),
        new("an unknown key", "sk-nobody", Caller.Chat, Plain, 401, "invalid_request_error", "invalid_api_key", null),
        new("an expired key", SharedRig.ExpiredKey, Caller.Chat, Plain, 401, "invalid_request_error", "invalid_api_key", null),
        new("a model the key may not use", SharedRig.NarrowKey, Caller.Chat, Plain.Replace("fast", "secret", StringComparison.Ordinal), 403, "invalid_request_error", "model_not_allowed", "model"),
        new("an alias of a model the key may not use", SharedRig.NarrowKey, Caller.Chat, Plain.Replace("fast", "up/up-secret", StringComparison.Ordinal), 403, "invalid_request_error", "model_not_allowed", "model"),
        new("an unknown model", SharedRig.AppKey, Caller.Chat, Plain.Replace("fast", "nonsuch", StringComparison.Ordinal), 404, "invalid_request_error", "model_not_found", "model"),
        new("an unknown endpoint", SharedRig.AppKey, "/v1/nonsuch", "{}", 404, "invalid_request_error", "not_found", null),
    };

    [Theory]
    [MemberData(nameof(OwnErrors))]
    public async Task An_error_of_the_clients_has_its_row_of_the_table(Wrong wrong)
    {
        var answer = await rig.Gateway.Caller(wrong.Key).PostAsync(wrong.Path, wrong.Body);

        ((int)answer.Status).Should().Be(wrong.Status, answer.Text);
        answer.Error.GetProperty("type").GetString().Should().Be(wrong.Type);
        answer.Error.GetProperty("code").GetString().Should().Be(wrong.Code);
        answer.Error.GetProperty("param").GetString().Should().Be(wrong.Param);
        answer.Error.GetProperty("message").GetString().Should().NotBeNullOrWhiteSpace();
        answer.Header("x-request-id").Should().NotBeNullOrEmpty();
        answer.Header("content-type").Should().StartWith("application/json");
    }

    [Fact]
    public async Task A_method_the_endpoint_does_not_know_is_405()
    {
        var answer = await rig.App.GetAsync(Caller.Chat);

        answer.Status.Should().Be(HttpStatusCode.MethodNotAllowed);
        answer.Error.GetProperty("code").GetString().Should().Be("method_not_allowed");
    }

    [Theory]
    [InlineData("Content-Encoding: gzip\r\nContent-Type: application/json\r\n")]
    [InlineData("Content-Type: application/x-www-form-urlencoded\r\n")]
    [InlineData("Content-Type: multipart/form-data; boundary=x\r\n")]
    public async Task A_body_that_is_no_plain_JSON_is_415(string headers)
    {
        var request = RawHttp.Post(Caller.Chat, SharedRig.AppKey, Plain, headers).Replace("Content-Type: application/json\r\n" + headers, headers, StringComparison.Ordinal);

        var reply = await RawHttp.SendAsync(rig.Gateway.Port, request);

        reply.Statuses.Should().Equal(415);
        reply.Text.Should().Contain("\"unsupported_media_type\"");
    }

    public static TheoryData<int> ClientStatuses => new() { 400, 404, 409, 413, 422 };

    [Theory]
    [MemberData(nameof(ClientStatuses))]
    public async Task An_upstreams_4xx_keeps_its_status_and_its_words(int status)
    {
        const string Body = """{"error":{"message":"the prompt is too long","type":"invalid_request_error","param":"messages","code":"context_length_exceeded","inner":[1]}}""";
        var answer = await rig.App.ChatAsync(Ask.Chat("fast", new Script { Status = status, Body = Body }));

        ((int)answer.Status).Should().Be(status);
        answer.Error.GetProperty("message").GetString().Should().Contain("the prompt is too long");
        answer.Error.GetProperty("code").GetString().Should().Be("context_length_exceeded");
        answer.Error.GetProperty("param").GetString().Should().Be("messages");
        JsonElement.DeepEquals(answer.Error.GetProperty("provider"), JsonDocument.Parse(Body).RootElement).Should().BeTrue(answer.Text);
    }

    public sealed record Upstreams(string Why, Script Script, int Status, string Type, string Code)
    {
        public override string ToString() => Why;
    }

    public static TheoryData<Upstreams> UpstreamErrors => new()
    {
        new("a 500", new Script { Status = 500 }, 502, "upstream_error", "bad_upstream"),
        new("a 503", new Script { Status = 503 }, 502, "upstream_error", "bad_upstream"),
        new("a refusal of the gateway's own key", new Script { Status = 401 }, 502, "upstream_error", "bad_upstream"),
        new("HTML with an error status", new Script { Status = 502, Body = "<html>", ContentType = "text/html" }, 502, "upstream_error", "bad_upstream"),
        new("an empty error", new Script { Status = 500, Body = "" }, 502, "upstream_error", "bad_upstream"),
        new("JSON that is no JSON", new Script { Body = "{\"id\":" }, 502, "upstream_error", "bad_upstream"),
        new("HTML with status 200", new Script { Body = "<html>", ContentType = "text/html" }, 502, "upstream_error", "bad_upstream"),
        new("a reset", new Script { Cut = Cut.Rst }, 502, "upstream_error", "bad_upstream"),
        new("silence", new Script { Stall = Stall.Headers }, 504, "upstream_error", "upstream_timeout"),
    };

    [Theory]
    [MemberData(nameof(UpstreamErrors))]
    public async Task An_upstreams_failure_has_its_row_of_the_table(Upstreams upstreams)
    {
        var answer = await rig.App.ChatAsync(Ask.Chat("fast", upstreams.Script));

        ((int)answer.Status).Should().Be(upstreams.Status, answer.Text);
        answer.Error.GetProperty("type").GetString().Should().Be(upstreams.Type);
        answer.Error.GetProperty("code").GetString().Should().Be(upstreams.Code);
        if (upstreams.Script is { Status: >= 400, Body: null })
            answer.Error.GetProperty("provider").GetProperty("error").GetProperty("message").GetString().Should().Be("scripted failure");
    }

    [Theory]
    [InlineData("7", "7")]
    [InlineData("1.2", "2")]
    [InlineData("99999999999999999999", "86400")]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", "86400")]
    [InlineData("Fri, 31 Dec 1999 23:59:59 GMT", "0")]
    [InlineData("NaN", null)]
    [InlineData("-5", null)]
    [InlineData("soon", null)]
    [InlineData(null, null)]
    public async Task An_upstreams_429_says_how_long_to_wait(string? given, string? expected)
    {
        var headers = given is null ? null : new Dictionary<string, string> { ["retry-after"] = given };
        var answer = await rig.App.ChatAsync(Ask.Chat("fast", new Script { Status = 429, Headers = headers }));

        answer.Status.Should().Be(HttpStatusCode.TooManyRequests);
        if (expected is null)
            answer.Header("retry-after").Should().MatchRegex("^[1-9][0-9]*$", "a 429 always says when to come back");
        else
            answer.Header("retry-after").Should().Be(expected);
    }

    [Fact]
    public async Task An_error_before_a_streams_first_byte_is_a_plain_error()
    {
        var answer = await rig.App.ChatAsync(Ask.Chat("fast", new Script { Status = 500 }, stream: true));

        answer.Status.Should().Be(HttpStatusCode.BadGateway);
        answer.Header("content-type").Should().StartWith("application/json");
        answer.Error.GetProperty("code").GetString().Should().Be("bad_upstream");
    }
}
