using System.Diagnostics;
using System.Net;
using System.Text;
using Gateway.EndToEnd.Rig;

namespace Gateway.EndToEnd.Overload;

/// <summary>How one request fared.</summary>
/// <param name="Due">When it was sent, from the start of the load.</param>
/// <param name="Took">To the last byte of its answer.</param>
public sealed record Shot(TimeSpan Due, TimeSpan Took, HttpStatusCode Status, bool IsOverloaded, int? RetryAfter)
{
    public bool IsServed => Status == HttpStatusCode.OK;

    public TimeSpan Ended => Due + Took;
}

/// <summary>Load that does not wait for answers: so many requests a second, whatever becomes of them. That is what a crowd does, and what a closed loop never shows.</summary>
public sealed class OpenLoop(GatewayProcess gateway, string key, string body) : IDisposable
{
    /// <summary>Between two handfuls of requests.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 4096 }) { BaseAddress = new Uri(gateway.Address) };

    /// <summary>The load, from its first request to the last answer.</summary>
    public async Task<IReadOnlyList<Shot>> RunAsync(int perSecond, TimeSpan duration)
    {
        var clock = Stopwatch.StartNew();
        return await RunAsync(perSecond, duration, _ => AskAsync(clock));
    }

    /// <summary>The same of whatever is asked.</summary>
    /// <param name="ask">Gets the request's number.</param>
    public static async Task<IReadOnlyList<T>> RunAsync<T>(int perSecond, TimeSpan duration, Func<int, Task<T>> ask)
    {
        var asked = new List<Task<T>>();
        using var timer = new PeriodicTimer(Pace);
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < duration)
        {
            // What a late timer has missed is made up for.
            while (asked.Count < clock.Elapsed.TotalSeconds * perSecond)
                asked.Add(ask(asked.Count));
            await timer.WaitForNextTickAsync();
        }

        return await Task.WhenAll(asked);
    }

    /// <summary>So many at a time, each as soon as the one before it is answered: the most there can be.</summary>
    public async Task<IReadOnlyList<Shot>> RunClosedAsync(int atOnce, TimeSpan duration)
    {
        var clock = Stopwatch.StartNew();
        return [.. (await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => RunOneAsync()))).SelectMany(static s => s)];

        async Task<List<Shot>> RunOneAsync()
        {
            var shots = new List<Shot>();
            while (clock.Elapsed < duration)
                shots.Add(await AskAsync(clock));
            return shots;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<Shot> AskAsync(Stopwatch clock)
    {
        var due = clock.Elapsed;
        using var request = new HttpRequestMessage(HttpMethod.Post, Caller.Chat) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new(due, clock.Elapsed - due, response.StatusCode, text.Contains("\"code\":\"overloaded\"", StringComparison.Ordinal), (int?)response.Headers.RetryAfter?.Delta?.TotalSeconds);
    }
}
