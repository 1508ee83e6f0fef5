using System.Net;
using System.Net.Sockets;

namespace Gateway.Admin;

/// <summary>Counts wrong admin keys per remote address. An address with too many is not even compared until its minute is over.</summary>
/// <remarks>The address is the connection's: a forwarded-for header is anybody's claim. Addresses of one IPv6 /64 are one.</remarks>
internal sealed class LoginThrottle(TimeProvider time)
{
    /// <summary>Wrong keys an address may send in a <see cref="Window"/>.</summary>
    public const int Allowed = 10;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>Addresses remembered; when all places are taken, further ones share a place.</summary>
    private const int MaxAddresses = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, Failures> _failures = [];
    private long _forgotAt = time.GetTimestamp();

    /// <returns>How long the address has to wait; null where it may try.</returns>
    public TimeSpan? Wait(IPAddress? address)
    {
        lock (_lock)
        {
            // One without a place waits for the failures of all that have none.
            if (!_failures.TryGetValue(Place(address), out var failures) && _failures.Count >= MaxAddresses)
                _failures.TryGetValue(IPAddress.None, out failures);
            if (failures.Count < Allowed)
                return null;
            var left = Window - time.GetElapsedTime(failures.Since);
            return left > TimeSpan.Zero ? left : null;
        }
    }

    /// <returns>Whether this was the one that closed the door.</returns>
    public bool Fail(IPAddress? address)
    {
        lock (_lock)
        {
            var place = Place(address);
            var isKnown = _failures.TryGetValue(place, out var failures);
            if (!isKnown && _failures.Count >= MaxAddresses)
            {
                Forget();
                if (_failures.Count >= MaxAddresses)
                    place = IPAddress.None;
                _failures.TryGetValue(place, out failures);
            }
            if (failures.Count == 0 || time.GetElapsedTime(failures.Since) >= Window)
                failures = new(0, time.GetTimestamp());
            _failures[place] = failures with { Count = failures.Count + 1 };
            return failures.Count + 1 == Allowed;
        }
    }

    /// <summary>Once a minute at most: whoever sends from many addresses must not make each failure expensive.</summary>
    private void Forget()
    {
        if (time.GetElapsedTime(_forgotAt) < Window)
            return;
        _forgotAt = time.GetTimestamp();
        foreach (var (address, failures) in _failures)
        {
            if (time.GetElapsedTime(failures.Since) >= Window)
                _failures.Remove(address);
        }
    }

    private static IPAddress Place(IPAddress? address)
    {
        if (address is null)
            return IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new(bytes);
    }

    private readonly record struct Failures(int Count, long Since);
}
