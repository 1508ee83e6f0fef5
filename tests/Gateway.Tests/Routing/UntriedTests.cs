using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Routing;
using Gateway.Tests.Support;

namespace Gateway.Tests.Routing;

/// <summary>What a client is told of the targets that it was not sent to.</summary>
public sealed class UntriedTests
{
    private static readonly GatewayError Failed = new(ErrorKind.BadUpstream, "down") { UpstreamStatus = 500 };

    [Fact]
    public void They_are_told_with_a_failure_that_another_target_may_help_with_and_with_no_other()
    {
        var (away, well) = (RouteRig.Target("away"), RouteRig.Target("well"));
        away = away with { Health = Models.Health("acme", "away", new BreakerConfig { MinAttempts = 2 }) };
        for (var i = 0; i < 3; i++) away.Health.Failed(Failed, false, false, TimeSpan.Zero);
        var model = Models.Model("fast", well, away) with { Strategy = Strategy.Ordered };
        var walk = new RouteWalk(RouteRig.Call(model));
        GatewayError? failed = null;
        walk.Next(ref failed, out _).Should().BeSameAs(well);
        failed = Failed;
        walk.Next(ref failed, out _).Should().BeNull();

        walk.Told(Failed).Message.Should().Be("down. 1 more target was not tried: it has been failing, and is left alone for now.");
        var refused = new GatewayError(ErrorKind.UpstreamRejected, "wrong") { UpstreamStatus = 400 };
        walk.Told(refused).Should().BeSameAs(refused);
        var late = new GatewayError(ErrorKind.UpstreamTimeout, "late") { IsClientLimit = true };
        walk.Told(late).Should().BeSameAs(late);
    }

    [Theory]
    [InlineData(0, 0, 0, "x")]
    [InlineData(2, 0, 0, "x. 2 more targets were not tried: they have been failing, and are left alone for now.")]
    [InlineData(0, 2, 0, "x. 2 more targets were not tried: their retry budget is spent.")]
    [InlineData(1, 1, 1, "x. 1 more target was not tried: it has been failing, and is left alone for now. 1 more target was not tried: its retry budget is spent. It was not tried again: the retry budget is spent.")]
    public void Each_reason_is_a_sentence(int leftAlone, int spent, int notAgain, string message) =>
        new Untried(leftAlone, spent, notAgain).AddTo(new(ErrorKind.BadUpstream, "x")).Message.Should().Be(message);

    [Fact]
    public void Where_all_are_left_alone_the_error_says_so_itself()
    {
        var error = new GatewayError(ErrorKind.NoTargetAvailable, "Every target is left alone.");
        new Untried(2, 0, 0).AddTo(error).Should().BeSameAs(error);
    }
}
