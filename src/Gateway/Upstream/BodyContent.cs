using System.Net;

namespace Gateway.Upstream;

/// <summary>A request's body. Written to a <see cref="GatheringStream"/>, it leaves in one piece with the head.</summary>
/// <remarks>
/// HTTP/1.1 in SocketsHttpHandler writes 4 KiB, head and start of the body, and then the rest: two system calls and two wake-ups of the receiver for every prompt.
/// Both writes happen within one call of this class, so the stream below is told for that long that more will come.
/// </remarks>
internal sealed class BodyContent(ReadOnlyMemory<byte> body) : HttpContent
{
    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var gathering = GatheringStream.Begin();
        ValueTask written;
        try
        {
            written = stream.WriteAsync(body, cancellationToken);
        }
        finally
        {
            gathering.End();
        }

        await written;
        await gathering.FlushAsync(cancellationToken);
    }
}
