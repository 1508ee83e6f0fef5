using Gateway.Admission;
using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Core.Usage;
using Gateway.Tests.Support;

namespace Gateway.Tests.Admission.Shares;

/// <summary>
/// Gateways with one limit of requests and one of tokens a minute, and next to them a list of everything that was let in, by the one true clock. Time likes to stop just before, at,
/// and just behind the minute of something that was let in before. The gateways' own clocks are up to two seconds off.
/// </summary>
internal sealed class RateHistory : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Random _random;
    private readonly IShareStore _store;
    private readonly string _name;
    private readonly ManualTime _time;
    private readonly List<(ShareInstance Gateway, bool IsHeldUp)> _gateways = [];
    private readonly List<Entry> _entries = [];
    private readonly TimeSpan _betweenBeats;
    private int _started, _beats;
    private TimeSpan _sinceBeat;

    /// <param name="store">Its clock is <paramref name="time"/>, or one that stands still.</param>
    public RateHistory(Random random, ManualTime time, IShareStore store, string name, int gateways)
    {
        (_random, _time, _store, _name) = (random, time, store, name);
        Rpm = random.Next(3) switch { 0 => random.Next(1, 21), 1 => random.Next(200, 260), _ => random.Next(20, 100) };
        Tpm = random.Next(2) == 0 ? random.Next(10, 240) : random.Next(240, 20_000);
        for (var i = 0; i < gateways; i++)
            Start();
        _betweenBeats = TimeSpan.FromSeconds(1) / gateways;
    }

    /// <summary>One that was let in; its tokens are the bound of it while it runs, then what it used.</summary>
    private sealed class Entry
    {
        public required DateTimeOffset At { get; init; }

        public required long Tokens { get; set; }

        public required Reservation? Running { get; set; }

        public required ShareInstance Gateway { get; init; }
    }

    public int Rpm { get; }

    public int Tpm { get; }

    public int Refused { get; private set; }

    /// <summary>The most that was ever let in within a minute.</summary>
    public long MostRequests { get; private set; }

    public long MostTokens { get; private set; }

    public void Dispose() => _gateways.ForEach(static g => g.Gateway.Dispose());

    public async Task StepAsync()
    {
        switch (_random.Next(24))
        {
            case < 9:
                await BurstAsync();
                break;
            case < 13:
                Settle();
                break;
            case < 17:
                await AdvanceAsync(TimeSpan.FromMilliseconds(_random.Next(3) switch { 0 => 0, 1 => _random.Next(300), _ => _random.Next(3000) }));
                break;
            case < 20:
                await AdvanceAsync(ToAMinuteAfterSomething());
                break;
            case 20:
                var which = _random.Next(_gateways.Count);
                _gateways[which] = _gateways[which] with { IsHeldUp = !_gateways[which].IsHeldUp };
                break;
            case 21 when _store is ModelShareStore model:
                model.Next = (ModelShareStore.Fault)_random.Next(1, 3);
                break;
            case 22 when _store is ModelShareStore && _random.Next(4) == 0:
                KillOne();
                break;
        }
    }

    /// <summary>All come to rest; then one of them has all there is.</summary>
    /// <returns>How many requests, of an even share of the tokens each, that one lets in; it may be all of <see cref="Rpm"/>.</returns>
    public async Task<int> RestAsync()
    {
        for (var i = 0; i < _gateways.Count; i++)
            _gateways[i] = _gateways[i] with { IsHeldUp = false };
        if (_store is ModelShareStore model)
            model.Next = ModelShareStore.Fault.None;
        // A minute for what was used, 15 s more for what a dead gateway may have used, and some seconds in which all is given back.
        await AdvanceAsync(TimeSpan.FromSeconds(90));
        var one = _gateways[_random.Next(_gateways.Count)].Gateway;
        var admitted = 0;
        for (var i = 0; i < Rpm; i++)
            admitted += await IsLetInAsync(one, Tpm / Rpm) ? 1 : 0;
        Look();
        return admitted;
    }

    private async Task BurstAsync()
    {
        var count = _random.Next(1, _random.Next(2) == 0 ? 4 : (Rpm / 2) + 4);
        var asked = Enumerable.Range(0, count).Select(_ => (_gateways[_random.Next(_gateways.Count)].Gateway, Tokens: (long)_random.Next(0, Math.Max(2, Tpm / _random.Next(1, 20))))).ToList();
        var answers = asked.Select(static a => a.Gateway.Begin(a.Tokens)).ToList();
        while (!answers.TrueForAll(static a => a.IsCompleted))
        {
            foreach (var (gateway, _) in _gateways.Where(static g => g.Gateway.Broker.IsAsked))
                await gateway.ExchangeAsync();
            await Task.Yield();
        }
        foreach (var ((gateway, tokens), answer) in asked.Zip(answers))
            Note(gateway, tokens, await answer);
        Look();
    }

    private async Task<bool> IsLetInAsync(ShareInstance gateway, long tokens) => Note(gateway, tokens, await gateway.EnterAsync(tokens));

    private bool Note(ShareInstance gateway, long tokens, AdmissionResult answer)
    {
        if (answer.IsAdmitted)
            _entries.Add(new() { At = _time.GetUtcNow(), Tokens = tokens, Running = answer.Reservation, Gateway = gateway });
        else
            Refused++;
        return answer.IsAdmitted;
    }

    private void Settle()
    {
        foreach (var entry in _entries.Where(static e => e.Running is not null).OrderBy(_ => _random.Next()).Take(_random.Next(1, 20)).ToList())
        {
            var used = _random.NextInt64(0, entry.Tokens + 1);
            entry.Running!.Settle(NanoUsd.Zero, new TokenUsage { Input = used });
            (entry.Tokens, entry.Running) = (used, null);
        }
    }

    /// <summary>Looks at the minute that ends now.</summary>
    private void Look()
    {
        var minute = _entries.Where(e => e.At > _time.GetUtcNow() - Minute).ToList();
        MostRequests = Math.Max(MostRequests, minute.Count);
        MostTokens = Math.Max(MostTokens, minute.Sum(static e => e.Tokens));
    }

    private TimeSpan ToAMinuteAfterSomething()
    {
        var inMinute = _entries.Where(e => e.At > _time.GetUtcNow() - Minute).ToList();
        if (inMinute.Count == 0)
            return Minute;
        var end = inMinute[_random.Next(inMinute.Count)].At + Minute - _time.GetUtcNow();
        var beside = _random.Next(6) switch { 0 => -1, 1 => 1, 2 => TimeSpan.TicksPerMillisecond, 3 => TimeSpan.TicksPerSecond / 4, 4 => -TimeSpan.TicksPerSecond * 2, _ => 0 };
        return new(Math.Max(0, end.Ticks + beside));
    }

    /// <summary>Each gateway exchanges once a second, one after the other.</summary>
    private async Task AdvanceAsync(TimeSpan by)
    {
        while (by > TimeSpan.Zero)
        {
            var step = _betweenBeats - _sinceBeat < by ? _betweenBeats - _sinceBeat : by;
            _time.Advance(step);
            by -= step;
            _sinceBeat += step;
            if (_sinceBeat < _betweenBeats)
                continue;
            _sinceBeat = TimeSpan.Zero;
            var (gateway, isHeldUp) = _gateways[_beats++ % _gateways.Count];
            if (!isHeldUp)
                await gateway.ExchangeAsync(isBeat: true);
        }
    }

    /// <summary>Another one takes its place, under another name: under its own it would begin its minute anew.</summary>
    private void KillOne()
    {
        var which = _random.Next(_gateways.Count);
        var killed = _gateways[which].Gateway;
        killed.Dispose();
        foreach (var entry in _entries.Where(e => e.Gateway == killed))
            entry.Running = null;
        _gateways.RemoveAt(which);
        Start();
    }

    private void Start()
    {
        var skew = TimeSpan.FromMilliseconds(_random.Next(-2000, 2001));
        _gateways.Add((new($"{_name}-g{_started++}", new SkewedTime(_time, skew, _random.NextInt64(0, 1L << 40)), _store,
            () => AdmissionRig.Key(_name, limits: new() { Rpm = Rpm, Tpm = Tpm })), false));
    }
}
