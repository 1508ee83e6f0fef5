using System.Buffers;
using System.Runtime.CompilerServices;

namespace Gateway.Upstream;

/// <summary>An upstream's answer: status and headers are here, the body is still on its way.</summary>
internal sealed class UpstreamReply(int status, Stream body, HttpResponseMessage? message) : IDisposable
{
    private const int FirstRead = 8192;

    private byte[]? _buffer;

    public int Status { get; } = status;

    public Stream Body { get; } = body;

    public long? ContentLength => message?.Content.Headers.ContentLength;

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>What <see cref="ReadFirstAsync"/> has read, until <see cref="ReturnFirst"/>.</summary>
    public ReadOnlyMemory<byte> First { get; private set; }

    /// <summary>Reads the first bytes of a stream's first event, which can be long after its head. Comment lines before it are not those; they say that the provider is still there.</summary>
    /// <param name="idle">How long it may be silent after a comment.</param>
    /// <returns>False: the stream is over.</returns>
    /// <exception cref="OperationCanceledException">The deadline's.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> ReadFirstAsync(Deadline deadline, TimeSpan idle)
    {
        if (!First.IsEmpty) return true;
        var comments = default(LeadingComments);
        _buffer ??= ArrayPool<byte>.Shared.Rent(FirstRead);
        while (true)
        {
            var count = await Body.ReadAsync(_buffer, deadline.Token);
            if (count == 0) return false;
            var skipped = comments.Length(_buffer.AsSpan(0, count));
            if (skipped < count)
            {
                First = _buffer.AsMemory(skipped, count - skipped);
                return true;
            }

            deadline.Arm(StopReason.IdleTimeout, idle);
        }
    }

    /// <summary>They were passed on: a stream that goes on holds no memory while it is silent.</summary>
    public void ReturnFirst()
    {
        First = default;
        if (_buffer is not null) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
    }

    /// <summary>A header's value, or null.</summary>
    public string? Header(string name) =>
        message is not null && (message.Headers.NonValidated.TryGetValues(name, out var values) || message.Content.Headers.NonValidated.TryGetValues(name, out values))
            ? values.ToString()
            : null;

    public void Dispose()
    {
        ReturnFirst();
        Body.Dispose();
        message?.Dispose();
    }
}
