using Gateway.Core.Dialects;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Usage;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>Reads the stream of a provider that speaks the dialect itself, as it passes.</summary>
internal sealed class ResponsesReader : IDialectReader
{
    private TokenUsage? _usage;
    private string? _rawUsage;
    private GatewayError? _error;
    private bool _ended;
    private int _unknown;

    public StreamFacts Facts => new(_ended, _usage, _rawUsage, _error, _unknown);

    public long ContentEvents { get; private set; }

    public long ContentBytes { get; private set; }

    public EventRole Read(ReadOnlySpan<byte> data)
    {
        if (!ResponsesPlaces.TryRead(data, out var read))
        {
            if (!data.Trim(" \r\n"u8).SequenceEqual("[DONE]"u8)) _unknown++;   // chat's end, which some add
            return EventRole.Passes;
        }

        var type = data[read.Type] is [_, .. var name, _] ? name : default;
        if (type.EndsWith(".delta"u8))
        {
            var words = data[read.Delta];
            if (words.Length <= 2 || type.SequenceEqual("response.audio.delta"u8)) return EventRole.Passes;
            ContentEvents++;
            ContentBytes += words.Length - 2;
            return EventRole.Passes;
        }

        if (!data[read.Usage].IsEmpty) _usage = ResponsesFacts.Usage(data, read, out _rawUsage) ?? _usage;
        if (type.SequenceEqual("error"u8) || type.SequenceEqual("response.failed"u8) || (type.IsEmpty && read.HasError))
        {
            _error ??= ResponsesErrors.Of(data, read);
            return EventRole.Fails;
        }

        if (type.SequenceEqual("response.completed"u8) || type.SequenceEqual("response.incomplete"u8))
        {
            _ended = _error is null;
            return _ended ? EventRole.Ends : EventRole.Fails;
        }

        if (!type.StartsWith("response."u8)) _unknown++;
        return EventRole.Passes;
    }
}
