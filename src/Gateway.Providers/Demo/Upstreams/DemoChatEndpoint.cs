using Gateway.Providers.Demo.Model;

namespace Gateway.Providers.Demo.Upstreams;

/// <summary>A chat in some provider's wire format: the native request becomes what the demo is asked, and what it says the native answer.</summary>
internal abstract class DemoChatEndpoint : IDemoEndpoint
{
    public DemoSpoken? Answer(DemoExchange exchange)
    {
        var ask = Read(exchange);
        if (ask is { Turns.Count: 0 }) exchange.Fail("The request has no words and no images.");
        if (ask is null || exchange.Problem is not null || !exchange.Play(DemoModel.Script(ask), ask.Stream)) return null;
        var answers = DemoModel.Say(ask, exchange.Script, out var fault);
        if (answers is null)
        {
            exchange.Fail(fault!.Message!, fault.At);
            return null;
        }

        var said = new DemoSaid(ask, answers, DemoModel.Usage(ask, answers), exchange);
        return ask.Stream ? new DemoSpoken(StreamType, [.. Stream(said)], Stage(said)) : new DemoSpoken(WholeType, [NativeJson.Bytes(Whole(said))]);
    }

    protected virtual string WholeType => "application/json";

    protected virtual string StreamType => "text/event-stream; charset=utf-8";

    /// <returns>Null where the exchange has a problem.</returns>
    protected abstract DemoChatAsk? Read(DemoExchange exchange);

    protected abstract NativeObject Whole(DemoSaid said);

    /// <summary>The events, each whole.</summary>
    protected abstract IEnumerable<ReadOnlyMemory<byte>> Stream(DemoSaid said);

    protected abstract DemoStage Stage(DemoSaid said);
}

/// <summary>What the demo says to a chat.</summary>
internal sealed record DemoSaid(DemoChatAsk Ask, IReadOnlyList<DemoAnswer> Answers, DemoUsage Usage, DemoExchange Exchange)
{
    /// <summary>The only answer, of the providers that give no more.</summary>
    public DemoAnswer First => Answers[0];

    public string Id => Exchange.Id;

    public IEnumerable<DemoEvent> Pieces => DemoPieces.Of(Answers);

    public long Thought => Usage.Thought ?? 0;

    public long Cached => Usage.Cached ?? 0;
}
