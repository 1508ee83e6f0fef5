using Gateway.Config;
using Gateway.Routing;

namespace Gateway.Tests.Simulation;

/// <summary>One request on its way over targets, tries and models, as docs/routing.md tells it.</summary>
internal sealed partial class ReferenceRequest(ReferenceGateway gateway, SimRequest request)
{
    private readonly Dictionary<ReferenceTarget, int> _tries = [];
    private Failure _failed;
    private string _words = "";
    private Failure _modelsOwn;   // what the last of the model's targets that was asked failed with
    private (Failure Failure, string Words) _told;   // of any target that was asked
    private DateTimeOffset? _room;   // when room for the next attempt was taken
    private SimReceipt _got = new();
    private int _attempts, _retries;
    private long _cost;
    private ulong _chance;
    private SimModel _model = null!;
    private List<ReferenceTarget> _left = [];

    private enum Failure { None, Refused, Full, Upstream, Rejected, RateLimited, Unavailable, Left }

    private DateTimeOffset? LeavesAt => gateway.Scenario.Start + request.At + request.Leaves;

    private bool HasLeft => LeavesAt <= Now;

    private DateTimeOffset Now => gateway.Now;

    private Transcript Said => gateway.Said;

    private SimModel Asked => gateway.Scenario.Models[request.Model];

    private List<ReferenceTarget> All => [.. _model.Targets.Select(t => gateway.Targets[t])];

    /// <summary>Another target, another try or another model may do better.</summary>
    private bool MayHelp => _failed is Failure.Full or Failure.Upstream or Failure.RateLimited or Failure.Unavailable;

    /// <summary>The client has its answer, or a part of it, or is gone.</summary>
    private bool IsOver => _got.Status != 0 || HasLeft;

    public IEnumerable<TimeSpan> Serve()
    {
        gateway.TellBudgets(static _ => true);
        foreach (var model in Asked.Fallbacks.Select(f => gateway.Scenario.Models[f]).Prepend(Asked))
        {
            if (_model == Asked && !MayHelp) break;
            (_model, _retries, _chance, _modelsOwn) = (model, 0, request.Chance, Failure.None);
            _left = All;
            for (var isNew = true; ; isNew = false)
            {
                var (pause, isRetry) = (TimeSpan.Zero, false);
                _room = null;
                var next = isNew || (_retries == 0 && MayHelp) ? Take(isRetry: false) : null;
                if (next is null && MayHelp && Again() is { } again) (next, pause, isRetry) = (again.Next, again.Pause, true);
                if (next is not { } chosen) break;
                if (isRetry) Said.Retried(Asked.Name);
                if (pause > TimeSpan.Zero) yield return Until(pause, drains: false);
                if (HasLeft)
                {
                    NotAsked(chosen.Target, chosen.IsProbe);
                    Fail(Failure.Left, "ClientClosed ");
                    break;
                }

                foreach (var sleep in Attempt(chosen.Target, chosen.IsProbe, isRetry)) yield return sleep;
                if (_failed != Failure.Full) (_modelsOwn, _told) = (_failed, (_failed, _words));
                if (IsOver) break;
            }

            if (IsOver) break;
            if (_failed == Failure.None) Fail(Failure.Unavailable, "NoTargetAvailable ");
        }

        Tell();
    }

    private void Fail(Failure failure, string words) => (_failed, _words) = (failure, words);

    private void NotAsked(ReferenceTarget target, bool isProbe)
    {
        if (_room is { } taken) target.NotFurther(taken);
        if (isProbe) target.Pass(Now);
    }

    /// <summary>The last words: the answer's end, or why there is none.</summary>
    private void Tell()
    {
        if (_failed == Failure.Full && _told.Failure != Failure.None) Fail(_told.Failure, _told.Words);   // not that another target was at its own limit
        Said.Answered(Now, request.Id, _words, _attempts, _cost);
        if (HasLeft) _got = _got with { HasLeft = true };
        else if (_failed != Failure.None) _got = _got with { Status = IsOver ? 200 : Status, Error = ErrorType, IsCut = IsOver && !_isStated };
        Said.Got(request.Id, _got);
    }

    /// <summary>The strategy's next target that may be asked and, for a further attempt, has room for it.</summary>
    private (ReferenceTarget Target, bool IsProbe)? Take(bool isRetry)
    {
        while (_left.Count > 0)
        {
            var target = Choose();
            _left.Remove(target);
            if (!target.MayBeAsked(Now)) continue;
            var isProbe = target.Enter();
            if (_attempts == 0) return (target, isProbe);
            if (target.HasRoom(Now))
            {
                if (isRetry) target.Further((_room = Now).Value);
                return (target, isProbe);
            }

            if (isProbe) target.Pass(Now);
        }

        return null;
    }

    private ReferenceTarget Choose()
    {
        var asked = _left.Where(t => t.MayBeAsked(Now)).ToList();
        var fresh = asked.Where(t => !t.IsCooling(Now)).ToList();
        return _model.Targets.Count == 1 ? _left[0] : Choose(fresh.Count > 0 ? fresh : asked.Count > 0 ? asked : _left);
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
        var failed = _failed;
        if (failed == Failure.Full)   // it is passed over: the others have their turn, and what they failed with decides about another one
        {
            if (_modelsOwn == Failure.None) return null;
            if (Take(isRetry: true) is { } other) return (other, TimeSpan.Zero);
            failed = _modelsOwn;
        }

        if (_attempts == 0 || failed == Failure.Unavailable || _retries >= _model.Retries) return null;
        var state = request.Chance + (ulong)_retries;
        var pause = TimeSpan.FromMilliseconds(250 << _retries);
        pause -= pause / 2 * (SplitMix.Next(ref state) / (double)ulong.MaxValue);
        if (failed == Failure.RateLimited && pause < TimeSpan.FromSeconds(1)) pause = TimeSpan.FromSeconds(1);
        var next = _retries > 0 ? Take(isRetry: true) : null;
        if (next is null)
        {
            _left = All;
            next = Take(isRetry: true);
        }

        if (next is null) return null;
        _retries++;
        return (next.Value, WholeMilliseconds(pause));
    }

    /// <summary>A client that leaves ends the sleep, unless what it leaves behind is read to its end.</summary>
    private TimeSpan Until(TimeSpan sleep, bool drains) => !drains && LeavesAt is { } at && at > Now && at < Now + sleep ? at - Now : sleep;

    /// <summary>As timers wait.</summary>
    private static TimeSpan WholeMilliseconds(TimeSpan sleep) => TimeSpan.FromMilliseconds(Math.Floor(sleep.TotalMilliseconds));
}
