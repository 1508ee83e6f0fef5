using Gateway.Admission.Shares;
using Gateway.Config;
using Gateway.Core.Money;

namespace Gateway.Admission;

/// <summary>
/// The counters of one owner. It outlives the configurations that give it limits, so what was spent stays spent over reloads.
/// Everything but <see cref="Kind"/>, <see cref="Owner"/> and <see cref="Gate"/> is guarded by <see cref="Gate"/>.
/// </summary>
/// <param name="name">Tells owners of a kind apart.</param>
/// <param name="owner">The name to show.</param>
/// <param name="timestampFrequency">Timestamps a second, of the clock whose timestamps are passed in.</param>
/// <param name="shares">Where other gateways share the limits; null: this one has them to itself.</param>
internal sealed class ScopeState(OwnerKind kind, string name, string owner, long timestampFrequency, IShareQueue? shares)
{
    /// <summary>16: who may change an owner's budgets must not be able to make its requests slow.</summary>
    private const int MostFormer = 16;

    private static readonly TimeSpan AMinute = TimeSpan.FromMinutes(1);

    // Made for the first limit and kept from then on: running attempts know places in them.
    private SlidingWindow? _requests;
    private SlidingWindow? _tokens;
    private RateShare? _requestShare;
    private RateShare? _tokenShare;
    private ConcurrencyShare? _runningShare;

    private BudgetState[] _budgets = [];
    // Budgets the configuration does not have any more, of which something still runs: they are charged on, and bind nobody. If they come back, they have missed nothing.
    private BudgetState[] _former = [];
    // The windows of all budgets, the former ones last, and the time in which no window of them ends; replaced as a whole, because reservations keep it.
    private BudgetWindow[] _windows = [];
    private long _from;
    private long _until;

    public OwnerKind Kind { get; } = kind;

    public string Name { get; } = name;

    public string Owner { get; } = owner;

    public Lock Gate { get; } = new();

    /// <summary>Attempts that were let in and have not settled.</summary>
    public int Running { get; private set; }

    /// <summary>The most that may run; null: any number.</summary>
    public int? Concurrency { get; private set; }

    public ReadOnlySpan<BudgetState> Budgets => _budgets;

    public bool LimitsTokens => _tokens is { Limit: not null };

    /// <summary>Takes over new limits; counters stay as they are.</summary>
    public void Limit(LimitsConfig limits, BudgetState[] budgets)
    {
        Limit(ref _requests, ref _requestShare, "rpm", limits.Rpm);
        Limit(ref _tokens, ref _tokenShare, "tpm", limits.Tpm);
        Concurrency = limits.Concurrency;
        if (shares is not null && Concurrency is not null)
            _runningShare ??= new(this, shares);
        _former = [.. _budgets.Concat(_former).Except(budgets).Where(static b => b.IsBusy).Take(MostFormer)];
        _budgets = budgets;
        (_windows, _from, _until) = ([], 0, 0);
    }

    /// <summary>Whether something of it is still going on: attempts run, a minute that counts is not over, or the store of shares does not know yet what became of a share.</summary>
    public bool IsBusy(long now)
    {
        _requests?.Expire(now);
        _tokens?.Expire(now);
        return Running > 0 || _requests is { Used: > 0 } || _tokens is { Used: > 0 }
            || _requestShare is { IsTended: true } || _tokenShare is { IsTended: true } || _runningShare is { IsTended: true }
            || _budgets.Concat(_former).Any(static b => b.IsBusy);
    }

    /// <summary>The state of a configured budget, or null where it is new.</summary>
    public BudgetState? FindBudget(BudgetConfig config) => Array.Find(_budgets, b => b.Is(config)) ?? Array.Find(_former, b => b.Is(config));

