using Gateway.Core.Errors;
using Gateway.Core.Money;
using Gateway.Metering;
using Gateway.Pipeline;
using Gateway.Upstream;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.PassThrough;

/// <summary>A connection that goes on as a WebSocket: one attempt and one row from its opening to its end, whatever is said on it.</summary>
internal sealed class PassSocket : IDisposable
{
    /// <summary>A key without an expiry ends its connections after a day: the slot is somebody's who may have forgotten it.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly Attempt _attempt;
    private readonly bool _isBudgeted;
    private readonly SocketReader _reader = new();

    private PassSocket(Attempt attempt, bool isBudgeted)
    {
        _attempt = attempt;
        _isBudgeted = isBudgeted;
    }

    /// <summary>Whether the request asks for one. HTTP/2 has another way to ask, which is not served.</summary>
    public static bool IsAsked(HttpContext http) => http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
        && HttpMethods.IsGet(http.Request.Method) && string.Equals(http.Request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase);

    /// <summary>OpenAI has the model in the query, Azure the deployment.</summary>
    public static PassOperation Operation(PassPath path) => new(PassShape.Socket, path.QueryValue("model") ?? path.QueryValue("deployment"), Streams: true);

    /// <summary>How long it may last: to the end of its key.</summary>
    public static TimeSpan Lifetime(Call call, DateTimeOffset now) => call.Key!.Expires is { } end && end - now < Longest ? end - now : Longest;

    /// <returns>Null where the call is none.</returns>
    public static PassSocket? Open(Call call, Attempt attempt, PassPlan plan)
    {
        if (plan.Operation.Shape != PassShape.Socket) return null;
        var socket = new PassSocket(attempt, call.Key!.Scopes is { Budgeted: not null });
        call.Http.Features.Set<IHttpUpgradeFeature>(new SocketTap(call.Http.Features.GetRequiredFeature<IHttpUpgradeFeature>(), socket.Read));
        return socket;
    }

    /// <summary>The connection is over: what was used is the sum of its answers. One of which nothing was understood is charged what was held.</summary>
    public ValueTask SettleAsync(Call call, PassPlan plan, Settlement settlement, GatewayError? error)
    {
        if (_reader.IsKnown)
        {
            _attempt.Usage = _reader.Usage;
            _attempt.UsageIsFinal = !_reader.IsOpen;
        }
        else if (plan.Target.Price is not null)
        {
            _attempt.CountedInput = plan.InputBound(call);
            _attempt.CountedOutput = plan.ReservedOutput(call);
        }

        return settlement.SettleAsync(call, _attempt, error);
    }

    public void Dispose() => _reader.Dispose();

    /// <summary>Where a budget is finite, what was held is all that this connection may cost: with the answer that reaches it, it ends.</summary>
    private void Read(ReadOnlySpan<byte> bytes)
    {
        _reader.Read(bytes);
        if (_isBudgeted && _attempt.Target.Price is { } price && CostCalculator.Cost(price, _reader.Usage) is var cost && cost > NanoUsd.Zero && cost >= _attempt.Reservation.Hold)
            _attempt.Deadline.Cancel(StopReason.HoldSpent);
    }
}
