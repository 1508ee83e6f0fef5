using System.Buffers;
using System.Globalization;
using Gateway.Core.Errors;
using Microsoft.Net.Http.Headers;

namespace Gateway.Pipeline;

/// <summary>Step 2, first half: the body's bytes, bounded by <c>server.max_body</c>.</summary>
internal static class BodyReader
{
    /// <summary>What a body gets before any of it has come: what it says of its length costs the sender nothing.</summary>
    private const int FirstRent = 32 * 1024;

    /// <param name="isAnyType">Whatever the body is, not only JSON, and compressed too.</param>
    public static async ValueTask<Outcome<RequestBody>> ReadAsync(HttpRequest request, long limit, CancellationToken cancellationToken, bool isAnyType = false)
    {
        if (Refuse(request, limit, isAnyType) is { } refused) return refused;
        var declared = request.ContentLength;
        var buffer = ByteBuffers.Rent((int)Math.Min(declared ?? limit, FirstRent));
        var length = 0;
        try
        {
            while (true)
            {
                var read = await request.BodyReader.ReadAsync(cancellationToken);
                var fits = length + read.Buffer.Length <= limit;
                if (fits) Append(ref buffer, ref length, read.Buffer, declared ?? limit);
                request.BodyReader.AdvanceTo(read.Buffer.End);
                if (!fits) return Fail(TooLarge(limit));
                if (read.IsCompleted) return new RequestBody(buffer, length);
            }
        }
        catch (BadHttpRequestException e)
        {
            // A chunk that is no chunk, a body shorter than it said, a body slower than the minimum rate: the client's doing.
            return Fail(e.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? TooLarge(limit)
                : new GatewayError(ErrorKind.InvalidRequest, $"The body could not be read: {e.Message}"));
        }
        catch (IOException e) when (e.InnerException is OverflowException)
        {
            return Fail(new GatewayError(ErrorKind.InvalidRequest, "The body could not be read: a chunk's size is out of range."));
        }
        catch
        {
            ByteBuffers.Return(buffer);
            throw;
        }

        Outcome<RequestBody> Fail(GatewayError error)
        {
            ByteBuffers.Return(buffer);
            return error;
        }
    }

    private static GatewayError? Refuse(HttpRequest request, long limit, bool isAnyType)
    {
        if (request.ContentLength > limit) return TooLarge(limit);
        if (!isAnyType && request.Headers.ContentEncoding.Count > 0)
            return new(ErrorKind.UnsupportedMediaType, "A compressed body is not accepted: send it without Content-Encoding.");
        if (request.Headers.TransferEncoding is { Count: > 0 } coding && !string.Equals(coding.ToString().Trim(), "chunked", StringComparison.OrdinalIgnoreCase))
            return new(ErrorKind.UnsupportedMediaType, "The only transfer coding that is accepted is 'chunked'.");
        if (!isAnyType && request.ContentType is { Length: > 0 } type && !IsJson(type))
            return new(ErrorKind.UnsupportedMediaType, "The body must be JSON: send Content-Type: application/json.");
        return null;
    }

    private static bool IsJson(string contentType) =>
        contentType.StartsWith("application/json", StringComparison.OrdinalIgnoreCase)
        || (MediaTypeHeaderValue.TryParse(contentType, out var media) && (media.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)
            || media.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase)));

    private static void Append(ref byte[] buffer, ref int length, ReadOnlySequence<byte> more, long expected)
    {
        var needed = length + (int)more.Length;
        if (needed > buffer.Length)
        {
            var larger = ByteBuffers.Rent(Math.Max(needed, (int)Math.Min(expected, buffer.Length * 2L)));
            buffer.AsSpan(0, length).CopyTo(larger);
            ByteBuffers.Return(buffer);
            buffer = larger;
        }

        more.CopyTo(buffer.AsSpan(length));
        length = needed;
    }

    private static GatewayError TooLarge(long limit) =>
        new(ErrorKind.BodyTooLarge, string.Create(CultureInfo.InvariantCulture, $"The body is larger than {limit} bytes, the limit of this gateway (server.max_body)."));
}
