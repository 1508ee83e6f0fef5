using System.Buffers;
using System.Globalization;
using Gateway.Core.Errors;
using Microsoft.Net.Http.Headers;

namespace Gateway.Pipeline;

/// <summary>Step 2, first half: the body's bytes, bounded by <c>server.max_body</c>.</summary>
internal static class BodyReader
{
    private const int FirstRent = 4096;

    public static async ValueTask<Outcome<RequestBody>> ReadAsync(HttpRequest request, long limit, CancellationToken cancellationToken)
    {
        if (Refuse(request, limit) is { } refused) return refused;
        var declared = request.ContentLength;
        var buffer = ArrayPool<byte>.Shared.Rent((int)(declared ?? Math.Min(FirstRent, limit)));
        var length = 0;
        try
        {
            while (true)
            {
                var read = await request.BodyReader.ReadAsync(cancellationToken);
                var fits = length + read.Buffer.Length <= limit;
                if (fits) Append(ref buffer, ref length, read.Buffer);
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
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }

        Outcome<RequestBody> Fail(GatewayError error)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            return error;
        }
    }

    private static GatewayError? Refuse(HttpRequest request, long limit)
    {
        if (request.ContentLength > limit) return TooLarge(limit);
        if (request.Headers.ContentEncoding.Count > 0)
            return new(ErrorKind.UnsupportedMediaType, "A compressed body is not accepted: send it without Content-Encoding.");
        if (request.ContentType is { Length: > 0 } type && !IsJson(type))
            return new(ErrorKind.UnsupportedMediaType, "The body must be JSON: send Content-Type: application/json.");
        return null;
    }

    private static bool IsJson(string contentType) =>
        contentType.StartsWith("application/json", StringComparison.OrdinalIgnoreCase)
        || (MediaTypeHeaderValue.TryParse(contentType, out var media) && (media.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)
            || media.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase)));

    private static void Append(ref byte[] buffer, ref int length, ReadOnlySequence<byte> more)
    {
        var needed = length + (int)more.Length;
        if (needed > buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, buffer.Length * 2));
            buffer.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        more.CopyTo(buffer.AsSpan(length));
        length = needed;
    }

    private static GatewayError TooLarge(long limit) =>
        new(ErrorKind.BodyTooLarge, string.Create(CultureInfo.InvariantCulture, $"The body is larger than {limit} bytes, the limit of this gateway (server.max_body)."));
}
