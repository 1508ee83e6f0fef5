using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Money;

/// <summary>What tests of requests that are made once look at.</summary>
internal static class Replays
{
    public static void ShouldReplay(Answer replay, Answer first)
    {
        replay.Status.Should().Be(first.Status, replay.Text);
        replay.Text.Should().Be(first.Text);
        replay.Header("x-gateway-idempotent-replay").Should().Be("true");
        replay.Header("x-gateway-original-request-id").Should().Be(first.Header("x-request-id"));
        replay.Header("x-request-id").Should().NotBe(first.Header("x-request-id"));
    }

    public static void ShouldRefuse(Answer answer, HttpStatusCode status, string code)
    {
        answer.Status.Should().Be(status, answer.Text);
        answer.Error.GetProperty("type").GetString().Should().Be("invalid_request_error");
        answer.Error.GetProperty("code").GetString().Should().Be(code);
    }

    /// <summary>The row of another case, asked for after it, is there: nothing more is to come.</summary>
    public static async Task<LedgerEntry> OneRowAsync(SharedRig rig, string name)
    {
        await rig.App.ChatAsync(Ask.Chat("fast", new Script { Case = name + "-after" }));
        await rig.Gateway.RowsOfAsync(name + "-after", 1);
        return (await rig.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle().Which;
    }
}
