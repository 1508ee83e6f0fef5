namespace Gateway.Endpoints;

/// <summary>When this process began to serve: what <c>created</c> of a model is, since a configured name has no birthday.</summary>
internal sealed record StartTime(DateTimeOffset Value);
