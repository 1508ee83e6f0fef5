using Gateway.Admission;
using Gateway.Core.Errors;
using Gateway.Core.Money;
using Gateway.Core.Providers;
using Gateway.Core.Stores;
using Gateway.Core.Usage;
using Gateway.Pipeline;
using Gateway.Telemetry;
using Gateway.Telemetry.Traces;

namespace Gateway.Metering;

/// <summary>
/// Step 9: what the attempt used, what that costs, and the ledger row that says so. Runs once for every attempt, before the last byte of its answer leaves, on failure
/// and abort too.
/// </summary>
internal sealed class Settlement(ILedger ledger, UsageMeter meter, ITelemetry telemetry)
{
    /// <summary>No answer is known: no status of HTTP says that.</summary>
    private const int StatusInDoubt = 0;

    /// <param name="error">What ended the attempt, or null where the answer is whole.</param>
    public ValueTask SettleAsync(Call call, Attempt attempt, GatewayError? error)
    {
        var (usage, source) = meter.Measure(call, attempt);
        // What is passed through has answers that nobody here reads: they say nothing about others.
        if (call.Endpoint != InferenceEndpoint.Pass) UsageMeter.Learn(attempt, error);
        var price = attempt.Target.Price;
        var cost = price is null ? NanoUsd.Zero : CostCalculator.Cost(price, usage);
        attempt.IsSettled = true;
        attempt.Reservation.Settle(cost, usage);
        call.Usage = usage;
        call.UsageSource = source;
        call.Cost += cost;
        TellHealth(call, attempt, error, usage);
        var outcome = AttemptOutcomes.Of(error);
        telemetry.AttemptFinished(attempt.Target.Provider.Name, attempt.Target.Label, outcome);
        call.Note?.Attempted(attempt.Target, StatusOf(attempt, error));
        Tracing.Step(call.Span, RequestStep.Settle);
        Tracing.FinishAttempt(attempt.Span, outcome, attempt.UpstreamStatus);
        // Not the request's token: a row is written whether or not the client is still there.
        return ledger.AppendAsync(Row(call, attempt, error, usage, source, cost), CancellationToken.None);
    }

    private static void TellHealth(Call call, Attempt attempt, GatewayError? error, in TokenUsage usage)
    {
        var health = attempt.Target.Health;
        health.Used(usage.Total);
        if (error is not null && attempt.ProviderKey is { } key) attempt.MayShowOtherKey = attempt.Target.Provider.Connection!.Keys.Refuse(key, error);
        if (attempt.MayShowOtherKey && attempt.IsProbe) health.Passed();
        else if (error is not null && !attempt.MayShowOtherKey) health.Failed(error, attempt.IsProbe, call.Fields.Stream, call.ElapsedSince(attempt.Started));
        attempt.IsProbe = false;
    }

    /// <summary>The row of an attempt of which nothing is known but what it may cost at most.</summary>
    public static LedgerRow InDoubt(Call call, Reservation reservation) => new()
    {
        AttemptId = reservation.AttemptId,
        RequestId = call.RequestId,
        At = reservation.At,
        Key = call.Key!.Name,
        Team = call.Key.Team,
        Endpoint = call.Endpoint.Route(),
        Model = call.Model!.Name,
        Provider = reservation.Target.Provider.Name,
        TargetModel = reservation.Target.Model,
        Stream = call.Fields.Stream,
        Status = StatusInDoubt,
        UsageSource = UsageSource.InDoubt,
        Cost = reservation.Hold,
        PriceVersion = reservation.Target.Price?.Version,
        ConfigGeneration = call.Snapshot.Generation,
        Tags = call.Options.Tags,
        User = call.Options.User ?? call.Fields.User,
        Function = call.Function?.Name,
        PromptVersion = call.Prompt?.Label,
    };

    private static LedgerRow Row(Call call, Attempt attempt, GatewayError? error, in TokenUsage usage, UsageSource source, NanoUsd cost) => attempt.InDoubt with
    {
        Status = StatusOf(attempt, error),
        Usage = usage,
        UsageSource = source,
        Cost = cost,
        DurationMs = call.ElapsedSince(attempt.Started).TotalMilliseconds,
        TtftMs = attempt.FirstByte?.TotalMilliseconds,
        RawUsage = attempt.RawUsage,
        Explain = call.Note?.Text(),
    };

    /// <summary>What the upstream answered, where that was an error; else what the failure is to the client.</summary>
    private static int StatusOf(Attempt attempt, GatewayError? error) => error is null ? attempt.UpstreamStatus ?? 200 : attempt.UpstreamStatus is { } status and (< 200 or >= 300) ? status : error.Status;
}
