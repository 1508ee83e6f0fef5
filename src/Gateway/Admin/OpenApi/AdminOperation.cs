namespace Gateway.Admin.OpenApi;

/// <summary>What the OpenAPI document says about a route, beside its path, method and roles.</summary>
/// <param name="Id">What generated clients call it.</param>
internal sealed record AdminOperation(string Id, string Summary)
{
    /// <summary>Names of query parameters, described in <see cref="AdminParameters"/>.</summary>
    public IReadOnlyList<string> Query { get; init; } = [];

    /// <summary>The component that the body is; null: there is none.</summary>
    public string? Body { get; init; }

    public bool BodyIsOptional { get; init; }

    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>The component that the answer is; null: there is none.</summary>
    public string? Answer { get; init; }

    /// <summary>The component that a line of an export is; null: it has no other format than JSON.</summary>
    public string? Line { get; init; }

    /// <summary>Whether <c>If-Match</c> binds the change to a revision.</summary>
    public bool TakesRevision { get; init; }
}
