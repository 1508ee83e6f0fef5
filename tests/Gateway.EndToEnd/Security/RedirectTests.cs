using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Security;

/// <summary>Nobody but the configuration says where a request, and the provider's key with it, goes (reliability S7).</summary>
[Collection(OneGateway.Name)]
public sealed class RedirectTests(SharedRig rig)
{
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_an_error_and_its_target_never_sees_a_byte(int status)
    {
        await using var elsewhere = new RawUpstream("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", RawEnd.Fin);
        var script = new Script { Status = status, Body = "", Headers = new() { ["location"] = elsewhere.Address + "/v1/chat/completions" } };

        foreach (var stream in new[] { false, true })
        {
            var answer = await rig.App.ChatAsync(Ask.Chat("fast", script, stream));
            answer.Status.Should().Be(HttpStatusCode.BadGateway);
            answer.Error.GetProperty("code").GetString().Should().Be("bad_upstream");
        }

        elsewhere.Received.Should().BeEmpty();
    }

    [Theory]
    [InlineData("api_base")]
    [InlineData("base_url")]
    [InlineData("api_key")]
    [InlineData("proxy")]
    [InlineData("extra_headers")]
    [InlineData("headers")]
    [InlineData("provider")]
    [InlineData("custom_llm_provider")]
    public async Task A_field_of_the_body_moves_no_request(string field)
    {
        await using var elsewhere = new RawUpstream("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", RawEnd.Fin);
        var name = Ask.NewCase("api-base");
        var value = field.EndsWith("headers", StringComparison.Ordinal) ? "{\"authorization\":\"Bearer theirs\",\"host\":\"evil\"}" : $"\"{elsewhere.Address}/v1\"";

        var answer = await rig.App.ChatAsync(Ask.Chat("fast", new Script { Case = name }, extra: $"\"{field}\":{value}"));

        ((int)answer.Status).Should().BeOneOf(200, 400);
        elsewhere.Received.Should().BeEmpty();
        foreach (var request in await rig.Upstream.RequestsAsync(name))
            request.Header("authorization").Should().Be($"Bearer {SharedRig.ProviderKey}");
    }
}
