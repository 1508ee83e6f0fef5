using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary><c>cache: { memory: 64MiB }</c></summary>
internal static class CacheShape
{
    private static readonly CacheConfig Defaults = new();

    private static readonly Key<long> Memory = new("memory", new SizeKind(0, 64L << 30), "Answers that a process has in memory, at most; those asked for least make room.") { Default = Defaults.Memory };

    public static readonly RecordKind<CacheConfig> Kind = new("cache", [Memory], static m => new() { Memory = m.Get(Memory) });
}
