using System.Runtime.CompilerServices;

namespace Gateway.Telemetry.Metrics;

/// <summary>What tells a request's series apart. Names are compared by reference: they are interned, and a reference costs no reading of text.</summary>
internal readonly struct RequestKey(
    string endpoint, string? model, string? provider, string? targetModel, string? key, string? team, int status, bool stream) : IEquatable<RequestKey>
{
    public string Endpoint => endpoint;

    public string? Model => model;

    public string? Provider => provider;

    public string? TargetModel => targetModel;

    public string? Key => key;

    public string? Team => team;

    public int Status => status;

    public bool Stream => stream;

    public static RequestKey Of(in RequestRecord record) =>
        new(record.Endpoint, record.Model, record.Provider, record.TargetModel, record.Key, record.Team, record.Status, record.Stream);

    public bool Equals(RequestKey other) =>
        ReferenceEquals(model, other.Model) && ReferenceEquals(key, other.Key) && status == other.Status && stream == other.Stream
        && ReferenceEquals(endpoint, other.Endpoint) && ReferenceEquals(provider, other.Provider)
        && ReferenceEquals(targetModel, other.TargetModel) && ReferenceEquals(team, other.Team);

    public override bool Equals(object? obj) => obj is RequestKey other && Equals(other);

    public override int GetHashCode()
    {
        var hash = RuntimeHelpers.GetHashCode(model);
        hash = (hash * 31) + RuntimeHelpers.GetHashCode(key);
        hash = (hash * 31) + RuntimeHelpers.GetHashCode(targetModel);
        hash = (hash * 31) + RuntimeHelpers.GetHashCode(provider);
        hash = (hash * 31) + RuntimeHelpers.GetHashCode(endpoint);
        hash = (hash * 31) + RuntimeHelpers.GetHashCode(team);
        return (hash * 31) + (stream ? -status : status);
    }
}
