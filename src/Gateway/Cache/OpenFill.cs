using System.IO.Pipelines;
using Gateway.Cache.Semantic;
using Gateway.Pipeline;
using Gateway.Reply;

namespace Gateway.Cache;

/// <summary>A request on its way whose answer is to be kept. One request's, not thread-safe but for <see cref="IsWanted"/>.</summary>
/// <param name="flight">Those who wait for it; null: nobody may.</param>
/// <param name="tags">What its request is called.</param>
internal sealed class OpenFill(ResponseCache cache, CacheKey key, CachePolicy policy, Flight? flight, IReadOnlyList<CacheTag> tags) : IDisposable
{
    private RecordingWriter? _stream;
    private bool _answered;

    /// <summary>What its answer may be given to besides the same request; null: nothing.</summary>
    public SemanticAsk? Asks { get; set; }

    /// <summary>By which that will be found; null where it is not known.</summary>
    public float[]? Vector { get; set; }

    /// <summary>Others wait for the answer: it is read to its end although its own client has left.</summary>
    public bool IsWanted() => flight is { Waiting: > 0 };

    /// <summary>Takes a stream's bytes on their way to the client.</summary>
    public RecordingWriter Record(PipeWriter client) => _stream ??= new(client, policy.MaxSize);

    /// <summary>The stream is whole; its last bytes may leave when this returns.</summary>
    /// <param name="hasAnswer">Else there is nothing in it to be kept.</param>
    public void KeepStream(Call call, Attempt attempt, string contentType, bool hasAnswer)
    {
        Keep(call, attempt, contentType, hasAnswer ? _stream!.Recorded : null);
        _stream!.PassOn();
    }

    /// <summary>The answer is whole and settled.</summary>
    /// <param name="body">Null: too long to be kept, or no answer.</param>
    public void Keep(Call call, Attempt attempt, string contentType, ReadOnlyMemory<byte>? body)
    {
        _answered = true;
        // A fallback's answer is for who could not wait: the next one may get the model's own.
        var isKept = body is { } whole && whole.Length <= policy.MaxSize && ReferenceEquals(call.Serving, call.Model);
        var answer = isKept ? Answer(call, attempt, contentType, body!.Value) : null;
        if (answer is not null) cache.Keep(key, answer, call);
        if (flight is not null) cache.Land(flight, new(answer, Failed: false));
    }

    /// <summary>There is one after all, which somebody was given before.</summary>
    /// <param name="similarity">Null: to the same request.</param>
    public void Found(CachedAnswer answer, double? similarity)
    {
        _answered = true;
        if (flight is not null) cache.Land(flight, new(answer, Failed: false, similarity));
    }

    /// <summary>Where no answer came of it, somebody else of those who wait goes on.</summary>
    public void Dispose()
    {
        _stream?.Dispose();
        if (!_answered && flight is not null) cache.Land(flight, new(null, Failed: true));
        _answered = true;
    }

    private CachedAnswer Answer(Call call, Attempt attempt, string contentType, ReadOnlyMemory<byte> body) => new()
    {
        Model = call.Model!.Name,
        Provider = attempt.Target.Provider.Name,
        TargetModel = attempt.Target.Model,
        Target = attempt.Target.Name,
        DroppedParams = attempt.DroppedParams.Count > 0 ? DroppedHeader.Of(attempt.DroppedParams) : null,
        RequestId = call.RequestId,
        ContentType = contentType,
        Body = body.ToArray(),
        Usage = call.Usage,
        UsageSource = call.UsageSource,
        Cost = call.Cost,
        Until = cache.Now + policy.Ttl,
        Tags = tags,
    };
}
