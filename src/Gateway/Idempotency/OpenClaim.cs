using System.IO.Pipelines;
using Gateway.Core.Stores;
using Gateway.Reply;

namespace Gateway.Idempotency;

/// <summary>A request on its way that is made once: what it is answered is recorded. One request's, not thread-safe.</summary>
internal sealed class OpenClaim(ClaimBook book, IdempotencyClaim claim, TimeSpan keep) : IDisposable
{
    private RecordingWriter? _stream;

    /// <summary>The whole answer is in the store, or known not to be kept.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Takes a stream's bytes on their way to the client.</summary>
    public RecordingWriter Record(PipeWriter client) => _stream ??= new(client);

    /// <summary>The stream is whole; its last bytes may leave when this returns.</summary>
    public async ValueTask AnswerStreamAsync(string contentType)
    {
        await AnswerAsync(contentType, _stream!.Recorded);
        _stream.PassOn();
    }

    /// <summary>The answer is whole, and may leave when this returns.</summary>
    /// <param name="body">Null: too long to be kept.</param>
    public async ValueTask AnswerAsync(string contentType, ReadOnlyMemory<byte>? body)
    {
        IsAnswered = true;
        await book.AnswerAsync(claim, body is { Length: <= RecordingWriter.MaxAnswer } whole ? new(StatusCodes.Status200OK, contentType, whole) : null, keep);
    }

    /// <summary>No answer came of it: the next request with the same key is made.</summary>
    public ValueTask ReleaseAsync() => book.ReleaseAsync(claim);

    public void Dispose() => _stream?.Dispose();
}
