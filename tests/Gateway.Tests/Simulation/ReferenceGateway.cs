using Gateway.Config;
using Gateway.Routing;

namespace Gateway.Tests.Simulation;

/// <summary>
/// What the gateway should do, written down a second time and without regard for speed: each request is a little process that says how long it sleeps next; the earliest one goes on.
/// Of the product it uses the scrambler of random bits and nothing else.
/// </summary>
internal sealed class ReferenceGateway
{
    private readonly Scenario _scenario;
    private readonly Transcript _said = new();
    private readonly ReferenceOwner _gateway;
    private readonly List<ReferenceOwner> _teams;
    private readonly List<ReferenceOwner> _keys;
    private readonly List<ReferenceTarget> _targets;
    private readonly PriorityQueue<IEnumerator<TimeSpan>, (DateTimeOffset At, int Order)> _asleep = new();
    private DateTimeOffset _now;
    private int _order;

    private ReferenceGateway(Scenario scenario)
    {
        _scenario = scenario;
        _gateway = Owner("gateway", scenario.Gateway);
        _teams = [.. scenario.Teams.Select(static t => Owner("team", t))];
        _keys = [.. scenario.Keys.Select(static k => Owner("key", k))];
        _targets = [.. scenario.Targets.Select(t => new ReferenceTarget(t, scenario.Breaker))];
    }

    private enum Failure { None, Refused, Full, Upstream, Rejected, RateLimited, Unavailable }

    public static IReadOnlyList<string> Run(Scenario scenario)
    {
        var gateway = new ReferenceGateway(scenario);
        foreach (var request in scenario.Requests) gateway._asleep.Enqueue(new Request(gateway, request).Serve().GetEnumerator(), (scenario.Start + request.At, gateway._order++));
        while (gateway._asleep.TryDequeue(out var process, out var next))
        {
            gateway._now = next.At;
            if (process.MoveNext()) gateway._asleep.Enqueue(process, (gateway._now + WholeMilliseconds(process.Current), gateway._order++));
        }

        gateway.TellBudgets(static b => b.Period == BudgetPeriod.Total);
        return gateway._said.Lines;
    }

    private static ReferenceOwner Owner(string kind, SimOwner owner) => new(kind, owner.Name, owner.Limits, owner.Budgets);

    /// <summary>As timers wait.</summary>
    private static TimeSpan WholeMilliseconds(TimeSpan sleep) => TimeSpan.FromMilliseconds(Math.Floor(sleep.TotalMilliseconds));

    private void TellBudgets(Func<(string Owner, BudgetPeriod Period, long Spent, long Held), bool> which) =>
        _said.Budgets(_keys.Concat(_teams).Append(_gateway).SelectMany(o => o.Status(_now)).Where(which));

    /// <summary>One request.</summary>
    private sealed class Request(ReferenceGateway gateway, SimRequest request)
    {
        private readonly Dictionary<ReferenceTarget, int> _tries = [];
        private Failure _failed;
        private string _words = "";
        private int _attempts, _retries;
        private long _cost;
        private ulong _chance;
        private SimModel _model = null!;
        private List<ReferenceTarget> _left = [];

        private DateTimeOffset Now => gateway._now;

        private Transcript Said => gateway._said;

        private SimModel Asked => gateway._scenario.Models[request.Model];

        private List<ReferenceTarget> All => [.. _model.Targets.Select(t => gateway._targets[t])];

        /// <summary>Another target, another try or another model may do better.</summary>
        private bool MayHelp => _failed is Failure.Full or Failure.Upstream or Failure.RateLimited or Failure.Unavailable;

        public IEnumerable<TimeSpan> Serve()
        {
            gateway.TellBudgets(static _ => true);
            foreach (var model in Asked.Fallbacks.Select(f => gateway._scenario.Models[f]).Prepend(Asked))
            {
                if (_model == Asked && !MayHelp) break;
                (_model, _retries, _chance) = (model, 0, request.Chance);
                _left = All;
                for (var isNew = true; ; isNew = false)
                {
                    var (pause, isRetry) = (TimeSpan.Zero, false);
                    var next = isNew || (_retries == 0 && MayHelp) ? Take(isRetry: false) : null;
                    if (next is null && MayHelp && Again() is { } again) (next, pause, isRetry) = (again.Next, again.Pause, true);
                    if (next is not { } chosen) break;
                    if (isRetry) Said.Retried(Asked.Name);
                    if (pause > TimeSpan.Zero) yield return pause;
                    foreach (var sleep in Attempt(chosen.Target, chosen.IsProbe, isRetry)) yield return sleep;
                    if (_failed == Failure.None) yield break;
                }

                if (_failed == Failure.None) (_failed, _words) = (Failure.Unavailable, "NoTargetAvailable ");
            }

            Said.Answered(Now, request.Id, _words, _attempts, _cost);
        }

