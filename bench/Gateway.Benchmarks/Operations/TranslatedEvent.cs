using Gateway.Core.Providers;
using Gateway.Providers;
using Gateway.Reply;

namespace Gateway.Benchmarks.Operations;

/// <summary>One token of a stream in Anthropic's dialect: read, told in OpenAI's and passed on. The translate lane's counterpart of <see cref="RelayedEvent"/>.</summary>
internal sealed class TranslatedEvent : IOperation, IDisposable
{
    private static readonly byte[] Begin =
        [.. "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"u8];

    private static readonly byte[] Event =
        [.. "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"word \"}}\n\n"u8];

    private readonly DiscardingWriter _client = new();
    private readonly TranslatedStreamLane _lane;

    public TranslatedEvent()
    {
        var translator = ProviderCatalog.ByKind["anthropic"].Manifest.Translators[InferenceEndpoint.ChatCompletions];
        var context = new TranslationContext("req_01BENCH", DateTimeOffset.UnixEpoch, "fast", "claude", IncludeUsage: true);
        _lane = new(translator.OpenStream(context), new Sample().Target, InferenceEndpoint.ChatCompletions, includeUsage: true, words: null);
        Begin.CopyTo(_lane.Receive(_client));
        _lane.Received(Begin.Length, _client);
    }

    public string Name => "translate.event";

    public async ValueTask RunAsync()
    {
        var before = _client.Written;
        Event.CopyTo(_lane.Receive(_client));
        Sample.Expect(_lane.Received(Event.Length, _client), "an event is ready to be flushed");
        await _client.FlushAsync();
        Sample.Expect(_client.Written > before, "a chunk is the client's");
    }

    public void Dispose() => _lane.Dispose();
}
