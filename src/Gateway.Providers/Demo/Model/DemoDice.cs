using System.Text;

namespace Gateway.Providers.Demo.Model;

/// <summary>Choices that look free and are the same for the same request: SplitMix64 from an FNV-1a hash of what was asked.</summary>
internal sealed class DemoDice
{
    private ulong _state;

    public DemoDice(long seed, int answer, string text)
    {
        _state = 14695981039346656037;
        foreach (var b in Encoding.UTF8.GetBytes(text)) _state = (_state ^ b) * 1099511628211;
        _state ^= ((ulong)seed * 0x9E3779B97F4A7C15) ^ ((ulong)answer * 0xD6E8FEB86659FD93);
    }

    /// <summary>From 0 to one below <paramref name="count"/>.</summary>
    public int Pick(int count) => (int)(Next() % (ulong)count);

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Pick(choices.Count)];

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
