using Gateway.Reply;
using Gateway.Tests.Support;
using Gateway.Upstream;

namespace Gateway.Tests.Reply;

/// <summary>Comment lines that are on their way while something else ends.</summary>
public sealed class KeepAliveTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ManualTimers _time = new(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly Deadlines _all;
    private readonly Deadline _deadline;
    private readonly GatedClient _client;

    public KeepAliveTests()
    {
        _all = new Deadlines(_time);
        _deadline = new Deadline(_all, TimeSpan.FromDays(1), CancellationToken.None);
        _client = new GatedClient(_time);
    }

    public void Dispose()
    {
        _deadline.Dispose();
        _all.Dispose();
        _client.Dispose();
    }

    [Fact]
    public async Task A_comment_that_is_being_sent_when_the_attempt_ends_is_sent_whole()
    {
        var comments = await CommentAsync();

        _deadline.Cancel(StopReason.TotalTimeout);
        var stopped = comments.StopAsync().AsTask();
        _client.Open();
        await stopped.WaitAsync(Patience);

        _client.Received.Should().Be(": keep-alive\n\n");
        _client.Call.Http.Response.BodyWriter.UnflushedBytes.Should().Be(0, "what lies there would stand before the next answer");
        _deadline.ClientHasLeft.Should().BeFalse();
        _client.RequestAborted.IsCancellationRequested.Should().BeFalse();
    }

    [Fact]
    public async Task A_client_that_leaves_a_comment_unread_is_cut_after_the_flush_timeout()
    {
        var comments = await CommentAsync();
        _client.RequestAborted.IsCancellationRequested.Should().BeFalse();

        var stopped = comments.StopAsync().AsTask();
        for (var i = 0; i < 1_000_000 && !stopped.IsCompleted; i++)
        {
            _time.Advance(GatedClient.FlushTimeout);   // again, where the flush was not waited for yet
            await Task.Yield();
        }

        await stopped.WaitAsync(Patience);
        _client.RequestAborted.IsCancellationRequested.Should().BeTrue();
        _deadline.ClientHasLeft.Should().BeTrue();
    }

    /// <summary>The first comment is on its way when this returns.</summary>
    private async Task<KeepAlive> CommentAsync()
    {
        var comments = KeepAlive.Start(_client.Call, _deadline)!;
        _time.Advance(GatedClient.Keepalive + Deadlines.Resolution);
        await _client.Asked.WaitAsync(Patience);
        return comments;
    }
}
