namespace Gateway.Overload;

/// <summary>A request that waits for its turn. Who takes it out of the queue, and nobody else, finishes it.</summary>
internal sealed class Waiter(Lane lane)
{
    private readonly TaskCompletionSource<GateResult> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Null: it is not in the queue any more.</summary>
    public Lane? Lane { get; set; } = lane;

    public Waiter? Previous { get; set; }

    public Waiter? Next { get; set; }

    public Task<GateResult> End => _end.Task;

    public void Finish(GateResult result) => _end.SetResult(result);
}
