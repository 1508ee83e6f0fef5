using System.Globalization;
using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Core.Usage;
using Gateway.Tests.Support;
using static Gateway.Tests.Admission.AdmissionRig;

namespace Gateway.Tests.Admission.Shares;

/// <summary>Random histories of gateways that share limits, are killed, come back, and lose the store (I4, I5, I9, M10). GATEWAY_SEED repeats a run.</summary>
public sealed class SharedHistoryTests
{
    private const int Histories = 2_000, Steps = 60, Gateways = 3;

    [Fact]
    public async Task No_limit_is_ever_exceeded_and_in_the_end_nothing_is_missing()
    {
        var seed = int.Parse(EnvironmentSource.Process.Get("GATEWAY_SEED") ?? Environment.TickCount.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var random = new Random(seed);
        for (var i = 0; i < Histories; i++)
        {
            using var history = new History(random, $"seed {seed}, history {i}");
            await history.RunAsync();
        }
    }

    private sealed class History : IDisposable
    {
        private readonly Random _random;
        private readonly string _which;
        private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 20, 22, 0, 0, TimeSpan.Zero));
        private readonly ModelShareStore _store;
        private readonly Rows _ledger = new();
        private readonly ShareInstance?[] _gateways = new ShareInstance?[Gateways];
        private readonly List<Attempt> _attempts = [];
        private readonly long _day, _hour;
        private readonly int _rpm, _concurrency;

        public History(Random random, string which)
        {
            (_random, _which) = (random, which);
            _store = new(_time);
            (_day, _hour) = (random.Next(50, 1000), random.Next(50, 1000));
            (_rpm, _concurrency) = (random.Next(5, 40), random.Next(2, 8));
        }

        /// <summary>One that was let in. Of a gateway that was killed it is open until the gateway comes back.</summary>
        private sealed class Attempt
        {
            public required int Gateway { get; init; }

            public required DateTimeOffset At { get; init; }

            public required long Amount { get; set; }

            public Reservation? Running { get; set; }

            public bool IsInLedger { get; set; }

            /// <summary>Its gateway was not heard of for so long that it counted as dead: its place was given away.</summary>
            public bool IsOrphan { get; set; }
        }

        public void Dispose()
        {
            foreach (var gateway in _gateways)
                gateway?.Dispose();
        }

        public async Task RunAsync()
        {
            for (var i = 0; i < Gateways; i++)
                await StartAsync(i);
            for (var step = 0; step < Steps; step++)
            {
                await StepAsync(_random.Next(Gateways));
                Check();
            }
            await EndAsync();
        }

        private async Task StepAsync(int which)
        {
            switch (_random.Next(20))
            {
                case < 9:
                    await EnterAsync(which);
                    break;
                case < 13:
                    Settle(which);
                    break;
                case < 15 when _gateways[which] is { } gateway:
                    await gateway.ExchangeAsync(isBeat: _random.Next(2) == 0);
                    break;
                case < 17:
                    _time.Advance(_random.Next(4) switch { 0 => TimeSpan.FromSeconds(20), 1 => TimeSpan.FromMinutes(13), _ => TimeSpan.FromMilliseconds(_random.Next(1500)) });
                    break;
                case 17:
                    _store.Next = (ModelShareStore.Fault)_random.Next(1, 3);
                    break;
                case 18 when _gateways[which] is { } killed && _random.Next(2) == 0:
                    killed.Dispose();
                    _gateways[which] = null;
                    break;
                case 19 when _gateways[which] is null:
                    await StartAsync(which);
                    break;
            }
        }

        private async Task EnterAsync(int which)
        {
            if (_gateways[which] is not { } gateway)
                return;
            var at = _time.GetUtcNow();
            var amount = _random.Next(0, 60);
            if ((await gateway.EnterAsync(amount)).Reservation is { } reservation)
                _attempts.Add(new() { Gateway = which, At = at, Amount = amount, Running = reservation });
        }

        private void Settle(int which)
        {
            if (_gateways[which] is null || _attempts.Find(a => a.Gateway == which && a.Running is not null) is not { } attempt)
                return;
            var cost = _random.NextInt64(0, attempt.Amount + 1);
            attempt.Running!.Settle(new NanoUsd(cost * NanoPerToken), new TokenUsage { Input = cost });
            (attempt.Amount, attempt.Running) = (cost, null);
            Write(attempt);
        }

        /// <summary>The rows of a killed gateway are in the ledger before it serves again; those under way as if they had cost all they held.</summary>
        private async Task StartAsync(int which)
        {
            foreach (var attempt in _attempts.Where(a => a.Gateway == which && !a.IsInLedger))
            {
                attempt.Running = null;
                Write(attempt);
            }
            _store.Next = ModelShareStore.Fault.None;
            var gateway = _gateways[which] = new($"g{which}", _time, _store, () => Key("web-app", "growth", new() { Rpm = _rpm, Concurrency = _concurrency }, Budget(_day)),
                Team("growth", null, Budget(_hour, BudgetPeriod.Hour) with { Rolling = true }));
            await gateway.RestoreAsync(_ledger);
        }

        private void Write(Attempt attempt)
        {
            attempt.IsInLedger = true;
            _ledger.Add($"g{attempt.Gateway}", attempt.At, attempt.Amount);
        }

        private void Check()
        {
            var now = _time.GetUtcNow();
            Require(_attempts.Where(a => a.At.Date == now.Date).Sum(static a => a.Amount) <= _day, "day");
            Require(_attempts.Where(a => a.At > now.AddHours(-1)).Sum(static a => a.Amount) <= _hour, "hour");
            foreach (var attempt in _attempts.Where(a => _gateways[a.Gateway] is null or { Broker.IsStale: true }))
                attempt.IsOrphan = true;
            Require(_attempts.Count(static a => a is { Running: not null, IsOrphan: false }) <= _concurrency, "concurrency");
        }

        /// <summary>All gateways come back and come to rest: what is left of the day's budget can be spent to the last token, by any of them.</summary>
        private async Task EndAsync()
        {
            for (var i = 0; i < Gateways; i++)
            {
                if (_gateways[i] is null)
                    await StartAsync(i);
            }
            for (var i = 0; i < Gateways; i++)
            {
                while (_attempts.Exists(a => a.Gateway == i && a.Running is not null))
                    Settle(i);
            }
            _store.Next = ModelShareStore.Fault.None;
            for (var beat = 0; beat < 100; beat++)
            {
                _time.Advance(TimeSpan.FromMinutes(1));
                foreach (var gateway in _gateways)
                    await gateway!.ExchangeAsync(isBeat: true);
            }
            var left = _day - _attempts.Where(a => a.At.Date == _time.GetUtcNow().Date).Sum(static a => a.Amount);
            var one = _gateways[_random.Next(Gateways)]!;
            Require(!(await one.EnterAsync(Math.Min(left, _hour) + 1)).IsAdmitted, "more than is left");
            Require((await one.EnterAsync(Math.Min(left, _hour))).IsAdmitted, "the rest");
        }

        // Many times: the words are made only when they are needed.
        private void Require(bool holds, string what)
        {
            if (!holds)
                holds.Should().BeTrue($"{_which}: {what}");
        }
    }
}
