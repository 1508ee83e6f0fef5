using Gateway.Core.Errors;
using Gateway.Pipeline;
using Gateway.Telemetry;

namespace Gateway.Routing;

/// <summary>
/// Step 4's answer and what follows from it: the targets of one request, one after the other. First each target of the model once, then those again that its <c>retries</c>
/// allow, after a pause; then its fallbacks, each of them so. docs/routing.md tells the same with examples.
/// </summary>
internal struct RouteWalk
{
    private readonly Call _call;
    private readonly bool _isDry;
    private ModelEntry _model;
    private RoutePlan _plan;
    private ulong _candidates;
    private bool _isOfTargets;       // none of the model's targets may be asked, and another model's may
    private int _retries;            // of the model, after each of its targets was asked
    private GatewayError? _failed;   // what the last of the model's targets that were asked failed with
    private Target? _rotated;        // whose keys are being gone through
    private int _keys;               // of it, so many were shown
    private IReadOnlyList<string> _fallbacks = [];
    private int _fallback;
    private ulong _asked, _spent;    // of the model's targets: entered; passed over because their retry budget was spent
    private Untried _before;         // of the models before

    /// <param name="isDry">It is only looked where the request would go: no target is entered, and nothing changes.</param>
    public RouteWalk(Call call, bool isDry = false)
    {
        (_call, _isDry) = (call, isDry);
        _model = call.Model!;
        Enter(_model);
    }

    /// <summary>The pause before the next target; zero: none.</summary>
    public TimeSpan Pause { get; private set; }

    /// <summary>The next target is one that this request has asked before.</summary>
    public bool IsRetry { get; private set; }

    /// <summary>When room in the next target's retry budget was taken for it, which is given back where no attempt is made; null: none was.</summary>
    public long? RoomTaken { get; private set; }

    private readonly Untried Untried => _before.And(_plan.LeftAlone & ~_asked, _spent & ~_asked, _spent & _asked);

    /// <param name="failed">What became of the last one; null: this is the first.</param>
    /// <param name="isProbe">See <see cref="Health.TargetHealth.TryEnter"/>.</param>
    /// <returns>The next target, entered; null: what failed last is the answer.</returns>
    public Target? Next(ref GatewayError? failed, out bool isProbe)
    {
        (Pause, IsRetry, RoomTaken) = (TimeSpan.Zero, false, null);
        isProbe = false;
        if (failed is not null && IsOver(failed)) return null;
        if (failed is not null && !_call.TargetIsFull) _failed = failed;
        if (failed is not null && OtherKey(failed, out isProbe) is { } same) return same;
        while (true)
        {
            if (failed is null || MayHelp(failed) || IsUnfit(failed))
            {
                if (_retries == 0 && (failed is null || _call.Options.Fallbacks) && Take(isRetry: false, out isProbe) is { } target) return target;
                if (failed is not null && Again(failed, out isProbe) is { } again) return again;
            }

            failed ??= Unavailable();
            if (NextModel(failed) is not { } model)
            {
                isProbe = false;
                return null;
            }

            Enter(model);
            if (Take(isRetry: false, out isProbe) is { } first) return first;
        }
    }

    /// <param name="error">What is to be the answer, since there is no next target.</param>
    /// <returns>The same, and where another target could have helped also why those that are left were not asked.</returns>
    public readonly GatewayError Told(GatewayError error) => IsOver(error) || !MayHelp(error) ? error : Untried.AddTo(error);

    /// <summary>A second target for a request that the first one keeps waiting: the plan's next, or that one again where there is no other.</summary>
    /// <returns>Entered; null: none that wants further load.</returns>
    public Target? Hedge(Target first)
    {
        var isProbe = false;
        var target = _call.Options.Fallbacks ? _plan.Next(out isProbe) : null;
        if (target is null && first.Health.TryEnter(out isProbe)) target = first;
        if (target is null || (!isProbe && !target.Health.IsCooling && target.Health.Retries.HasRoom))
        {
            if (target is not null) _asked |= _plan.BitOf(target);
            return target;
        }

        GiveBack(target, first);
        if (isProbe) target.Health.Passed();
        return null;
    }

    /// <summary>It was stopped for another's sake: should that one's answer come to nothing, it is as if it had not been asked.</summary>
    public void Spare(Target target) => _plan.GiveBack(target);

    /// <summary>It was not asked after all.</summary>
    public void GiveBack(Target target, Target first)
    {
        target.Health.Leave();
        if (!ReferenceEquals(target, first)) _plan.GiveBack(target);
    }

    /// <summary>
    /// The same target at once, with another of the provider's keys: each is shown once, whatever rests by then. One that has had enough (429) may not be the only one that has, so the next is load
    /// that the retry budget bounds; a refused key is left alone for long enough by itself.
    /// </summary>
    private Target? OtherKey(GatewayError failed, out bool isProbe)
    {
        isProbe = false;
        if (_call.Attempt is not { MayShowOtherKey: true } last) return null;
        last.MayShowOtherKey = false;
        var target = last.Target;
        if (!ReferenceEquals(_rotated, target)) (_rotated, _keys) = (target, 1);
        if (++_keys > target.Provider.Connection!.Keys.All.Count) return null;
        if (!target.Health.TryEnter(out isProbe)) return null;
        var isLoad = failed.UpstreamStatus == StatusCodes.Status429TooManyRequests;
        (IsRetry, RoomTaken) = (true, isLoad ? target.Health.Retries.TryTake() : null);
        if (!isLoad || RoomTaken is not null) return target;
        IsRetry = false;
        Pass(target, isProbe);
        return null;
    }