        private IEnumerable<TimeSpan> Attempt(ReferenceTarget target, bool isProbe, bool isRetry)
        {
            if (_attempts == 0) target.First(Now);
            var (config, key) = (target.Config, gateway._scenario.Keys[request.Key]);
            var input = gateway._scenario.Body(request).Length;
            var use = new ReferenceUse(Now, 1000L * config.Input * (input + (2 * request.MaxTokens)), input + request.MaxTokens);
            ReferenceOwner[] owners = [gateway._keys[request.Key], .. gateway._teams.Where(t => t.Name == key.Team), gateway._gateway, target.Owner];
            foreach (var owner in owners)
            {
                if (owner.Refuses(Now, use.Money, use.Tokens) is not { } forMoney) continue;
                Said.Refused(owner.Kind, owner.Name, forMoney);
                if (isProbe) target.Pass(Now);
                (_failed, _words) = (owner == target.Owner ? Failure.Full : Failure.Refused, forMoney ? "BudgetExceeded " : "RateLimited ");
                yield break;
            }

            foreach (var owner in owners) owner.Take(use);
            var number = ++_attempts;
            var tries = _tries[target] = _tries.GetValueOrDefault(target) + 1;
            var fate = gateway._scenario.FateOf(request.Number, config.Name, tries - 1);
            var isGood = fate.Status == 200;
            if (isGood) target.Report(true, isProbe, Now);
            yield return fate.After;
            var (read, written) = isGood ? (fate.Input, fate.Output) : (0, 0);
            var cost = 1000L * config.Input * (read + (2 * written));
            use.Settle(cost, read + written);
            _cost += cost;
            Said.Row($"{request.Id}-{number}", key.Name, Asked.Name, config.Name, use.At, fate.Status, cost, read, written);
            if (isGood) Said.Answered(Now, request.Id, config.Name, _attempts, _cost);
            else Failed(target, fate.Status, isProbe);
            _failed = isGood ? Failure.None : _failed;
            if (!isGood && number > 1 && !isRetry) target.Further(Now);
        }

        private void Failed(ReferenceTarget target, int status, bool isProbe)
        {
            (_failed, var kind) = status switch
            {
                429 => (Failure.RateLimited, "RateLimited"),
                400 => (Failure.Rejected, "UpstreamRejected"),
                408 => (Failure.Upstream, "UpstreamTimeout"),
                _ => (Failure.Upstream, "BadUpstream"),
            };
            _words = $"{kind} {status}";
            target.Report(_failed != Failure.Upstream, isProbe, Now);
            if (status == 429) target.Cool(Now.AddSeconds(1));
        }

        /// <summary>The strategy's next target that may be asked and, for a further attempt, has room for it.</summary>
        private (ReferenceTarget Target, bool IsProbe)? Take(bool isRetry)
        {
            while (_left.Count > 0)
            {
                var asked = _left.Where(t => t.MayBeAsked(Now)).ToList();
                var fresh = asked.Where(t => !t.IsCooling(Now)).ToList();
                var target = _model.Targets.Count == 1 ? _left[0] : Choose(fresh.Count > 0 ? fresh : asked.Count > 0 ? asked : _left);
                _left.Remove(target);
                if (!target.MayBeAsked(Now)) continue;
                var isProbe = target.Enter();
                if (_attempts == 0) return (target, isProbe);
                if (target.HasRoom(Now))
                {
                    if (isRetry) target.Further(Now);
                    return (target, isProbe);
                }

                if (isProbe) target.Pass(Now);
            }

            return null;
        }

        private ReferenceTarget Choose(List<ReferenceTarget> from)
        {
            if (from.Count == 1 || _model.Strategy == Strategy.Ordered) return from[0];
            if (_model.Strategy == Strategy.LowestCost) return from.MinBy(static t => t.Config.Input)!;
            var drawn = (long)((UInt128)SplitMix.Next(ref _chance) * (ulong)from.Sum(static t => t.Config.Weight) >> 64);
            return from.First(t => (drawn -= t.Config.Weight) < 0);
        }

        /// <summary>The model's targets once more, after a pause.</summary>
        private ((ReferenceTarget, bool) Next, TimeSpan Pause)? Again()
        {
            if (_attempts == 0 || _failed is Failure.Full or Failure.Unavailable || _retries >= _model.Retries) return null;
            var state = request.Chance + (ulong)_retries;
            var pause = TimeSpan.FromMilliseconds(250 << _retries);
            pause -= pause / 2 * (SplitMix.Next(ref state) / (double)ulong.MaxValue);
            if (_failed == Failure.RateLimited && pause < TimeSpan.FromSeconds(1)) pause = TimeSpan.FromSeconds(1);
            var next = _retries > 0 ? Take(isRetry: true) : null;
            if (next is null)
            {
                _left = All;
                next = Take(isRetry: true);
            }

            if (next is null) return null;
            _retries++;
            return (next.Value, pause);
        }
    }
}
