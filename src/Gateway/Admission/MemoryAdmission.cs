using System.Globalization;
using Gateway.Admission.Shares;
using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Routing;

namespace Gateway.Admission;

/// <summary>Admission for one instance: counters in memory, exact, nothing awaited.</summary>
/// <remarks>
/// An attempt locks its scopes in the order of <see cref="OwnerKind"/>, so two attempts cannot wait for each other; it is checked against all of them before anything is
/// taken from one. An owner without limits has no scope, so that most requests lock one or two.
/// </remarks>
internal sealed class MemoryAdmission(TimeProvider time) : IAdmission
{
    public ValueTask<AdmissionResult> EnterAsync(AdmissionRequest request, CancellationToken cancellationToken) => new(Enter(request));

    /// <summary>As <see cref="IAdmission.EnterAsync"/>, out of what this process has.</summary>
    public AdmissionResult Enter(in AdmissionRequest request)
    {
        var at = time.GetUtcNow();
        var ask = Ask(request, at);
        var claims = default(ScopeClaims);
        if (Refuses(request, at, ask, ref claims, takes: true, out var count, out var headers) is { } rejection)
            return new(null, rejection);
        return new(new MemoryReservation(claims, count, ask.Tokens)
        {
            AttemptId = AttemptId(request.RequestId, request.Attempt),
            At = at,
            Target = request.Target,
            Hold = new NanoUsd(ask.Hold),
            RateLimits = headers,
        }, null);
    }

    /// <summary>What <see cref="Enter"/> would say now; takes nothing.</summary>
    /// <returns>Null where the attempt would be let in.</returns>
    public AdmissionRejection? Look(in AdmissionRequest request)
    {
        var at = time.GetUtcNow();
        var claims = default(ScopeClaims);
        return Refuses(request, at, Ask(request, at), ref claims, takes: false, out _, out _);
    }

    /// <summary>The limits and budgets that bind the attempt, as they are now.</summary>
    public IReadOnlyList<ScopeStatus> Statuses(in AdmissionRequest request)
    {
        var (utcTicks, statuses) = (time.GetUtcNow().UtcTicks, new List<ScopeStatus>());
        foreach (var scope in ScopesOf(request))
        {
            lock (scope.Gate)
            {
                var budgets = new List<BudgetStatus>();
                scope.Report(utcTicks, budgets);
                statuses.Add(new(scope.Kind, scope.Owner, scope.Running, scope.Concurrency, scope.Tighten(default, time.GetTimestamp(), taken: false), budgets));
            }
        }
        return statuses;
    }

    /// <summary>What the attempt lacks of limits that other gateways share.</summary>
    public List<ShareNeed> Needs(in AdmissionRequest request)
    {
        var ask = Ask(request, time.GetUtcNow());
        var (now, needs) = (time.GetTimestamp(), new List<ShareNeed>());
        foreach (var scope in ScopesOf(request))
        {
            lock (scope.Gate)
                scope.AddNeeds(ask, now, needs);
        }
        return needs;
    }

    /// <summary>The owner of the first limit of which others may have this gateway's share after so long a silence of the store, or null.</summary>
    public ScopeState? FirstEnded(in AdmissionRequest request, TimeSpan silence)
    {
        var ask = Ask(request, time.GetUtcNow());
        foreach (var scope in ScopesOf(request))
        {
            lock (scope.Gate)
            {
                if (scope.HasEnded(ask, silence))
                    return scope;
            }
        }
        return null;
    }

    /// <param name="claims">What was taken of each scope.</param>
    /// <param name="takes">Whether the attempt is made; else it is only looked whether it fits.</param>
    private AdmissionRejection? Refuses(in AdmissionRequest request, DateTimeOffset at, in AttemptAsk ask, ref ScopeClaims claims, bool takes, out int count, out RateLimitHeaders headers)
    {
        (count, headers) = (0, default);
        var key = request.Key.Scopes ?? throw NotConfigured($"key '{request.Key.Name}'");
        if (!request.IsLocal && request.Target.Price is null && key.Budgeted is { } budgeted && request.Model.Unpriced == UnpricedPolicy.Reject)
            return AdmissionErrors.Unpriced(budgeted, request);

        Span<ScopeClaim> slots = claims;
        foreach (var owner in key.Owners)
            slots[count++].Scope = owner;
        if (!request.IsLocal && TargetScope(request.Target) is { } target)
            slots[count++].Scope = target;
        return TryTake(slots[..count], ask, takes, out var refusal, out headers) ? null : AdmissionErrors.Rejection(refusal, at, headers);
    }

    private static AttemptAsk Ask(in AdmissionRequest request, DateTimeOffset at) =>
        request.IsLocal ? new(0, 0, at.UtcTicks, IsLocal: true) : new(AttemptBound.Cost(request).Value, AttemptBound.Tokens(request), at.UtcTicks);

    private static List<ScopeState> ScopesOf(in AdmissionRequest request)
    {
        var scopes = new List<ScopeState>(ScopeClaims.Length);
        scopes.AddRange(request.Key.Scopes!.Owners);
        if (!request.IsLocal && TargetScope(request.Target) is { } target)
            scopes.Add(target);
        return scopes;
    }

    private bool TryTake(Span<ScopeClaim> claims, in AttemptAsk ask, bool takes, out Refusal refusal, out RateLimitHeaders headers)
    {
        (refusal, headers) = (default, default);
        var locked = 0;
        try
        {
            for (; locked < claims.Length; locked++)
                claims[locked].Scope.Gate.Enter();
            // Read under the locks: what a thread counts after waiting for them is not older than what others counted meanwhile.
            var now = time.GetTimestamp();
            var fits = true;
            foreach (ref readonly var claim in claims)
            {
                if (fits = claim.Scope.Admits(ask, now, out refusal))
                    continue;
                break;
            }
            foreach (ref var claim in claims)
            {
                if (fits && takes)
                    claim.Scope.Take(ask, now, ref claim);
                if (claim.Scope.Kind is OwnerKind.Key or OwnerKind.Team)
                    headers = claim.Scope.Tighten(headers, now, taken: fits && takes);
            }
            return fits;
        }
        finally
        {
            while (locked > 0)
                claims[--locked].Scope.Gate.Exit();
        }
    }

    private static string AttemptId(string requestId, int attempt) =>
        attempt == 1 ? string.Concat(requestId, "-1") : string.Create(CultureInfo.InvariantCulture, $"{requestId}-{attempt}");

    private static ScopeState? TargetScope(Target target)
    {
        if (target.Scope is null && target.Limits is not { Rpm: null, Tpm: null, Concurrency: null })
            throw NotConfigured($"target {target.Provider.Name}/{target.Model}");
        return target.Scope;
    }

    // A bug of the composition; letting the attempt through would be an attempt without limits.
    private static InvalidOperationException NotConfigured(string what) => new($"{what} has limits that {nameof(AdmissionBook)}.{nameof(AdmissionBook.Configure)} was not told of");
}
