using Gateway.Core.Errors;

namespace Gateway.Upstream;

/// <summary>
/// A provider's keys. One is used until the provider refuses it (401, 402, 403) or has had enough of it (429); then it rests, and the next one is used. When all rest, the one that has the
/// least left to rest is used: a key is never given up.
/// </summary>
internal sealed class ProviderKeys(IReadOnlyList<ProviderKey> keys, TimeProvider time)
{
    /// <summary>A key without credit or rights seldom comes back sooner; one that was refused for what a client sent (403) is back soon enough.</summary>
    private static readonly TimeSpan Refused = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(5);

    private int _current;

    public IReadOnlyList<ProviderKey> All => keys;

    /// <summary>Null: requests show none, or show who asks in another way.</summary>
    public ProviderKey? Take()
    {
        if (keys.Count <= 1) return keys.Count == 0 ? null : keys[0];
        var (current, now) = (Volatile.Read(ref _current), time.GetTimestamp());
        var best = current;
        for (var i = 0; i < keys.Count; i++)
        {
            var index = (current + i) % keys.Count;
            if (keys[index].RestsUntil <= now)
            {
                if (index != current) Volatile.Write(ref _current, index);
                return keys[index];
            }

            if (keys[index].RestsUntil < keys[best].RestsUntil) best = index;
        }

        return keys[best];
    }

    /// <summary>What the provider says of a key, and not of the request or of itself.</summary>
    public static bool IsAboutKey(GatewayError error) => error.UpstreamStatus is 401 or 402 or 403 or 429;

    /// <summary>The key was refused.</summary>
    /// <returns>Whether another one is worth trying.</returns>
    public bool Refuse(ProviderKey key, GatewayError error)
    {
        if (keys.Count <= 1 || !IsAboutKey(error)) return false;
        var now = time.GetTimestamp();
        var rest = error.UpstreamStatus == 429 && error.RetryAfter is { } asked ? asked : Refused;
        if (rest > LongestRest) rest = LongestRest;
        key.Rest(now + (long)(rest.TotalSeconds * time.TimestampFrequency));
        for (var (i, next) = (1, IndexOf(key)); i < keys.Count; i++)   // not the same again, whose rest may be over at once
        {
            next = (next + 1) % keys.Count;
            if (keys[next].RestsUntil > now) continue;
            Volatile.Write(ref _current, next);
            return true;
        }

        return false;
    }

    private int IndexOf(ProviderKey key)
    {
        var index = 0;
        while (!ReferenceEquals(keys[index], key)) index++;
        return index;
    }
}
