using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary><c>cache: { memory: 64MiB, store: 1GiB }</c></summary>
internal static class CacheShape
{
    private static readonly CacheConfig Defaults = new();

    private static readonly Key<long> Memory = new("memory", new SizeKind(0, 64L << 30), "Answers that a process has in memory, at most; those asked for least make room.") { Default = Defaults.Memory };

    private static readonly Key<long> Store = new("store", new SizeKind(0, 1L << 40), "Answers that are in the store too, at most, where they outlive the process and all gateways on it find them; 0: none, and nothing that a model said is on disk.") { Default = Defaults.Store };

    public static readonly RecordKind<CacheConfig> Kind = new("cache", [Memory, Store], static m => new() { Memory = m.Get(Memory), Store = m.Get(Store) });
}
