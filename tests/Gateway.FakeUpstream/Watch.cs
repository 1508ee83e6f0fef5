using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;

namespace Gateway.FakeUpstream;

/// <summary>A request as it arrived.</summary>
internal sealed record RecordedRequest(string Case, string Method, string Target, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body);

/// <summary>What the upstream saw: sockets, requests, clients that left, and the last requests in full.</summary>
internal sealed class Watch(TimeProvider time)
{
    /// <summary>Requests kept; older ones are forgotten.</summary>
    private const int Kept = 4096;

    private readonly long _started = time.GetTimestamp();
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();
    private readonly ConcurrentQueue<(string Case, double AtMs)> _aborts = new();
    private readonly ConcurrentDictionary<string, long> _byModel = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _byCase = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _releases = new(StringComparer.Ordinal);
    private long _openConnections, _connections, _openRequests, _totalRequests, _held;

    public void ConnectionOpened()
    {
        Interlocked.Increment(ref _openConnections);
        Interlocked.Increment(ref _connections);
    }

    public void ConnectionClosed() => Interlocked.Decrement(ref _openConnections);

    public void RequestStarted()
    {
        Interlocked.Increment(ref _openRequests);
        Interlocked.Increment(ref _totalRequests);
    }

    /// <summary>An answer stands still where its script says so.</summary>
    public void HoldBegan() => Interlocked.Increment(ref _held);

    public void HoldEnded() => Interlocked.Decrement(ref _held);

    /// <summary>Ends when the test lets this case go; it may have done so before.</summary>
    public Task ReleaseOf(string name) => Releases(name).Task;

    public void Release(string name) => Releases(name).TrySetResult();

    public void RequestEnded() => Interlocked.Decrement(ref _openRequests);

    /// <returns>Which request of its case it is, from 1.</returns>
    public int Record(RecordedRequest request, string model)
    {
        _byModel.AddOrUpdate(model, 1, static (_, n) => n + 1);
        _requests.Enqueue(request);
        while (_requests.Count > Kept && _requests.TryDequeue(out _))
        {
        }

        return _byCase.AddOrUpdate(request.Case, 1, static (_, n) => n + 1);
    }

    public void ClientLeft(string name) => _aborts.Enqueue((name, time.GetElapsedTime(_started).TotalMilliseconds));

    public byte[] Statistics() => Write(json =>
    {
        json.WriteNumber("open_connections", Interlocked.Read(ref _openConnections));
        json.WriteNumber("connections", Interlocked.Read(ref _connections));
        json.WriteNumber("open_requests", Interlocked.Read(ref _openRequests));
        json.WriteNumber("requests", Interlocked.Read(ref _totalRequests));
        json.WriteNumber("held", Interlocked.Read(ref _held));
        json.WriteStartObject("by_model");
        foreach (var (model, count) in _byModel)
            json.WriteNumber(model, count);
        json.WriteEndObject();
        json.WriteStartArray("aborts");
        foreach (var (name, at) in _aborts)
        {
            json.WriteStartObject();
            json.WriteString("case", name);
            json.WriteNumber("at_ms", at);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <param name="name">Only requests of this case; null: all.</param>
    public byte[] Requests(string? name) => Write(json =>
    {
        json.WriteStartArray("requests");
        foreach (var request in _requests.Where(r => name is null || r.Case == name))
        {
            json.WriteStartObject();
            json.WriteString("case", request.Case);
            json.WriteString("method", request.Method);
            json.WriteString("target", request.Target);
            json.WriteStartArray("headers");
            foreach (var (header, value) in request.Headers)
            {
                json.WriteStartArray();
                json.WriteStringValue(header);
                json.WriteStringValue(value);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteBase64String("body", request.Body);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private TaskCompletionSource Releases(string name) => _releases.GetOrAdd(name, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    private static byte[] Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
