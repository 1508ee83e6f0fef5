using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Routing;

/// <summary>Where a target fails and others are there, the error says why they were not asked.</summary>
public sealed class UntriedTests
{
    private const string Models = """
          - { name: tri, strategy: ordered, targets: [{ provider: up, model: one }, { provider: up, model: two }, { provider: up, model: three }], fallbacks: [other] }
          - { name: other, targets: [{ provider: up, model: four }] }
          - { name: again, retries: 1, targets: [{ provider: up, model: one }] }
          - { name: once, targets: [{ provider: up, model: one }] }
          - { name: bad, targets: [{ provider: up, model: bad }] }
          - { name: pair, strategy: ordered, targets: [{ provider: up, model: one }, { provider: up, model: bad }] }
          - { name: pair-back, strategy: ordered, targets: [{ provider: up, model: bad }, { provider: up, model: one }] }
        """;

    [Theory]
    [InlineData("tri", 500, " 3 more targets were not tried: their retry budget is spent.")]
    [InlineData("again", 500, " It was not tried again: the retry budget is spent.")]
    [InlineData("once", 500, null)]
    [InlineData("tri", 400, null)]
    public async Task A_spent_retry_budget_is_named_where_it_kept_the_request_from_another_attempt(string model, int status, string? why)
    {
        await using var rig = await RoutingGateway.StartAsync(Models, "breaker: { enabled: false }\nretry_budget: { ratio: 0, min: 0 }");
        var name = Ask.NewCase("spent");

        var message = await FailAsync(rig, model, name, status);

        if (why is null) message.Should().NotContain("tried");
        else message.Should().EndWith(why);
        (await rig.Upstream.RequestsAsync(name)).Should().ContainSingle();
    }

    [Fact]
    public async Task A_target_that_its_breaker_leaves_alone_is_named_as_such()
    {
        await using var rig = await RoutingGateway.StartAsync(Models, "breaker: { min_attempts: 2, window: 60s, open: 60s }");
        var name = Ask.NewCase("bad");
        await Eventually.TrueAsync(async () => (await rig.App.ChatAsync(Ask.Chat("bad", new Script { Case = name, Status = 500 }))).Status == HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(10), static () => "the breaker to open");

        (await FailAsync(rig, "pair", Ask.NewCase("alone"), 500)).Should().EndWith(" 1 more target was not tried: it has been failing, and is left alone for now.");
        (await FailAsync(rig, "pair-back", Ask.NewCase("mine"), 400)).Should().NotContain("tried", "it would not have helped");
    }

    private static async Task<string> FailAsync(RoutingGateway rig, string model, string name, int status)
    {
        var answer = await rig.App.ChatAsync(Ask.Chat(model, new Script { Case = name, Status = status }));
        ((int)answer.Status).Should().Be(status == 500 ? 502 : status);
        return answer.Error.GetProperty("message").GetString()!;
    }
}
