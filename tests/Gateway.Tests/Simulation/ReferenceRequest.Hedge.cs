using Gateway.Telemetry;

namespace Gateway.Tests.Simulation;

/// <summary>The wait for an attempt's answer to begin, and the second attempt where that takes too long (docs/routing.md, "Answers that take too long").</summary>
internal sealed partial class ReferenceRequest
{
    private ReferenceAttempt? _answering;   // whose answer the client gets; null: nobody's

    private IEnumerable<TimeSpan> FirstAnswer(ReferenceAttempt first)
    {
        if (Patience(first) is not { } patience)
        {
            yield return Until(first.Fate.Head, first.Target.Config.Drains);
            Judge(first);
            yield break;
        }

        var left = AwaitBeginning(first);
        if (left > patience || (left == patience && LastStep(first) > first.Use.At))   // at one moment, what was waited for sooner comes first
        {
            yield return Until(patience, drains: false);
            left -= patience;
            if (!HasLeft && Second(first) is { } second)
            {
                foreach (var sleep in Race(first, left, second)) yield return sleep;
                yield break;
            }
        }

        if (!HasLeft) yield return Until(left, drains: false);
        Judge(first);
    }

    /// <returns>How long the first answer may take; null: the request is not sent twice.</returns>
    private TimeSpan? Patience(ReferenceAttempt first)
    {
        if (_model.Hedge is not { } hedge || first.Number != 1) return null;
        first.Target.Earn(hedge.Budget);
        if (first.IsProbe || first.Target.Config.Drains || first.Target.Usual(request.Stream, hedge.Quantile) is not { } usual) return null;
        return WholeMilliseconds(usual > hedge.MinDelay ? usual : hedge.MinDelay);
    }

    private TimeSpan AwaitBeginning(ReferenceAttempt attempt)
    {
        attempt.HasBegun = true;
        return attempt.Fate.Head + (request.Stream && attempt.Fate.Status == 200 ? attempt.Fate.Pieces[0].After : TimeSpan.Zero);
    }

    private bool IsAnswer(ReferenceAttempt attempt) => attempt.Fate.Status == 200 && !(request.Stream && attempt.Fate.Breaks);

    /// <summary>The time for its answer to begin is over.</summary>
    private void Judge(ReferenceAttempt attempt)
    {
        if (IsLeft(attempt)) Gone(attempt);
        else if (attempt.Fate.Status != 200) Refused(attempt, attempt.Fate.Status, attempt.Fate.Status);
        else if (attempt.HasBegun && !IsAnswer(attempt)) Broke(attempt, SimPart.Tear);
        else _answering = attempt;
    }

    /// <summary>The strategy's next target, or the first one again: where it is well, has room and may be stopped, and there is credit and money for it.</summary>
    private ReferenceAttempt? Second(ReferenceAttempt first)
    {
        if (!first.Target.TrySpend()) return null;
        var (target, isProbe) = (default(ReferenceTarget), false);
        while (target is null && _left.Count > 0)
        {
            var next = Choose();
            _left.Remove(next);
            target = next.MayBeAsked(Now) ? next : null;
        }

        if (target is null && first.Target.MayBeAsked(Now)) target = first.Target;
        if (target is not null)
        {
            isProbe = target.Enter();
            if (!isProbe && !target.IsCooling(Now) && target.HasRoom(Now) && !target.Config.Drains && Open(target, isProbe, isHedge: true) is { } second) return second;
            if (isProbe) target.Pass(Now);
            if (target != first.Target) GiveBack(target);
        }

        first.Target.Earn(1);
        return null;
    }

    private void GiveBack(ReferenceTarget target)
    {
        var left = _left.Append(target).ToHashSet();
        _left = [.. All.Where(left.Contains)];
    }

    /// <param name="firstLeft">How long the first one's answer still takes to begin.</param>
    private IEnumerable<TimeSpan> Race(ReferenceAttempt first, TimeSpan firstLeft, ReferenceAttempt second)
    {
        var secondLeft = AwaitBeginning(second);
        yield return Until(firstLeft <= secondLeft ? firstLeft : secondLeft, drains: false);
        if (HasLeft)
        {
            Gone(second);   // what began last is stopped first
            Said.Hedged(Asked.Name, HedgeResult.Failed);
            Gone(first);
            yield break;
        }

        var firstLeads = firstLeft != secondLeft ? firstLeft < secondLeft : LastStep(first) <= LastStep(second);
        var (leader, other) = firstLeads ? (first, second) : (second, first);
        if (firstLeads && first.Fate.Status == 400)   // the request is to blame: no other target is waited for
        {
            Outrun(second, isHedge: true);
            Said.Hedged(Asked.Name, HedgeResult.Lost);
            Judge(first);
            yield break;
        }

        Judge(leader);
        if (IsAnswer(leader))
        {
            Outrun(other, isHedge: firstLeads);
            Said.Hedged(Asked.Name, firstLeads ? HedgeResult.Lost : HedgeResult.Won);
            yield break;
        }

        if (!firstLeads && IsTargetsOwn) second.Target.Further(Now);
        var left = firstLeads ? secondLeft - firstLeft : firstLeft - secondLeft;
        if (left > TimeSpan.Zero) yield return Until(left, drains: false);
        Said.Hedged(Asked.Name, firstLeads && !HasLeft && IsAnswer(other) ? HedgeResult.Won : HedgeResult.Failed);
        Judge(other);
        if (firstLeads && _answering is null && IsTargetsOwn) second.Target.Further(Now);
    }

    /// <summary>When it was last seen to get on before its answer begins: of two at one moment, the one that was so far sooner comes first.</summary>
    private DateTimeOffset LastStep(ReferenceAttempt attempt) => attempt.Use.At + (request.Stream && attempt.Fate.Status == 200 ? attempt.Fate.Head : TimeSpan.Zero);

    /// <summary>It is stopped for the other one's sake, charged with its prompt, and could be asked again.</summary>
    private void Outrun(ReferenceAttempt slower, bool isHedge)
    {
        Settle(slower, 499, slower.Usage);
        if (!isHedge) slower.Target.Took(request.Stream, Now - slower.Use.At);
        GiveBack(slower.Target);
    }
}
