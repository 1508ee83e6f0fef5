using Gateway.Core.Usage;

namespace Gateway.Tests.Simulation;

/// <summary>One attempt of it: let in, sent, its answer passed on, settled (docs/request-path.md, docs/limits-and-budgets.md).</summary>
internal sealed partial class ReferenceRequest
{
    private bool _isStated;   // the provider itself said that its answer failed

    /// <summary>The target has failed, or had enough: nothing that a client can bring about by itself.</summary>
    private bool IsTargetsOwn => _failed is Failure.Upstream or Failure.RateLimited;

    /// <summary>Contract §3.</summary>
    private int Status => _failed switch
    {
        Failure.RateLimited or Failure.Refused or Failure.Full => 429,
        Failure.Rejected => 400,
        Failure.Unavailable => 503,
        _ => _words.StartsWith("UpstreamTimeout", StringComparison.Ordinal) ? 504 : 502,
    };

    private string ErrorType => _failed switch
    {
        Failure.Rejected => "invalid_request_error",
        Failure.Unavailable => "overloaded_error",
        Failure.Upstream => "upstream_error",
        _ => _words.StartsWith("BudgetExceeded", StringComparison.Ordinal) ? "insufficient_quota" : "rate_limit_error",
    };

    private IEnumerable<TimeSpan> Attempt(ReferenceTarget target, bool isProbe, bool isRetry)
    {
        if (Open(target, isProbe) is not { } attempt)
        {
            NotAsked(target, isProbe);
            yield break;
        }

        _answering = null;
        foreach (var sleep in FirstAnswer(attempt)) yield return sleep;
        if (_answering is { } answering)
            foreach (var sleep in request.Stream ? Stream(answering) : Whole(answering)) yield return sleep;
        if (IsTargetsOwn && attempt.Number > 1 && !isRetry) target.Further(Now);
    }

    /// <returns>Null: somebody's limit is reached, or his money does not suffice.</returns>
    private ReferenceAttempt? Open(ReferenceTarget target, bool isProbe, bool isHedge = false)
    {
        var (config, key) = (target.Config, gateway.Scenario.Keys[request.Key]);
        var input = gateway.Scenario.Sent(request).Length;
        var use = new ReferenceUse(Now, Price(target, input, request.MaxTokens), input + request.MaxTokens);
        ReferenceOwner[] owners = [gateway.Keys[request.Key], .. gateway.Teams.Where(t => t.Name == key.Team), gateway.Whole, target.Owner];
        foreach (var owner in owners)
        {
            if (owner.Refuses(Now, use.Money, use.Tokens) is not { } forMoney) continue;
            if (isHedge) return null;
            Said.Refused(owner.Kind, owner.Name, forMoney);
            Fail(owner == target.Owner ? Failure.Full : Failure.Refused, forMoney ? "BudgetExceeded " : "RateLimited ");
            return null;
        }

        foreach (var owner in owners) owner.Take(use);
        if (_attempts == 0) target.First(Now);
        var tries = _tries[target] = _tries.GetValueOrDefault(target) + 1;
        return new(target, ++_attempts, use, gateway.Scenario.FateOf(request.Number, config.Name, tries - 1), isProbe);
    }

    private IEnumerable<TimeSpan> Whole(ReferenceAttempt attempt)
    {
        Answers(attempt);
        foreach (var piece in attempt.Fate.Pieces)
        {
            yield return Until(piece.After, attempt.Target.Config.Drains);
            if (IsLeft(attempt))
            {
                Gone(attempt);
                yield break;
            }

            if (piece.Part == SimPart.Words)
            {
                attempt.HeardAll(piece);
                Answered(attempt);
                Get(new() { Status = 200, Words = piece.Words, IsFinished = true, Cost = _cost });
            }
            else if (piece.Part != SimPart.Half)
            {
                Broke(attempt, piece.Part);
            }
        }
    }

