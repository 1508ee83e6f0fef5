using System.Diagnostics;
using System.Globalization;
using Gateway.Core.Errors;
using Gateway.Core.Money;

namespace Gateway.Admission;

/// <summary>Refusals in words (docs/limits-and-budgets.md shows them).</summary>
internal static class AdmissionErrors
{
    /// <summary>When to try again if all that is in the way are running requests: nobody knows how long they take.</summary>
    private static readonly TimeSpan WhileOthersRun = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan WhileStoreIsAway = TimeSpan.FromSeconds(5);

    public static AdmissionRejection Rejection(in Refusal refusal, DateTimeOffset now, in RateLimitHeaders headers)
    {
        var budget = refusal.By == RefusedBy.Budget;
        return new(budget ? Budget(refusal, now) : Rate(refusal), budget ? RejectionReason.Budget : RejectionReason.RateLimit,
            refusal.Scope.Kind, refusal.Scope.Owner, headers, refusal.IsShortage);
    }

    /// <summary>The store has to be asked for a share of that owner's limit, and does not answer.</summary>
    public static AdmissionResult StoreUnavailable(OwnerKind kind, string owner) => new(null, new(
        new(ErrorKind.StoreUnavailable, $"What this gateway may use of the limits of {Name(kind, owner)} is used up, and the store that knows what is left does not answer. The operator's log says why.")
        { RetryAfter = WhileStoreIsAway },
        RejectionReason.Store, kind, owner, default));

    public static AdmissionRejection Unpriced(ScopeState budgeted, in AdmissionRequest request)
    {
        var error = new GatewayError(ErrorKind.InvalidRequest,
            $"Model '{request.Model.Name}' is served by {request.Target.Provider.Name}/{request.Target.Model}, which has no price, and {Name(budgeted)} has a budget. " +
            "The gateway's operator can give it a price (price: under the model) or let it pass uncounted (unpriced: allow).", "model")
        { Code = "model_unpriced" };
        return new(error, RejectionReason.Unpriced, budgeted.Kind, budgeted.Owner, default);
    }

    private static GatewayError Rate(in Refusal refusal)
    {
        var (limit, unit) = (Number(refusal.Limit), refusal.By == RefusedBy.Tokens ? "tokens" : "requests");
        var who = Name(refusal.Scope);
        if (refusal.By == RefusedBy.Concurrency)
            return new(ErrorKind.RateLimited, $"Rate limit reached for {who}: {Number(refusal.Used)} of at most {limit} requests at the same time are running.") { RetryAfter = WhileOthersRun };
        if (refusal.NeverFits)
            return new(ErrorKind.RateLimited, $"Request too large for {who}: limit {limit} {unit} per minute, this request can use up to {Number(refusal.Asked)}. " +
                "It does not fit at any time: send a shorter prompt or ask for fewer output tokens.");
        return new(ErrorKind.RateLimited, $"Rate limit reached for {who}: limit {limit} {unit} per minute, used {Number(refusal.Used)}, requested {Number(refusal.Asked)}. " +
            string.Create(CultureInfo.InvariantCulture, $"Try again in {refusal.Wait.GetValueOrDefault().TotalSeconds:0.###}s."))
        { RetryAfter = refusal.Wait };
    }

    private static GatewayError Budget(in Refusal refusal, DateTimeOffset now)
    {
        var (who, period) = (Name(refusal.Scope), (refusal.IsRolling ? "rolling " : "") + refusal.Period.ToString().ToLowerInvariant());
        if (refusal.NeverFits)
            return new(ErrorKind.BudgetExceeded, $"Request larger than the budget: it can cost up to {Dollars(refusal.Asked)}, and the {period} budget of {who} is {Dollars(refusal.Limit)} in all. " +
                "It does not fit at any time: send a shorter prompt or ask for fewer output tokens.");
        var verb = refusal.IsRolling ? "There is room for it" : "It resets";
        var resets = refusal.ResetsAt is { } at ? string.Create(CultureInfo.InvariantCulture, $"{verb} at {at.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}.") : "It does not reset.";
        return new(ErrorKind.BudgetExceeded, $"Budget exceeded: the {period} budget of {who} is {Dollars(refusal.Limit)}; spent {Dollars(refusal.Used)}, " +
            $"held by running requests {Dollars(refusal.Held)}, and this request can cost up to {Dollars(refusal.Asked)}. {resets}")
        { RetryAfter = refusal.Asked <= refusal.Limit - refusal.Used ? WhileOthersRun : refusal.ResetsAt - now };
    }

    private static string Name(ScopeState scope) => Name(scope.Kind, scope.Owner);

    private static string Name(OwnerKind kind, string owner) => kind switch
    {
        OwnerKind.Gateway => "the gateway",
        OwnerKind.Key or OwnerKind.Team or OwnerKind.Function or OwnerKind.Target => $"{kind.Label()} '{owner}'",
        _ => throw new UnreachableException($"unnamed owner kind {kind}"),
    };

    private static string Dollars(long nano) => $"${new NanoUsd(nano)}";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