    /// <summary>Whether the attempt fits; takes nothing.</summary>
    public bool Admits(in AttemptAsk ask, long now, out Refusal refusal)
    {
        if (Running >= Concurrency || (Concurrency is not null && _runningShare is { Free: < 1 }))
        {
            refusal = new()
            {
                By = RefusedBy.Concurrency,
                Scope = this,
                Limit = Concurrency.GetValueOrDefault(),
                Used = Running + (_runningShare?.OthersHave ?? 0),
                Asked = 1,
                IsShortage = Running < Concurrency,
            };
            return false;
        }
        return RateAdmits(_requests, _requestShare, RefusedBy.Requests, 1, now, out refusal)
            && (ask.IsLocal || (RateAdmits(_tokens, _tokenShare, RefusedBy.Tokens, ask.Tokens, now, out refusal) && BudgetsAdmit(ask, out refusal)));
    }

    /// <summary>Adds what the attempt needs more of than this gateway may take by itself.</summary>
    public void AddNeeds(in AttemptAsk ask, long now, List<ShareNeed> needs)
    {
        if (Concurrency is not null)
            AddNeed(_runningShare, 1);
        if (_requests is { Limit: not null })
            AddNeed(_requestShare, 1);
        if (ask.IsLocal)
            return;
        if (_tokens is { Limit: not null })
            AddNeed(_tokenShare, ask.Tokens);
        foreach (var window in WindowsAt(ask.UtcTicks))
            AddNeed(window.Share, ask.Hold);

        void AddNeed(Share? share, long amount)
        {
            share?.Expire(now);
            if (share is not null && share.Free < amount)
                needs.Add(new(share, amount, share.IsDenied(amount, now)));
        }
    }

    /// <summary>Whether limits that bind the attempt are in force whose shares end when the store is not heard of for so long.</summary>
    public bool HasEnded(in AttemptAsk ask, TimeSpan silence) =>
        (Concurrency is not null && _runningShare?.EndsAfter < silence)
        || (_requests is { Limit: not null } && _requestShare?.EndsAfter < silence)
        || (!ask.IsLocal && _tokens is { Limit: not null } && _tokenShare?.EndsAfter < silence)
        || (ask.Hold > 0 && _budgets.Length > 0 && shares?.BudgetsEndAfter < silence);

    /// <summary>Takes what <see cref="Admits"/> found to fit, under the same lock.</summary>
    public void Take(in AttemptAsk ask, long now, ref ScopeClaim claim)
    {
        Running++;
        if (Concurrency is not null)
            _runningShare?.Took(1, now);
        if (_requests is { Limit: not null })
        {
            _requests.Add(now, 1);
            _requestShare?.Took(1, now);
        }
        claim.TokensAt = -1;
        if (_tokens is { Limit: not null })
        {
            claim.TokensAt = _tokens.Add(now, ask.Tokens);
            _tokenShare?.Took(ask.Tokens, now);
        }
        claim.Windows = _windows;
        foreach (var window in _windows)
        {
            window.Hold(ask.Hold);
            window.Share?.Took(ask.Hold, now);
        }
    }

    /// <summary>Gives back what was taken, and charges what it came to.</summary>
    public void Settle(in ScopeClaim claim, long hold, long cost, long tokens, long actualTokens)
    {
        Running--;
        if (claim.TokensAt >= 0)
            _tokens!.Correct(claim.TokensAt, tokens, actualTokens);
        foreach (var window in claim.Windows)
            window.Settle(hold, cost);
    }

    /// <summary>What is left of the rate limits.</summary>
    /// <param name="taken">Whether <see cref="Take"/> was called just now: it is a minute then until all is back.</param>
    public RateLimitHeaders Tighten(in RateLimitHeaders headers, long now, bool taken) => headers.Tighter(Status(_requests, _requestShare, now, taken), Status(_tokens, _tokenShare, now, taken));

    /// <summary>The windows of the configuration's budgets, in their order.</summary>
    public ReadOnlySpan<BudgetWindow> WindowsAt(long utcTicks)
    {
        if (utcTicks < _from || utcTicks >= _until)
            Roll(utcTicks);
        return _windows.AsSpan(0, _budgets.Length);
    }

