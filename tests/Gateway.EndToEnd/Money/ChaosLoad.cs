using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Money;

/// <summary>Clients of every gateway of a fleet, somebody who kills gateways, somebody who raises the budget when it is used up, and somebody who looks at it all the time.</summary>
internal sealed class ChaosLoad : IDisposable
{
    public const int WorkersPerGateway = 6;

    // Refused clients come back like this; who asks at once keeps the processors busy with refusals.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Fleet _fleet;
    private readonly long _step;
    private readonly int _seed;
    private readonly Life[] _lives;
    private readonly CancellationTokenSource _over = new();
    private long _limit;
    private int _refused, _unavailable;
    private volatile bool _isShort;

    public ChaosLoad(Fleet fleet, int gateways, long step, int seed)
    {
        (_fleet, _step, _seed, _limit) = (fleet, step, seed, step);
        _lives = [.. Enumerable.Range(0, gateways).Select(static _ => new Life())];
        foreach (var life in _lives)
            life.Started.SetResult();
    }

    /// <summary>From one start of a gateway to its kill.</summary>
    private sealed class Life
    {
        public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public volatile bool IsKilled;
    }

    /// <summary>Names of requests whose last byte arrived.</summary>
    public ConcurrentDictionary<string, byte> Answered { get; } = new();

    /// <summary>Nano-dollars that anybody was ever allowed to spend.</summary>
    public long Limit => Interlocked.Read(ref _limit);

    public int Kills { get; private set; }

    public int Refused => _refused;

    public int Samples { get; private set; }

    /// <summary>The most that spent and held together were above the limit; below it where negative.</summary>
    public long MostOverLimit { get; private set; } = long.MinValue;

    /// <summary>Samples in which something was less than nothing.</summary>
    public int Negatives { get; private set; }

    public override string ToString() =>
        $"{Answered.Count} answered, {_refused} refused, {_unavailable} without the store; {Kills} kills, {Samples} looks at the budget, at most {-MostOverLimit} nano-dollars below the limit of {Limit}";

    public async Task RunAsync(TimeSpan time)
    {
        var workers = Enumerable.Range(0, _lives.Length * WorkersPerGateway).Select(w => Task.Run(() => WorkAsync(w % _lives.Length, $"chaos-{w}", new Random(_seed + w)))).ToList();
        var others = new[] { Task.Run(() => KillAsync(new Random(_seed - 1), time)), Task.Run(RaiseAsync), Task.Run(WatchAsync) };
        // Who fails first says why; the others would wait for ever.
        await await Task.WhenAny(workers.Concat(others));
        await _over.CancelAsync();
        await Task.WhenAll(workers.Concat(others));
    }

    public void Dispose() => _over.Dispose();

    private async Task WorkAsync(int gateway, string name, Random random)
    {
        for (var i = 0; !_over.IsCancellationRequested; i++)
        {
            var life = Volatile.Read(ref _lives[gateway]);
            await life.Started.Task;
            var script = new Script
            {
                Case = $"{name}-{i}",
                PromptTokens = random.Next(1, 1000),
                Chunks = random.Next(1, 7),
                HeadersMs = random.Next(0, 30),
                DelayMs = random.Next(0, 20),
                Usage = random.Next(4) == 0 ? UsageShape.Every : UsageShape.Final,
            };
            try
            {
                await AskAsync(_fleet[gateway].Caller(SharedRig.AppKey), script, stream: random.Next(2) == 0);
            }
            catch (Exception e) when (life.IsKilled && IsOfAKill(e))
            {
                // It was killed in the middle: nobody knows what became of this one, but the books must.
            }
        }
    }

    private async Task AskAsync(Caller caller, Script script, bool stream)
    {
        var answer = await caller.StreamAsync(Ask.Chat("fast", script, stream, "\"max_tokens\":3000"));
        if (answer.Broken is { } broken)
            throw new IOException($"{script.Case} was cut", broken);
        switch (answer.Status)
        {
            case HttpStatusCode.OK when !stream || answer.Done:
                Answered[script.Case!] = 0;
                return;
            case HttpStatusCode.TooManyRequests:
                Interlocked.Increment(ref _refused);
                _isShort = true;
                break;
            case HttpStatusCode.ServiceUnavailable:
                Interlocked.Increment(ref _unavailable);
                break;
            default:
                throw new InvalidOperationException($"{script.Case}: {answer.Status} {System.Text.Encoding.UTF8.GetString(answer.Bytes)}");
        }
        await Task.Delay(Pause);
    }

    /// <summary>Kills one, lets it lie for a moment, and starts it again, until the time is over.</summary>
    private async Task KillAsync(Random random, TimeSpan time)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < time)
        {
            await Task.Delay(random.Next(100, 1500), _over.Token);
            var which = random.Next(_lives.Length);
            var next = new Life();
            var killed = Interlocked.Exchange(ref _lives[which], next);
            try
            {
                killed.IsKilled = true;
                await _fleet[which].KillAsync();
                Kills++;
                await Task.Delay(random.Next(0, 1000), _over.Token);
                await _fleet[which].StartAsync();
                next.Started.SetResult();
            }
            catch (Exception e)
            {
                next.Started.SetException(e);
                throw;
            }
        }
    }

    private async Task RaiseAsync()
    {
        for (var i = 0; !_over.IsCancellationRequested; i++)
        {
            await Task.Delay(Pause);
            if (!_isShort)
                continue;
            _isShort = false;
            var body = $$"""{"owner_kind":"key","owner":"app","period":"total","amount_usd":{{(_step / 1e9m).ToString(CultureInfo.InvariantCulture)}},"until":"2100-01-01T00:00:00Z","reason":"more"}""";
            // Before it is: whoever may spend it earlier than we hear of it is within the limit.
            Interlocked.Add(ref _limit, _step);
            await WithOneAsync(i, async gateway =>
            {
                var answer = await gateway.Caller(GatewayProcess.AdminKey).PostAsync("/admin/v1/budgets/raises", body);
                return answer.Status == HttpStatusCode.Created ? true : throw new InvalidOperationException(answer.Text);
            });
        }
    }

    private async Task WatchAsync()
    {
        for (var i = 0; !_over.IsCancellationRequested; i++)
        {
            var budgets = await WithOneAsync(i, static gateway => gateway.BudgetsAsync());
            if (budgets is null)
                continue;
            var budget = budgets.Single();
            MostOverLimit = Math.Max(MostOverLimit, budget.Spent + budget.Held - Limit);
            Negatives += budget.Spent < 0 || budget.Held < 0 ? 1 : 0;
            Samples++;
        }
    }

    /// <summary>Asks one gateway after the other; nothing where it was killed meanwhile.</summary>
    private async Task<T?> WithOneAsync<T>(int turn, Func<GatewayProcess, Task<T>> ask)
    {
        var which = turn % _lives.Length;
        var life = Volatile.Read(ref _lives[which]);
        if (!life.Started.Task.IsCompleted)
        {
            await Task.Delay(Pause);
            return default;
        }
        try
        {
            return await ask(_fleet[which]);
        }
        catch (Exception e) when (life.IsKilled && IsOfAKill(e))
        {
            return default;
        }
    }

    private static bool IsOfAKill(Exception e) => e is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException;
}
