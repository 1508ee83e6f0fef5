using System.Buffers;

namespace Gateway.Reply;

/// <summary>Sends what was written, and cuts a client that does not read: what is kept for it is nobody else's.</summary>
internal static class PatientFlush
{
    /// <summary>64 KiB: what a client has the whole patience for, and not for all of the answer.</summary>
    private const int Piece = 64 * 1024;

    /// <summary>Sends an answer that is complete, piece by piece: a client that reads slowly is not one that does not read.</summary>
    public static async Task WriteAsync(HttpContext http, ReadOnlyMemory<byte> answer, TimeSpan patience, TimeProvider time)
    {
        do
        {
            var piece = answer[..Math.Min(Piece, answer.Length)];
            http.Response.BodyWriter.Write(piece.Span);
            answer = answer[piece.Length..];
        }
        while (await RunAsync(http, patience, time) && answer.Length > 0);
    }

    /// <param name="patience"><c>server.flush_timeout</c>.</param>
    /// <returns>Whether the client may want more.</returns>
    /// <exception cref="OperationCanceledException">The client went away.</exception>
    public static async Task<bool> RunAsync(HttpContext http, TimeSpan patience, TimeProvider time)
    {
        var sending = http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        if (sending.IsCompletedSuccessfully)
            return !sending.Result.IsCompleted;
        using var end = new CancellationTokenSource(patience, time);
        await using var stop = end.Token.Register(static state => ((HttpContext)state!).Abort(), http);
        try
        {
            var flushed = await sending;
            return !flushed.IsCompleted && !end.IsCancellationRequested;
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return false;
        }
    }
}
