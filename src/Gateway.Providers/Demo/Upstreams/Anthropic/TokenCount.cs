using Gateway.Providers.Demo.Model;

namespace Gateway.Providers.Demo.Upstreams.Anthropic;

/// <summary>How long a prompt is, without an answer.</summary>
internal sealed class TokenCount : IDemoEndpoint
{
    public DemoSpoken? Answer(DemoExchange exchange)
    {
        var ask = MessagesRequest.Read(exchange, counts: true);
        return ask is null || !exchange.Play(DemoModel.Script(ask)) ? null : DemoSpoken.Json(NativeJson.Bytes(new NativeObject { ["input_tokens"] = DemoMeter.Input(ask) }));
    }
}
