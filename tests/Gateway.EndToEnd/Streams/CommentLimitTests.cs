using System.Net;
using System.Text;
using Gateway.EndToEnd.Rig;
using Gateway.EndToEnd.Routing;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Streams;

/// <summary>Time limits that fall on a comment line: whichever comes first, the client is told.</summary>
public sealed class CommentLimitTests : IAsyncLifetime
{
    private RoutingGateway _rig = null!;

    public async Task InitializeAsync() => _rig = await RoutingGateway.StartAsync("""
          - { name: brief, keepalive: 300ms, targets: [{ provider: brisk, model: m, price: { input: 1, output: 2 } }] }
          - { name: kept, keepalive: 300ms, targets: [{ provider: up, model: m, price: { input: 1, output: 2 } }] }
        """, "breaker: { enabled: false }");

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Theory]
    [InlineData("brief", null)]   // its provider's timeout.first_byte is 300 ms too
    [InlineData("kept", "300ms")]
    [InlineData("kept", "310ms")]
    [InlineData("kept", "325ms")]
    public async Task A_time_limit_that_falls_on_a_comment_line_is_told(string model, string? limit)
    {
        (string, string)[] headers = limit is null ? [] : [("x-gateway-timeout", limit)];

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _rig.App.StreamAsync(Ask.Chat(model, new Script { Stall = Stall.First }, stream: true), headers: headers)));

        foreach (var answer in answers)
        {
            Encoding.UTF8.GetString(answer.Bytes).Should().Contain("\"upstream_timeout\"");
            if (answer.Status != HttpStatusCode.GatewayTimeout)
                answer.Should().Match<StreamedAnswer>(static a => a.Status == HttpStatusCode.OK && a.Errors.Count == 1 && !a.Done && a.Broken != null);
        }
    }
}
