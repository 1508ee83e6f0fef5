using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary><c>overload: { max_concurrency: 10000, max_queue: 1000, queue_timeout: 1s }</c></summary>
internal static class OverloadShape
{
    private static readonly OverloadConfig Defaults = new();

    private static readonly Key<int> MaxConcurrency = new("max_concurrency", Integers.Concurrency, "Requests of all keys that this process has under way at once; a stream is under way until its last byte.") { Default = Defaults.MaxConcurrency };

    private static readonly Key<int> MaxQueue = new("max_queue", new IntegerKind<int>(0, 100_000), "Requests that may wait for one of those to end, with their bodies unread; what comes on top gets 503 at once. 0: none waits.") { Default = Defaults.MaxQueue };

    private static readonly Key<TimeSpan> QueueTimeout = new("queue_timeout", new DurationKind(TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(5)), "How long each of them waits at most, until it gets 503.") { Default = Defaults.QueueTimeout };

    public static readonly RecordKind<OverloadConfig> Kind = new("overload", [MaxConcurrency, MaxQueue, QueueTimeout], static m => new()
    {
        MaxConcurrency = m.Get(MaxConcurrency),
        MaxQueue = m.Get(MaxQueue),
        QueueTimeout = m.Get(QueueTimeout),
    });
}
