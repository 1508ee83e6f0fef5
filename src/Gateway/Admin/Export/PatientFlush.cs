namespace Gateway.Admin.Export;

/// <summary>Sends what was written, and cuts a client that does not read: what is kept for it is nobody else's.</summary>
internal static class PatientFlush
{
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