    private void Roll(long utcTicks)
    {
        var windows = _budgets.Concat(_former).Select(b => b.WindowAt(utcTicks)).ToArray();
        if (!windows.AsSpan().SequenceEqual(_windows))
            _windows = windows;
        (_from, _until) = (long.MinValue, long.MaxValue);
        foreach (var window in windows)
        {
            _from = Math.Max(_from, window.Calendar.Start);
            _until = Math.Min(_until, window.Calendar.End);
        }
    }

    private bool BudgetsAdmit(in AttemptAsk ask, out Refusal refusal)
    {
        foreach (var window in WindowsAt(ask.UtcTicks))
        {
            var budget = window.Budget;
            var account = budget.Account(window);
            var fits = ask.Hold <= budget.Left(account);
            if (fits && (window.Share is not { } share || ask.Hold <= share.Free))
                continue;
            account = account.With(window.Share);
            refusal = new()
            {
                By = RefusedBy.Budget,
                Scope = this,
                Limit = budget.Limit,
                Used = account.Spent,
                Held = account.Held,
                Asked = ask.Hold,
                Period = budget.Period,
                IsRolling = budget.IsRolling,
                ResetsAt = budget.FreeAt(window, ask.Hold),
                IsShortage = fits,
            };
            return false;
        }
        refusal = default;
        return true;
    }

    private void Limit(ref SlidingWindow? window, ref RateShare? share, string unit, long? limit)
    {
        if (limit is not null)
            window ??= new(60 * timestampFrequency);
        if (window is not null && shares is not null)
            share ??= new(this, unit, window, shares);
        if (window is not null)
            window.Limit = limit;
    }

    private bool RateAdmits(SlidingWindow? window, RateShare? share, RefusedBy by, long amount, long now, out Refusal refusal)
    {
        refusal = default;
        if (window is not { Limit: { } limit })
            return true;
        window.Expire(now);
        var fits = window.HasRoom(amount);
        if (fits && (share is null || share.Free >= amount))
            return true;
        var wait = amount > limit ? (TimeSpan?)null : Time(window.WaitFor(now, amount));
        refusal = new()
        {
            By = by,
            Scope = this,
            Limit = limit,
            Used = window.Used + (share?.OthersHave ?? 0),
            Asked = amount,
            // Others' use is not known to the second: they give back what they do not need once a second.
            Wait = wait == TimeSpan.Zero ? ShareTimes.Beat : wait,
            IsShortage = fits,
        };
        return false;
    }

    private RateLimitStatus? Status(SlidingWindow? window, RateShare? share, long now, bool taken)
    {
        if (window is not { Limit: { } limit })
            return null;
        if (!taken)
            window.Expire(now);
        var remaining = Math.Max(0, limit - window.Used - (share?.OthersHave ?? 0));
        return new(limit, remaining, taken ? AMinute : Time(window.WaitForAll(now)));
    }

    // Rounded up, so that who waits exactly so long gets in.
    private TimeSpan Time(long timestamps) =>
        new((long)(((Int128)timestamps * TimeSpan.TicksPerSecond + timestampFrequency - 1) / timestampFrequency));

    /// <summary>Adds every budget as it is now.</summary>
    public void Report(long utcTicks, List<BudgetStatus> statuses)
    {
        foreach (var window in WindowsAt(utcTicks))
        {
            var (budget, account) = (window.Budget, window.Budget.Account(window).With(window.Share));
            statuses.Add(new()
            {
                OwnerKind = Kind,
                Owner = Owner,
                Period = budget.Period,
                Timezone = budget.Timezone,
                IsRolling = budget.IsRolling,
                WindowStart = account.From,
                ResetsAt = account.ResetsAt,
                Limit = new NanoUsd(budget.Limit),
                Spent = new NanoUsd(account.Spent),
                Held = new NanoUsd(account.Held),
                Left = new NanoUsd(budget.Left(account)),
            });
        }
    }
}
