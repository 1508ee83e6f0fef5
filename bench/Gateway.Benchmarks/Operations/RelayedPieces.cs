using Gateway.Core.Providers;
using Gateway.Reply;

namespace Gateway.Benchmarks.Operations;

/// <summary>Step 8, identity lane: one event that comes in two reads.</summary>
internal sealed class RelayedPieces : IOperation, IDisposable
{
    private const int Cut = 100;

    private readonly byte[] _event =
        """data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"mock-1","choices":[{"index":0,"delta":{"content":"word "},"finish_reason":null}]}"""u8.ToArray()
            .Concat("\n\n"u8.ToArray()).ToArray();

    private readonly DiscardingWriter _client = new();
    private readonly OpenAIStreamLane _lane = new(new Sample().Target, InferenceEndpoint.ChatCompletions, includeUsage: true);

    public string Name => "relay.event-in-two";

    public ValueTask RunAsync()
    {
        _event.AsMemory(0, Cut).CopyTo(_lane.Receive(_client));
        Sample.Expect(!_lane.Received(Cut, _client), "half an event stays here");
        _event.AsMemory(Cut).CopyTo(_lane.Receive(_client));
        Sample.Expect(_lane.Received(_event.Length - Cut, _client), "the whole one is ready to be flushed");
        return default;
    }

    public void Dispose() => _lane.Dispose();
}
