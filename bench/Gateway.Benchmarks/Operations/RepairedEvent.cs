using Gateway.Core.Providers;
using Gateway.Reply;

namespace Gateway.Benchmarks.Operations;

/// <summary>Step 8, identity lane: an event of a provider that leaves <c>finish_reason</c> out of every chunk but the last.</summary>
internal sealed class RepairedEvent : IOperation, IDisposable
{
    private readonly byte[] _event =
        """data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"mock-1","choices":[{"index":0,"delta":{"content":"word "}}]}"""u8.ToArray()
            .Concat("\n\n"u8.ToArray()).ToArray();

    private readonly int _added = ",\"finish_reason\":null".Length;
    private readonly DiscardingWriter _client = new();
    private readonly OpenAIStreamLane _lane = new(new Sample().Target, InferenceEndpoint.ChatCompletions, includeUsage: true);

    public string Name => "relay.event-repaired";

    public async ValueTask RunAsync()
    {
        var before = _client.Written;
        _event.CopyTo(_lane.Receive(_client));
        Sample.Expect(_lane.Received(_event.Length, _client), "an event is ready to be flushed");
        await _client.FlushAsync();
        Sample.Expect(_client.Written - before == _event.Length + _added, "the event is repaired");
    }

    public void Dispose() => _lane.Dispose();
}
