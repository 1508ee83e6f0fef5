using System.Net;
using System.Text;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Tests.Metering;
using Gateway.Tests.Support;
using Gateway.Upstream;

namespace Gateway.Tests.Upstream;

/// <summary>Access tokens: asked for once, shown until shortly before their end, and exchanged in good time.</summary>
public sealed class TokenCredentialTests : IDisposable
{
    private readonly ManualTimers _time = new(new DateTimeOffset(2026, 11, 22, 7, 0, 0, TimeSpan.Zero));
    private readonly Endpoint _endpoint = new();
    private readonly HttpMessageInvoker _client;
    private readonly TokenCredential _credential;

    public TokenCredentialTests()
    {
        _client = new HttpMessageInvoker(_endpoint);
        _credential = new TokenCredential(new Exchange(), _client);
    }

    [Fact]
    public async Task Requests_that_come_together_wait_for_one_question()
    {
        var hold = _endpoint.Hold();
        var waiting = Enumerable.Range(0, 20).Select(_ => Show().AsTask()).ToList();
        waiting.Should().OnlyContain(static t => !t.IsCompleted);
        hold.SetResult();

        foreach (var shown in await Task.WhenAll(waiting)) shown.Value!.Single().Should().Be(new KeyValuePair<string, string>("Authorization", "Bearer t1"));
        _endpoint.Forms.Should().Equal("form at 07:00:00");
        _credential.Secrets.Select(static s => Encoding.UTF8.GetString(s.Span)).Should().Equal("t1");
    }

    [Fact]
    public async Task A_token_is_shown_without_waiting_and_the_next_one_asked_for_in_time()
    {
        await Show();
        _time.Advance(TimeSpan.FromMinutes(54));
        Now().Should().Be("Bearer t1");
        _endpoint.Forms.Should().HaveCount(1);

        var hold = _endpoint.Hold();
        _time.Advance(TimeSpan.FromMinutes(2));
        Now().Should().Be("Bearer t1", "nobody waits for the next one");
        Now().Should().Be("Bearer t1");
        hold.SetResult();
        await _endpoint.Answered(2);

        await Ledgers.EventuallyAsync(() => Now() == "Bearer t2", "the token to be asked for");
        _endpoint.Forms.Should().Equal("form at 07:00:00", "form at 07:56:00");
    }

    [Fact]
    public async Task A_token_that_has_expired_is_waited_for()
    {
        await Show();
        _time.Advance(TimeSpan.FromMinutes(59.75));

        (await Show()).Value!.Single().Value.Should().Be("Bearer t2");
    }

    [Fact]
    public async Task A_failure_is_everybodys_who_waits_and_the_next_request_asks_again()
    {
        _endpoint.Status = HttpStatusCode.ServiceUnavailable;
        (await Show()).Error.Should().BeEquivalentTo(new { Kind = ErrorKind.BadUpstream, Message = "status 503" });
        _endpoint.Status = HttpStatusCode.OK;

        (await Show()).Value!.Single().Value.Should().Be("Bearer t2");
    }

    [Fact]
    public async Task A_failure_ahead_of_time_hurts_nobody_and_is_not_repeated_at_once()
    {
        await Show();
        _endpoint.Status = HttpStatusCode.ServiceUnavailable;
        _time.Advance(TimeSpan.FromMinutes(56));
        Now().Should().Be("Bearer t1");
        await _endpoint.Answered(2);
        for (var i = 0; i < 5000; i++)
        {
            Now().Should().Be("Bearer t1");
            await Task.Yield();   // the question that failed comes to its end somewhere among these
        }

        _endpoint.Forms.Should().HaveCount(2);
        _time.Advance(TimeSpan.FromSeconds(11));
        await Ledgers.EventuallyAsync(() => Now() == "Bearer t1" && _endpoint.Forms.Count == 3, "the token to be asked for");
    }

    [Fact]
    public async Task An_endpoint_that_cannot_be_reached_is_a_bad_upstream()
    {
        _endpoint.Failure = new HttpRequestException(HttpRequestError.ConnectionError, "no");

        (await Show()).Error.Should().BeEquivalentTo(new { Kind = ErrorKind.BadUpstream, Message = "There is no access token: tokens.example cannot be reached (ConnectionError)." });
    }

    [Fact]
    public async Task Who_gives_up_waiting_does_not_stop_the_others()
    {
        var hold = _endpoint.Hold();
        using var gone = new CancellationTokenSource();
        var (first, second) = (_credential.ShowAsync(Request(), gone.Token).AsTask(), Show().AsTask());
        await gone.CancelAsync();
        await first.Awaiting(static t => t).Should().ThrowAsync<OperationCanceledException>();
        hold.SetResult();

        (await second).Value!.Single().Value.Should().Be("Bearer t1");
    }

    public void Dispose()
    {
        _client.Dispose();
        _endpoint.Dispose();
    }

    private ValueTask<Outcome<IReadOnlyList<KeyValuePair<string, string>>>> Show() => _credential.ShowAsync(Request(), CancellationToken.None);

    /// <summary>What a request gets that cannot wait.</summary>
    private string Now()
    {
        var shown = Show().AsTask();
        shown.IsCompletedSuccessfully.Should().BeTrue();
        return shown.GetAwaiter().GetResult().Value!.Single().Value;
    }

    private OutgoingRequest Request() => new("POST", new Uri("https://a.example/"), default, [], _time);

    private sealed class Exchange : ITokenExchange
    {
        public Uri Address { get; } = new("https://tokens.example/token");

        public string Form(DateTimeOffset now) => $"form at {now:HH:mm:ss}";

        public Outcome<AccessToken> Read(int status, ReadOnlySpan<byte> body) =>
            status == 200 ? new AccessToken(Encoding.UTF8.GetString(body), TimeSpan.FromHours(1)) : new GatewayError(ErrorKind.BadUpstream, $"status {status}");
    }

    /// <summary>Answers <c>t1</c>, <c>t2</c> …</summary>
    private sealed class Endpoint : HttpMessageHandler
    {
        private readonly SemaphoreSlim _answered = new(0);
        private TaskCompletionSource? _hold;
        private int _count;

        public List<string> Forms { get; } = [];

        public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

        public HttpRequestException? Failure { get; set; }

        /// <summary>Keeps answers back until it is set.</summary>
        public TaskCompletionSource Hold() => _hold = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task Answered(int count)
        {
            for (; count > 0; count--) (await _answered.WaitAsync(TimeSpan.FromSeconds(20))).Should().BeTrue();
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Failure is not null) throw Failure;
            request.Content!.Headers.ContentType!.MediaType.Should().Be("application/x-www-form-urlencoded");
            var form = await request.Content.ReadAsStringAsync(cancellationToken);
            lock (Forms) Forms.Add(form);
            if (_hold is { } hold) await hold.Task;
            _answered.Release();
            return new HttpResponseMessage(Status) { Content = new StringContent($"t{Interlocked.Increment(ref _count)}") };
        }

        protected override void Dispose(bool disposing)
        {
            _answered.Dispose();
            base.Dispose(disposing);
        }
    }
}
