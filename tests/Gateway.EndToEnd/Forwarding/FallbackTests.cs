using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Forwarding;

/// <summary>Which target serves, and when another one is asked.</summary>
[Collection(OneGateway.Name)]
public sealed class FallbackTests(SharedRig rig)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_target_that_cannot_be_reached_is_followed_by_the_next_one(bool stream)
    {
        var name = Ask.NewCase("refused");
        var body = Ask.Chat("refused", new Script { Case = name, Text = "second" }, stream);

        var content = stream ? (await rig.App.StreamAsync(body)).Content : (await rig.App.ChatAsync(body)).Content;

        content.Should().Be("second");
        (await rig.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle(static r => r.TargetModel == "second-dear" && r.Status == 200);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(422)]
    public async Task A_request_that_is_itself_wrong_is_not_tried_elsewhere(int status)
    {
        var name = Ask.NewCase("no-fallback");

        var answer = await rig.App.ChatAsync(Ask.Chat("chain", new Script { Case = name, Status = status }));

        ((int)answer.Status).Should().Be(status);
        (await rig.Upstream.RequestsAsync(name)).Should().ContainSingle();
    }

    [Theory]
    [InlineData(Cut.Fin)]
    [InlineData(Cut.Rst)]
    [InlineData(Cut.Clean)]
    public async Task A_stream_that_has_begun_is_never_begun_again(Cut cut)
    {
        var name = Ask.NewCase("no-splice");
        var directive = new Directive { Script = new Script { Case = name, Text = "second" }, Models = new() { ["first"] = new Script { Case = name, Cut = cut, After = 2, Chunks = 5 } } };

        var stream = await rig.App.StreamAsync(Ask.Chat("chain", directive, name, stream: true));

        stream.Content.Trim().Should().Be("tok0 tok1");
        stream.Errors.Should().ContainSingle();
        stream.Done.Should().BeFalse();
        (await rig.Upstream.RequestsAsync(name)).Should().ContainSingle("the second target was not asked");
    }

    [Fact]
    public async Task A_client_can_switch_fallbacks_off()
    {
        var name = Ask.NewCase("off");

        var answer = await rig.App.ChatAsync(Ask.Chat("chain", new Script { Case = name, Status = 500 }), ("x-gateway-fallbacks", "off"));

        answer.Status.Should().Be(HttpStatusCode.BadGateway);
        (await rig.Upstream.RequestsAsync(name)).Should().ContainSingle();
    }

    [Fact]
    public async Task When_every_target_failed_the_last_ones_failure_is_told()
    {
        var name = Ask.NewCase("all-failed");

        var answer = await rig.App.ChatAsync(Ask.Chat("chain", new Script { Case = name, Status = 500 }));

        answer.Status.Should().Be(HttpStatusCode.BadGateway);
        answer.Error.GetProperty("code").GetString().Should().Be("bad_upstream");
        answer.Header("x-gateway-attempts").Should().Be("2");
        (await rig.Gateway.RowsOfAsync(name, 2)).Should().HaveCount(2).And.OnlyContain(static r => r.CostNanoUsd == 0);
    }

    [Fact]
    public async Task Ordered_targets_are_asked_in_their_order()
    {
        var name = Ask.NewCase("ordered");
        for (var i = 0; i < 10; i++)
            (await rig.App.ChatAsync(Ask.Chat("chain", new Script { Case = name }))).Header("x-gateway-target").Should().Be("up/first");
    }

    [Fact]
    public async Task Weighted_targets_share_requests_by_their_weights()
    {
        const int Requests = 400;
        var name = Ask.NewCase("weighted");
        var body = Ask.Chat("split", new Script { Case = name });

        var answers = await Task.WhenAll(Enumerable.Range(0, Requests).Select(_ => rig.App.ChatAsync(body)));

        // 3 : 1. A fair draw of 400 leaves 300 ± 52 with a chance of less than one in a billion (six standard deviations).
        answers.Count(static a => a.Header("x-gateway-target") == "up/split-three").Should().BeInRange(248, 352);
    }
}