    private IEnumerable<TimeSpan> Stream(ReferenceAttempt attempt)
    {
        attempt.CountsWords = gateway.CountsWords;
        var hasBegun = false;
        foreach (var piece in attempt.Fate.Pieces)
        {
            if (piece.After > TimeSpan.Zero && (hasBegun || !attempt.HasBegun)) yield return Until(piece.After, attempt.Target.Config.Drains);
            if (IsLeft(attempt))
            {
                Gone(attempt);
                yield break;
            }

            if (!hasBegun && piece.Part is not (SimPart.End or SimPart.Tear)) Answers(attempt);
            hasBegun = true;
            attempt.Heard(piece);
            if (piece.Part is SimPart.Words or SimPart.Finish) Get(_got with { Status = 200, Words = _got.Words + piece.Words, IsFinished = piece.Part == SimPart.Finish });
            if (piece.Part == SimPart.Done || (piece.Part == SimPart.End && attempt.IsFinished))
            {
                Answered(attempt);
                Get(_got with { IsDone = true, Cost = request.IncludeUsage && attempt.Fate.Usage == SimUsage.AtEnd ? _cost : null });
            }
            else if (piece.Part is SimPart.Error or SimPart.End or SimPart.Tear)
            {
                Broke(attempt, piece.Part);
            }
        }
    }

    /// <summary>The head of its answer is there, or the first byte of its stream.</summary>
    private void Answers(ReferenceAttempt attempt)
    {
        attempt.Target.Report(true, attempt.IsProbe, Now);
        attempt.IsProbe = false;
        attempt.Target.Took(request.Stream, Now - attempt.Use.At);
    }

    private void Get(SimReceipt more) => _got = HasLeft ? _got : more;

    /// <summary>The client is gone, and its leaving ends the attempt.</summary>
    private bool IsLeft(ReferenceAttempt attempt) => HasLeft && !attempt.Target.Config.Drains;

    /// <summary>Nobody waits for it any more: what it came to is charged, and nothing held against the target.</summary>
    private void Gone(ReferenceAttempt attempt)
    {
        Fail(Failure.Left, "ClientClosed ");
        if (attempt.IsProbe) attempt.Target.Pass(Now);
        Settle(attempt, 499, attempt.Usage);
    }

    private void Answered(ReferenceAttempt attempt)
    {
        if (HasLeft)
        {
            Gone(attempt);
            return;
        }

        gateway.CountsWords |= !attempt.HasUsage;
        Settle(attempt, 200, attempt.Usage);
        Fail(Failure.None, attempt.Target.Config.Name);
    }

    private void Broke(ReferenceAttempt attempt, SimPart how)
    {
        if (HasLeft)
        {
            Gone(attempt);
            return;
        }

        _isStated = how == SimPart.Error;
        var said = _isStated ? attempt.Fate.ErrorStatus : null;
        Refused(attempt, said, null);
    }

    /// <param name="said">The status that the provider gave its failure; null: it gave none.</param>
    /// <param name="answered">The status of its answer, where that was the failure.</param>
    private void Refused(ReferenceAttempt attempt, int? said, int? answered)
    {
        var (failure, kind) = said switch
        {
            429 => (Failure.RateLimited, "RateLimited"),
            400 => (Failure.Rejected, "UpstreamRejected"),
            408 => (Failure.Upstream, "UpstreamTimeout"),
            _ => (Failure.Upstream, "BadUpstream"),
        };
        Fail(failure, $"{kind} {said}");
        Settle(attempt, answered ?? Status, answered is null ? attempt.Usage : (0, 0, UsageSource.Exact));
        attempt.Target.Report(failure != Failure.Upstream, attempt.IsProbe, Now);
        if (said == 429) attempt.Target.Cool(Now.AddSeconds(1));
    }

    private void Settle(ReferenceAttempt attempt, int status, (long Input, long Output, UsageSource Source) usage)
    {
        var cost = Price(attempt.Target, usage.Input, usage.Output);
        attempt.Use.Settle(cost, usage.Input + usage.Output);
        _cost += cost;
        Said.Row($"{request.Id}-{attempt.Number}", gateway.Scenario.Keys[request.Key].Name, Asked.Name, attempt.Target.Config.Name, attempt.Use.At, request.Stream, (Now - attempt.Use.At).TotalMilliseconds, status, cost, usage);
    }

    /// <summary>In nano-dollars: a token of an answer costs two of a prompt.</summary>
    private static long Price(ReferenceTarget target, long input, long output) => 1000L * target.Config.Input * (input + (2 * output));
}
