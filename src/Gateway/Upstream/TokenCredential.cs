using System.Buffers;
using System.Net.Http.Headers;
using System.Text;
using Gateway.Core.Errors;
using Gateway.Core.Providers;

namespace Gateway.Upstream;

/// <summary>
/// A bearer token that expires. It is asked for with the first request and again in good time before its end, while requests go on with the one there is; one at a time, and nobody
/// waits but where there is none.
/// </summary>
internal sealed class TokenCredential(ITokenExchange exchange, HttpMessageInvoker client) : ICredential
{
    /// <summary>Before its end the next one is asked for. Longer than an attempt may take to begin.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(5);

    /// <summary>A token this near its end is none: clocks differ, and the request has to get there.</summary>
    private static readonly TimeSpan TooLate = TimeSpan.FromSeconds(30);

    /// <summary>After a failure, while the old token is still good.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private const int MaxBody = 64 * 1024;

    private static readonly MediaTypeHeaderValue FormType = new("application/x-www-form-urlencoded");

    private readonly Lock _lock = new();
    private Task<Outcome<Held>>? _asking;
    private volatile Held? _held;
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;

    public IReadOnlyList<ReadOnlyMemory<byte>> Secrets => _held is { } held ? [held.Secret] : [];

    public ValueTask<Outcome<IReadOnlyList<KeyValuePair<string, string>>>> ShowAsync(OutgoingRequest request, CancellationToken cancellationToken)
    {
        var now = request.Time.GetUtcNow();
        if (_held is not { } held || now >= held.End - TooLate) return WaitAsync(request.Time, cancellationToken);
        if (now >= held.End - Early) Ask(request.Time, early: true);
        return new(new Outcome<IReadOnlyList<KeyValuePair<string, string>>>(held.Headers, null));
    }

    private async ValueTask<Outcome<IReadOnlyList<KeyValuePair<string, string>>>> WaitAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var asked = await Ask(time, early: false)!.WaitAsync(cancellationToken);
        return asked.IsOk ? new Outcome<IReadOnlyList<KeyValuePair<string, string>>>(asked.Value.Headers, null) : asked.Error;
    }

    /// <summary>The question under way, or a new one; null where an early one has failed just now.</summary>
    private Task<Outcome<Held>>? Ask(TimeProvider time, bool early)
    {
        lock (_lock)
        {
            if (_asking is { IsCompleted: false }) return _asking;
            var now = time.GetUtcNow();
            if (early && now < _notBefore) return null;
            if (_held is { } held && now < held.End - Early) return Task.FromResult(new Outcome<Held>(held, null));   // somebody was faster
            _notBefore = now + Pause;
            return _asking = Task.Run(() => FetchAsync(time));   // not on this request's time: others wait for it too
        }
    }

    private async Task<Outcome<Held>> FetchAsync(TimeProvider time)
    {
        var now = time.GetUtcNow();
        try
        {
            using var timeout = new CancellationTokenSource(Longest, time);
            using var message = new HttpRequestMessage(HttpMethod.Post, exchange.Address) { Content = new BodyContent(Encoding.ASCII.GetBytes(exchange.Form(now))) { Headers = { ContentType = FormType } } };
            using var response = await client.SendAsync(message, timeout.Token);
            await using var stream = await response.Content.ReadAsStreamAsync(timeout.Token);
            var body = ArrayPool<byte>.Shared.Rent(MaxBody);
            try
            {
                var length = await stream.ReadAtLeastAsync(body, MaxBody, throwOnEndOfStream: false, timeout.Token);
                var read = exchange.Read((int)response.StatusCode, body.AsSpan(0, Math.Min(length, MaxBody)));
                if (!read.IsOk) return read.Error;
                var held = new Held(read.Value.Value, now + read.Value.Lifetime);
                _held = held;
                return held;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(body, clearArray: true);
            }
        }
        catch (HttpRequestException e)
        {
            return new GatewayError(ErrorKind.BadUpstream, $"There is no access token: {exchange.Address.Host} cannot be reached ({e.HttpRequestError}).");
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or System.Net.Sockets.SocketException)
        {
            return new GatewayError(ErrorKind.BadUpstream, $"There is no access token: {exchange.Address.Host} did not answer.");
        }
    }

    /// <param name="End">When it expires.</param>
    private sealed record Held(string Token, DateTimeOffset End)
    {
        public IReadOnlyList<KeyValuePair<string, string>> Headers { get; } = [new("Authorization", "Bearer " + Token)];

        public ReadOnlyMemory<byte> Secret { get; } = Encoding.ASCII.GetBytes(Token);

        public override string ToString() => "***";
    }
}
