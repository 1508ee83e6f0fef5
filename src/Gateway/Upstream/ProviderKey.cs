using System.Text;

namespace Gateway.Upstream;

/// <summary>One of a provider's keys.</summary>
/// <param name="header">As it is sent.</param>
internal sealed class ProviderKey(KeyValuePair<string, string> header, string secret)
{
    private long _restsUntil;   // ticks of the clock; 0: never

    public KeyValuePair<string, string> Header => header;

    /// <summary>To be looked for in what the provider says.</summary>
    public ReadOnlyMemory<byte> Secret { get; } = Encoding.UTF8.GetBytes(secret);

    /// <summary>Ticks of the clock until which others are taken first.</summary>
    public long RestsUntil => Volatile.Read(ref _restsUntil);

    public void Rest(long until) => Volatile.Write(ref _restsUntil, until);
}