    /// <summary>The time that the client gave the request is over: it bounds all targets and fallbacks together.</summary>
    private readonly bool IsOver(GatewayError failed) => failed.IsClientLimit || (!_isDry && _call.IsOutOfTime);

    /// <summary>Another target may do better with this request.</summary>
    public readonly bool MayHelp(GatewayError failed) =>
        ErrorTable.Describe(failed.Kind).TryNextTarget || failed.UpstreamStatus == StatusCodes.Status429TooManyRequests || IsUnknownModel(failed) || failed.Kind == ErrorKind.NoTargetAvailable || _call.TargetIsFull;

    /// <summary>This target cannot do what the request asks; one of another kind may.</summary>
    private readonly bool IsUnfit(GatewayError failed)
    {
        if (failed is not { Kind: ErrorKind.InvalidRequest, UpstreamStatus: null } || _call.Attempt is not { Dispatched: false } last) return false;
        foreach (var target in _model.Targets)
            if (target.Provider.Manifest.Kind != last.Target.Provider.Manifest.Kind) return true;
        return false;
    }

    /// <summary>The operator's mistake, and not the client's: it never sees the provider's name of a model.</summary>
    private static bool IsUnknownModel(GatewayError failed) => failed is { UpstreamStatus: StatusCodes.Status404NotFound, Code: "model_not_found" or "DeploymentNotFound" };

    private void Enter(ModelEntry model)
    {
        _before = Untried;
        (_asked, _spent) = (0, 0);
        _model = _call.Serving = model;
        _candidates = Candidates.Of(model, _call);
        _plan = new RoutePlan(model, RouteAsk.Of(_call, model), _candidates, _isDry);
        (_retries, _failed) = (0, null);
    }

    /// <summary>The plan's next that has room: for further attempts, what fails everywhere is not to be made worse.</summary>
    private Target? Take(bool isRetry, out bool isProbe)
    {
        while (_plan.Next(out isProbe) is { } target)
        {
            RoomTaken = isRetry && _call.Attempts > 0 ? target.Health.Retries.TryTake() : null;
            if (_call.Attempts == 0 || (isRetry ? RoomTaken is not null : target.Health.Retries.HasRoom))
            {
                _asked |= _plan.Last;
                return target;
            }

            _spent |= _plan.Last;
            Pass(target, isProbe);
        }

        return null;
    }

    /// <remarks>A target at its own limit is passed over: the round goes on without it, and whether there is another one is up to what those failed with that were asked.</remarks>
    private Target? Again(GatewayError failed, out bool isProbe)
    {
        isProbe = false;
        if (_call.TargetIsFull)
        {
            if (_failed is null) return null;
            IsRetry = true;
            if (Take(isRetry: true, out isProbe) is { } other) return other;
            IsRetry = false;
            failed = _failed;
        }

        if (_call.Attempt is not { } last || failed.Kind == ErrorKind.NoTargetAvailable || _retries >= _model.Retries.After(AttemptOutcomes.Of(failed))) return null;
        if (RetryPause.After(failed, _retries, _call) is not { } pause) return null;
        var target = _retries > 0 ? Take(isRetry: true, out isProbe) : null;
        if (target is null)
        {
            _plan.Restart(_call.Options.Fallbacks ? _candidates : _candidates & _plan.BitOf(last.Target));
            target = Take(isRetry: true, out isProbe);
        }

        if (target is null) return null;
        _retries++;
        (Pause, IsRetry) = (pause, true);
        return target;
    }

    /// <summary>It was entered, and is not asked.</summary>
    private static void Pass(Target target, bool isProbe)
    {
        target.Health.Leave();
        if (isProbe) target.Health.Passed();
    }

    private GatewayError Unavailable()
    {
        if (_candidates == 0) return NoCandidate.Of(_model, _call, out _isOfTargets);
        return new(ErrorKind.NoTargetAvailable, $"Every target of the model '{_call.Fields.Model}' has been failing, and is left alone for now. Send the request again later.")
        {
            RetryAfter = _plan.Wait is { } wait && wait > TimeSpan.FromSeconds(1) ? wait : TimeSpan.FromSeconds(1),
        };
    }

    private ModelEntry? NextModel(GatewayError failed)
    {
        if (!_call.Options.Fallbacks) return null;
        if (ReferenceEquals(_model, _call.Model)) _fallbacks = _model.Fallbacks.After(failed, MayHelp(failed) || _isOfTargets);
        while (_fallback < _fallbacks.Count)
        {
            var model = _call.Snapshot.Models.Find(_fallbacks[_fallback++]);
            if (model is not null && !ReferenceEquals(model, _call.Model) && Candidates.Of(model, _call) != 0) return model;
        }

        return null;
    }
}
