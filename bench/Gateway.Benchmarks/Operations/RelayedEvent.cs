using Gateway.Core.Providers;
using Gateway.Reply;

namespace Gateway.Benchmarks.Operations;

/// <summary>Step 8, identity lane: one event of a stream, from the upstream's bytes to the client's buffer, looked at in passing.</summary>
internal sealed class RelayedEvent : IOperation, IDisposable
{
    private readonly byte[] _event;
    private readonly DiscardingWriter _client = new();
    private readonly OpenAIStreamLane _lane = new(new Sample().Target, InferenceEndpoint.ChatCompletions, includeUsage: true);

    public RelayedEvent() => _event =
        """data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"mock-1","choices":[{"index":0,"delta":{"content":"word "},"finish_reason":null}]}"""u8.ToArray()
            .Concat("\n\n"u8.ToArray()).ToArray();

    public string Name => "relay.event";

    public async ValueTask RunAsync()
    {
        var before = _client.Written;
        _event.CopyTo(_lane.Receive(_client));
        Sample.Expect(_lane.Received(_event.Length, _client), "an event is ready to be flushed");
        await _client.FlushAsync();
        Sample.Expect(_client.Written - before == _event.Length, "the event is the client's");
    }

    public void Dispose() => _lane.Dispose();
}
