using System.Buffers;
using System.Text.Json;
using Gateway.Core.Providers;
using Gateway.Providers.Demo.Model;

namespace Gateway.Providers.Demo.Upstreams.OpenAI;

/// <summary>Completions and embeddings: the demo's own translators speak OpenAI's format already, so they are the upstream.</summary>
/// <param name="inOpenAIsWords">For an upstream that has words of its own: the request in OpenAI's; it may find a problem.</param>
internal sealed class OpenAITask(ITranslator translator, Func<DemoExchange, ReadOnlyMemory<byte>>? inOpenAIsWords = null) : IDemoEndpoint
{
    private static readonly DemoModel Model = new();

    public DemoSpoken? Answer(DemoExchange exchange)
    {
        var model = NativeJson.Text(exchange.Body, "model") ?? "demo";
        var context = new TranslationContext(exchange.Id, exchange.Http.Now, model, model, IncludesUsage(exchange.Body));
        var body = inOpenAIsWords?.Invoke(exchange) ?? exchange.Http.Body;
        if (exchange.Problem is not null) return null;
        var built = translator.BuildRequest(body.Span, context);
        if (!built.IsOk)
        {
            exchange.Fail(built.Error.Message, built.Error.Param);
            return null;
        }

        if (!exchange.Play(DemoScript.Read(FirstText(exchange.Body)), built.Value.Stream)) return null;
        // Whatever the words tell the model to play is played here, once, over its plain answer.
        var answer = Model.Answer(built.Value, unscripted: true);
        context = context with { Memory = built.Value.Memory };
        return built.Value.Stream ? Stream(answer, context) : Whole(answer, context);
    }

    private DemoSpoken Whole(InProcessReply answer, in TranslationContext context)
    {
        var reply = new ArrayBufferWriter<byte>();
        translator.ReadReply(answer.Parts.Single().Span, context, reply);
        return DemoSpoken.Json(reply.WrittenMemory);
    }

    private DemoSpoken Stream(InProcessReply answer, in TranslationContext context)
    {
        var stream = translator.OpenStream(context);
        var events = new List<ReadOnlyMemory<byte>>();
        foreach (var part in answer.Parts)
        {
            var written = new ArrayBufferWriter<byte>();
            stream.Read(part.Span, written);
            if (written.WrittenCount > 0) events.Add(written.WrittenMemory);
        }

        return new DemoSpoken("text/event-stream; charset=utf-8", [.. events, OpenAIStream.Done], OpenAIStream.Stage);
    }

    private static bool IncludesUsage(JsonElement body) => NativeJson.Member(body, "stream_options") is { } options && NativeJson.Flag(options, "include_usage") == true;

    private static string? FirstText(JsonElement body) =>
        NativeJson.Text(body, "prompt", "input") ?? NativeJson.Texts(body, "prompt", "input")?[0];
}
