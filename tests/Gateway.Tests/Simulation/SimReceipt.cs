namespace Gateway.Tests.Simulation;

/// <summary>What a client has in its hands.</summary>
internal sealed record SimReceipt
{
    /// <summary>0: nothing came.</summary>
    public int Status { get; init; }

    public int Words { get; init; }

    /// <summary>It was told why the answer ends.</summary>
    public bool IsFinished { get; init; }

    /// <summary>In nano-dollars, where the answer says it.</summary>
    public long? Cost { get; init; }

    /// <summary>The terminal marker of a stream.</summary>
    public bool IsDone { get; init; }

    /// <summary>Its type.</summary>
    public string? Error { get; init; }

    /// <summary>The connection ended as none should.</summary>
    public bool IsCut { get; init; }

    /// <summary>It did not wait for the end.</summary>
    public bool HasLeft { get; init; }

    public override string ToString() => Status == 0
        ? $"nothing{(HasLeft ? ", left" : "")}"
        : $"{Status}{(Words == 0 ? "" : $", {Words} words")}{(IsFinished ? ", finished" : "")}{(Cost is { } cost ? $", for {cost}" : "")}{(IsDone ? ", [DONE]" : "")}{(Error is null ? "" : $", {Error}")}{(IsCut ? ", cut" : "")}{(HasLeft ? ", left" : "")}";
}
