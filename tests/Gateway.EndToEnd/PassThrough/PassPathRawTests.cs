using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.PassThrough;

/// <summary>Seen from both ends of real sockets: what arrives is below the provider's base_url, byte for byte, and nobody else is asked (reliability S7, S26).</summary>
public sealed class PassPathRawTests
{
    private const string Reply = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

    private static readonly string[] Ups =
    [
        "..", ".", "%2e%2e", "%2E%2e", ".%2e", "%252e%252e", "..;", "..;x", "%2e%2e%3b", "..%2f", "..%5c", "..\\", "%c0%ae%c0%ae", "%ff", "..%00", "..%20", "%EF%BC%8E%EF%BC%8E", "%e2%80%a5", "", "..%23", "..%3f", "%u002e%u002e",
    ];

    [Fact]
    public async Task No_spelling_of_the_way_up_reaches_the_provider()
    {
        await using var upstream = new RawUpstream(Reply, RawEnd.Fin);
        using var folder = new TempFolder();
        await using var gateway = await StartAsync(upstream, folder);

        foreach (var up in Ups)
        {
            foreach (var target in new[] { $"/pass/up/{up}/admin", $"/pass/up/a/{up}/{up}/admin", $"/pass/up/a/{up}", $"/pass/{up}/pass/up/x", $"/pass/up/{up}/{up}/{up}/etc/passwd?x=1" })
            {
                var reply = await RawHttp.SendAsync(gateway.Port, Get(target));
                reply.Status.Should().BeOneOf([400, 401, 403, 404], target);
            }
        }

        upstream.Received.Should().BeEmpty();
    }

    [Theory]
    [InlineData("http://gateway.test/pass/up/models")]
    [InlineData("http://evil.test/pass/up/models")]
    [InlineData("//evil.test/pass/up/models")]
    [InlineData("/PASS/up/models")]
    [InlineData("/x/../pass/up/models")]
    [InlineData("/pass/up/models#x")]
    public async Task Other_forms_of_a_request_line_reach_nobody(string target)
    {
        await using var upstream = new RawUpstream(Reply, RawEnd.Fin);
        using var folder = new TempFolder();
        await using var gateway = await StartAsync(upstream, folder);

        (await RawHttp.SendAsync(gateway.Port, Get(target))).Status.Should().BeOneOf(400, 404);

        upstream.Received.Should().BeEmpty();
    }

    [Theory]
    [InlineData("/pass/up/models?a=%2e%2E/..;b&c=%zz%00&d", "/base/v1/models?a=%2e%2E/..;b&c=%zz%00&d")]
    [InlineData("/pass/up/a%20b/%C3%a4/x:y@z,(1)*!$&'+=~", "/base/v1/a%20b/%C3%a4/x:y@z,(1)*!$&'+=~")]
    [InlineData("/pass/up/v1/models", "/base/v1/models")]
    public async Task What_passes_arrives_as_it_was_written(string target, string arrived)
    {
        await using var upstream = new RawUpstream(Reply, RawEnd.Fin);
        using var folder = new TempFolder();
        await using var gateway = await StartAsync(upstream, folder);

        var reply = await RawHttp.SendAsync(gateway.Port, Get(target));

        reply.Status.Should().Be(200, reply.Text);
        upstream.Received.Should().ContainSingle().Which.Should().StartWith($"GET {arrived} HTTP/1.1\r\n");
    }

    [Theory]
    [InlineData("{elsewhere}/v1/files/f", null)]
    [InlineData("//127.0.0.2/v1", null)]
    [InlineData("{upstream}/base/v1/files/f?x=1", "/pass/up/files/f?x=1")]
    [InlineData("/base/v1/files/f", "/pass/up/files/f")]
    [InlineData("other", "/pass/up/jobs/other")]
    [InlineData("../../../admin", null)]
    [InlineData("/admin", null)]
    public async Task A_redirect_is_not_followed_and_leads_nowhere_but_through_the_gateway(string location, string? told)
    {
        await using var elsewhere = new RawUpstream(Reply, RawEnd.Fin);
        using var folder = new TempFolder();
        await using var upstream = await HandlerUpstream.StartAsync((http, _) =>
        {
            http.Response.StatusCode = 307;
            http.Response.Headers.Location = location.Replace("{elsewhere}", elsewhere.Address, StringComparison.Ordinal).Replace("{upstream}", $"http://{http.Request.Host}", StringComparison.Ordinal);
            return Task.CompletedTask;
        });
        await using var rig = await PassGateway.StartAsync(upstream, path: "/base/v1");

        var answer = await rig.App.GetAsync("/pass/up/jobs/1");

        answer.Status.Should().Be(HttpStatusCode.TemporaryRedirect);
        answer.Header("location").Should().Be(told);
        elsewhere.Received.Should().BeEmpty();
        upstream.Requests.Should().ContainSingle();
    }

    private static string Get(string target) => $"GET {target} HTTP/1.1\r\nHost: gateway.test\r\nAuthorization: Bearer {SharedRig.AppKey}\r\n\r\n";

    private static Task<GatewayProcess> StartAsync(RawUpstream upstream, TempFolder folder) => GatewayProcess.StartAsync(folder, $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
        store: sqlite:{folder}/gateway.db
        providers: [{ name: up, kind: openai-compatible, base_url: "{{upstream.Address}}/base/v1", api_key: x }]
        keys: [{ name: app, key: {{SharedRig.AppKey}} }]
        """);
}
