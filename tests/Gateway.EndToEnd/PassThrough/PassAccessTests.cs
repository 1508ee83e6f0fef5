using System.Net;
using Gateway.EndToEnd.Rig;

namespace Gateway.EndToEnd.PassThrough;

/// <summary>Who may use a provider's own API, and what of a request the provider never sees.</summary>
public sealed class PassAccessTests
{
    [Fact]
    public async Task A_key_with_a_list_of_models_needs_all_of_a_providers()
    {
        await using var rig = await PassGateway.StartAsync(static (http, _) => HandlerUpstream.WriteAsync(http, "application/json", "{}"));

        (await rig.Gateway.Caller(PassGateway.WildKey).GetAsync("/pass/up/models")).Status.Should().Be(HttpStatusCode.OK);
        (await rig.App.GetAsync("/pass/up/models")).Status.Should().Be(HttpStatusCode.OK);
        foreach (var provider in new[] { "up", "nobody" })
        {
            var refused = await rig.Gateway.Caller(SharedRig.NarrowKey).GetAsync($"/pass/{provider}/models");
            (refused.Status, refused.Error.GetProperty("code").GetString()).Should().Be((HttpStatusCode.Forbidden, "model_not_allowed"));
        }

        (await rig.App.GetAsync("/pass/nobody/models")).Status.Should().Be(HttpStatusCode.NotFound);
        (await rig.Gateway.Caller("").GetAsync("/pass/up/models")).Status.Should().Be(HttpStatusCode.Unauthorized);
        (await rig.Gateway.Caller("sk-nobodys").GetAsync("/pass/up/models")).Status.Should().Be(HttpStatusCode.Unauthorized);
        (await rig.App.SendAsync(HttpMethod.Trace, "/pass/up/models", null)).Status.Should().Be(HttpStatusCode.MethodNotAllowed);
        rig.Upstream.Requests.Should().HaveCount(2);
    }

    [Theory]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("x-api-key", "")]
    [InlineData("api-key", "")]
    [InlineData("x-goog-api-key", "")]
    public async Task No_credential_of_the_client_and_nothing_of_its_connection_reaches_the_provider(string header, string scheme)
    {
        await using var rig = await PassGateway.StartAsync(
            static (http, _) => HandlerUpstream.WriteAsync(http, "application/json", "{}"), provider: $"kind: anthropic, api_key: {SharedRig.ProviderKey}, headers: {{ X-Team: core }}, beta: ours");
        var key = SharedRig.AppKey;

        var raw = await RawHttp.SendAsync(rig.Gateway.Port,
            $"GET /pass/up/models HTTP/1.1\r\nHost: gateway.test\r\n{header}: {scheme}{key}\r\nCookie: a=b\r\nConnection: X-Hop\r\nX-Hop: 1\r\nTE: trailers\r\nForwarded: for=1.2.3.4\r\nX-Forwarded-For: 1.2.3.4\r\n"
            + "X-Amz-Date: now\r\nX-Team: mine\r\nanthropic-beta: theirs\r\nAccept-Encoding: gzip\r\nx-gateway-tags: a\r\nProxy-Authorization: Basic x\r\nX-Kept: yes\r\n\r\n");

        raw.Status.Should().Be(200, raw.Text);
        var sent = rig.Upstream.Requests.Should().ContainSingle().Which;
        sent.Headers.Should().NotContain(h => h.Value.Contains(key, StringComparison.Ordinal));
        sent.Headers.Keys.Select(static k => k.ToLowerInvariant()).Should().BeEquivalentTo(["host", "x-api-key", "anthropic-version", "anthropic-beta", "x-team", "x-kept"]);
        sent.Header("x-api-key").Should().Be(SharedRig.ProviderKey);
        sent.Header("x-team").Should().Be("core");
        sent.Header("anthropic-beta").Should().Contain("ours").And.Contain("theirs");
        sent.Header("host").Should().NotContain("gateway.test");
    }

    [Fact]
    public async Task A_key_in_the_query_is_refused_before_the_provider_sees_it()
    {
        await using var rig = await PassGateway.StartAsync(static (http, _) => HandlerUpstream.WriteAsync(http, "application/json", "{}"));

        (await rig.App.GetAsync($"/pass/up/models?key={SharedRig.AppKey}")).Status.Should().Be(HttpStatusCode.BadRequest);

        rig.Upstream.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Headers_of_the_answer_pass_but_for_those_that_would_be_taken_for_the_gateways()
    {
        await using var rig = await PassGateway.StartAsync(static (http, _) =>
        {
            foreach (var name in new[] { "Set-Cookie", "Server", "x-request-id", "x-gateway-cost-usd", "Access-Control-Allow-Origin", "Strict-Transport-Security", "Alt-Svc", "X-Hop", "X-Kept", "openai-version" })
                http.Response.Headers[name] = "theirs";
            http.Response.Headers.Connection = "X-Hop";
            return HandlerUpstream.WriteAsync(http, "application/json", "{}");
        });

        var answer = await rig.App.GetAsync("/pass/up/models");

        answer.Headers.Where(static h => h.Value == "theirs").Select(static h => h.Key.ToLowerInvariant()).Should().BeEquivalentTo(["x-kept", "openai-version"]);
        answer.Header("x-request-id").Should().StartWith("req_");
    }

    [Fact]
    public async Task A_providers_error_that_quotes_its_key_is_not_shown()
    {
        await using var rig = await PassGateway.StartAsync(static (http, _) =>
        {
            http.Response.StatusCode = 401;
            return HandlerUpstream.WriteAsync(http, "application/json", $$$"""{"error":{"message":"bad key {{{SharedRig.ProviderKey}}}"}}""");
        });

        var answer = await rig.App.GetAsync("/pass/up/models");

        answer.Status.Should().Be(HttpStatusCode.Unauthorized);
        (answer.Text + rig.Gateway.Output).Should().NotContain(SharedRig.ProviderKey);
    }
}
