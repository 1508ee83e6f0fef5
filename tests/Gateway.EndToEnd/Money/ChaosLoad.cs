using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Money;

/// <summary>Clients of every gateway of a fleet, somebody who kills gateways, somebody who gives back what a dead one has, somebody who raises budgets that are used up, and somebody who looks at them all the time.</summary>
internal sealed class ChaosLoad : IDisposable
{
    public const int WorkersPerGateway = 6;

    // So many in a row, and there is nothing left for anybody.
    private const int RefusalsOfAll = 30;

    // Refused clients come back like this; who asks at once keeps the processors busy with refusals.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Fleet _fleet;
    private readonly string[] _keys;
    private readonly int _seed;
    private readonly Life[] _lives;
    private readonly CancellationTokenSource _over = new();
    private int _unavailable, _kills, _samples;
    private volatile bool _isFrozen;

    /// <param name="keys">The clients' keys, in turn.</param>
    public ChaosLoad(Fleet fleet, int gateways, IReadOnlyList<ChaosBudget> budgets, string[] keys, int seed)
    {
        (_fleet, Budgets, _keys, _seed) = (fleet, budgets, keys, seed);
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

    /// <summary>The last one is the gateway's, which every request draws on.</summary>
    public IReadOnlyList<ChaosBudget> Budgets { get; }

    public int Kills => _kills;

    /// <summary>Dead gateways whose money was given back.</summary>
    public int Forgotten { get; private set; }

    public int Samples => Volatile.Read(ref _samples);

    /// <summary>Samples in which something was less than nothing.</summary>
    public int Negatives { get; private set; }

    public override string ToString() =>
        $"{Answered.Count} answered, {_unavailable} without the store; {Kills} kills, {Forgotten} of them forgotten; {Samples} looks at the budgets. {string.Join("; ", Budgets)}";

    public async Task RunAsync(TimeSpan time)
    {
        var workers = Enumerable.Range(0, _lives.Length * WorkersPerGateway)
            .Select(w => Task.Run(() => WorkAsync(w % _lives.Length, _keys[w / _lives.Length % _keys.Length], $"chaos-{w}", new Random(_seed + w))));
        var killers = Task.WhenAll(Task.Run(() => KillAsync(new Random(_seed - 1), time)), Task.Run(() => ForgetAsync(new Random(_seed - 2), time)));
        Task[] all = [.. workers, Task.Run(RaiseAsync), Task.Run(WatchAsync), killers];
        // Who fails first says why; the others would wait for ever.
        await await Task.WhenAny(all);
        await _over.CancelAsync();
        await Task.WhenAll(all);
    }

    public void Dispose() => _over.Dispose();

    private async Task WorkAsync(int gateway, string key, string name, Random random)
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
                await AskAsync(_fleet[gateway].Caller(key), script, stream: random.Next(2) == 0);
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
                foreach (var budget in Budgets)
                    budget.Note(System.Text.Encoding.UTF8.GetString(answer.Bytes));
                break;
            case HttpStatusCode.ServiceUnavailable:
                Interlocked.Increment(ref _unavailable);
                break;
            default:
                throw new InvalidOperationException($"{script.Case}: {answer.Status} {System.Text.Encoding.UTF8.GetString(answer.Bytes)}");
        }
        await Task.Delay(Pause);
    }

    /// <summary>Kills one of all but the last, lets it lie for a moment, and starts it again, until the time is over.</summary>
    private async Task KillAsync(Random random, TimeSpan time)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < time)
        {
            await Task.Delay(random.Next(100, 1500), _over.Token);
            await KillAsync(random.Next(_lives.Length - 1), () => Task.Delay(random.Next(0, 1000), _over.Token));
        }
    }

    /// <summary>Kills the last one and has another forget it, as soon as that is allowed; then it comes back all the same, with its journal. What it had may be spent: nobody says it is not.</summary>
    private async Task ForgetAsync(Random random, TimeSpan time)
    {
        var began = Stopwatch.GetTimestamp();
        var last = _lives.Length - 1;
        do
        {
            await Task.Delay(random.Next(500, 3000), _over.Token);
            var id = await _fleet.IdAsync(last);
            await KillAsync(last, async () =>
            {
                // Who did it may have been killed before the answer: then nobody knows it any more.
                for (var i = 0; await WithOneAsync(i % last, gateway => _fleet.ForgetAsync(gateway, id, "?unspent=keep")) is not (HttpStatusCode.NoContent or HttpStatusCode.NotFound); i++)
                    await Task.Delay(Pause, _over.Token);
                Forgotten++;
                // Nobody raises anything now: the others spend to the end, before it comes to say what it had spent.
                _isFrozen = true;
                var refused = Budgets[^1].Refused;
                await UntilAsync(() => Budgets[^1].Refused >= refused + RefusalsOfAll);
            });
            var samples = Samples;
            await UntilAsync(() => Samples >= samples + _lives.Length);
            _isFrozen = false;
        }
        while (Stopwatch.GetElapsedTime(began) < time);
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(Pause, _over.Token);
    }

    private async Task KillAsync(int which, Func<Task> whileDead)
    {
        var next = new Life();
        var killed = Interlocked.Exchange(ref _lives[which], next);
        try
        {
            killed.IsKilled = true;
            await _fleet[which].KillAsync();
            Interlocked.Increment(ref _kills);
            await whileDead();
            await _fleet[which].StartAsync();
            next.Started.SetResult();
        }
        catch (Exception e)
        {
            next.Started.SetException(e);
            throw;
        }
    }

    private async Task RaiseAsync()
    {
        for (var i = 0; !_over.IsCancellationRequested; i++)
        {
            await Task.Delay(Pause);
            if (_isFrozen || Budgets.FirstOrDefault(static b => b.IsShort) is not { } budget)
                continue;
            await WithOneAsync(i, async which =>
            {
                // Counted only where it is asked for: a limit that nobody has would hide what is spent beyond the real one.
                var answer = await _fleet[which].Caller(GatewayProcess.AdminKey).PostAsync("/admin/v1/budgets/raises", budget.Raise());
                return answer.Status == HttpStatusCode.Created ? true : throw new InvalidOperationException(answer.Text);
            });
        }
    }

    private async Task WatchAsync()
    {
        for (var i = 0; !_over.IsCancellationRequested; i++)
        {
            if (await WithOneAsync(i, which => _fleet[which].BudgetsAsync()) is not { } seen)
                continue;
            foreach (var budget in Budgets)
                budget.Look(seen.Single(budget.Is));
            Negatives += seen.Count(static b => b.Spent < 0 || b.Held < 0);
            Interlocked.Increment(ref _samples);
        }
    }

    /// <summary>Asks one gateway after the other; nothing where it was killed meanwhile.</summary>
    private async Task<T?> WithOneAsync<T>(int turn, Func<int, Task<T>> ask)
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
            return await ask(which);
        }
        catch (Exception e) when (life.IsKilled && IsOfAKill(e))
        {
            return default;
        }
    }

    private static bool IsOfAKill(Exception e) => e is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException;
}
