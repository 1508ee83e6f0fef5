namespace Gateway.FakeUpstream;

/// <summary>One request on its way to its answer: the connection, the script, and the one line it puts on the invoice.</summary>
internal sealed class Exchange(HttpContext http, IncomingRequest request, Invoice invoice, Watch watch, long number)
{
    /// <summary>No answer stands still for longer than this: a test that forgot to go on would hang the suite.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private const int DefaultPromptTokens = 11;

    private bool _billed;

    public IncomingRequest Request => request;

    public Script Script => request.Script;

    public long Number => number;

    public HttpResponse Response => http.Response;

    /// <summary>Of the whole answer.</summary>
    public long CompletionTokens => Script.CompletionTokens ?? Pieces.Count(Script);

    public long PromptTokens => Script.PromptTokens ?? DefaultPromptTokens;

    public bool ClientGone => http.RequestAborted.IsCancellationRequested;

    public Task PauseAsync(int milliseconds) =>
        milliseconds > 0 ? Task.Delay(milliseconds, http.RequestAborted) : Task.CompletedTask;

    public bool IsToStandStill(Stall here) => Script.Stall == here || Script.Hold == here;

    /// <summary>Where the script says so: until the client is gone, which ends this as it does any cancelled wait, or until the test lets go.</summary>
    public async Task StandStillAsync(Stall here)
    {
        if (!IsToStandStill(here))
            return;
        watch.HoldBegan();
        try
        {
            await (Script.Stall == here ? new TaskCompletionSource().Task : watch.ReleaseOf(request.Case)).WaitAsync(Patience, http.RequestAborted);
        }
        finally
        {
            watch.HoldEnded();
        }
    }

    /// <summary>Sends bytes at the script's pace.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        if (Script.TrickleMs == 0)
        {
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
        else
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                await PauseAsync(Script.TrickleMs);
                await http.Response.Body.WriteAsync(bytes.Slice(i, 1), http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
            }
        }

        // Kestrel swallows writes to a connection that is gone.
        http.RequestAborted.ThrowIfCancellationRequested();
    }

    /// <summary>Ends the connection in the middle of the message.</summary>
    public async Task CutAsync(Cut cut)
    {
        if (cut == Cut.Rst)
        {
            // A reset may overtake bytes that still lie in a socket buffer; what was sent before it is to arrive.
            await PauseAsync(30);
            http.Abort();
            return;
        }

        // An exception after the head makes Kestrel close without the last chunk (or with fewer bytes than announced).
        throw new ScriptedCutException();
    }

    /// <summary>Puts the attempt on the invoice, once.</summary>
    public void Bill(InvoiceKind kind, long prompt, long completion)
    {
        if (_billed)
            return;
        _billed = true;
        var id = http.Request.Headers["x-request-id"].ToString();
        invoice.Add(request.Case, id.Length == 0 ? null : id, request.Model, prompt, completion, prompt == 0 ? 0 : Script.CachedTokens, kind);
    }

    /// <summary>What was sent up to here is charged; an answer of which nothing was sent is free.</summary>
    public void BillPieces(InvoiceKind kind, int pieces) =>
        Bill(kind, pieces == 0 ? 0 : PromptTokens, pieces);

    public void ClientLeft() => watch.ClientLeft(request.Case);
}

/// <summary>Not a failure: the script wants the connection cut here.</summary>
internal sealed class ScriptedCutException() : IOException("cut by the script");
