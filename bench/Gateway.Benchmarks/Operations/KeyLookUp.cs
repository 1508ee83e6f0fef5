namespace Gateway.Benchmarks.Operations;

/// <summary>Step 1: from the key's text to its entry.</summary>
internal sealed class KeyLookUp : IOperation
{
    private readonly Sample _sample = new();

    public string Name => "auth.key";

    public ValueTask RunAsync()
    {
        Sample.Expect(_sample.Hasher.TryDigest(Sample.Key, out var digest) && _sample.Snapshot.Keys.ContainsKey(digest), "the key is known");
        return default;
    }
}
