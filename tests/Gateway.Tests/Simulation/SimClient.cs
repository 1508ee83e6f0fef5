using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Tests.Simulation;

/// <summary>The client of one request: what it was sent until it left.</summary>
internal sealed class SimClient : HttpResponseFeature, IDisposable
{
    private readonly MemoryStream _received = new();
    private readonly CancellationTokenSource _left = new();
    private readonly ITimer _leaves;
    private long? _had;   // bytes, when it left

    /// <param name="left">Called when it has left.</param>
    public SimClient(TimeSpan? leaves, TimeProvider time, Action left)
    {
        Http = new DefaultHttpContext();
        Http.Features.Set<IHttpResponseFeature>(this);
        Http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(_received));
        Http.RequestAborted = _left.Token;
        _leaves = time.CreateTimer(_ => Leave(left), null, leaves ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public DefaultHttpContext Http { get; }

    /// <summary>The connection ended as none should.</summary>
    public bool IsCut { get; set; }

    public override bool HasStarted => _received.Length > 0;

    public void Dispose()
    {
        _leaves.Dispose();
        _left.Dispose();
        _received.Dispose();
    }

    /// <summary>What it got, in the words of <see cref="Transcript.Got"/>.</summary>
    public SimReceipt Read()
    {
        var text = Encoding.UTF8.GetString(_received.GetBuffer().AsSpan(0, (int)(_had ?? _received.Length)));
        if (text.Length == 0 || Http.Response.ContentType != "text/event-stream") return Whole(text) with { HasLeft = _had is not null };
        var receipt = new SimReceipt { Status = StatusCode };
        foreach (var data in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(static e => e["data: ".Length..]))
        {
            receipt.IsDone.Should().BeFalse("nothing follows the end");
            receipt = data == "[DONE]" ? receipt with { IsDone = true } : Add(receipt, data);
        }

        return receipt with { IsCut = IsCut, HasLeft = _had is not null };
    }

    private void Leave(Action left)
    {
        _had = _received.Length;
        _left.Cancel();
        left();
    }

    private SimReceipt Whole(string text)
    {
        if (text.Length == 0) return new();
        var cost = Http.Response.Headers["x-gateway-cost-usd"].ToString();
        return Add(new() { Status = StatusCode, IsCut = IsCut }, text) with { Cost = cost.Length == 0 ? null : Nano(cost) };
    }

    private static SimReceipt Add(SimReceipt receipt, string json)
    {
        using var read = JsonDocument.Parse(json);
        var root = read.RootElement;
        if (root.TryGetProperty("error", out var error)) return receipt with { Error = error.GetProperty("type").GetString() };
        if (root.TryGetProperty("usage", out var usage) && usage.TryGetProperty("cost_usd", out var cost)) receipt = receipt with { Cost = Nano(cost.GetRawText()) };
        foreach (var choice in root.GetProperty("choices").EnumerateArray())
        {
            var words = choice.TryGetProperty("delta", out var delta) ? delta : choice.GetProperty("message");
            receipt = receipt with
            {
                Words = receipt.Words + (words.GetProperty("content").GetString()!.Length / " hi".Length),
                IsFinished = choice.GetProperty("finish_reason").GetString() is "stop",
            };
        }

        return receipt;
    }

    private static long Nano(string dollars) => (long)(decimal.Parse(dollars, CultureInfo.InvariantCulture) * 1_000_000_000);
}
