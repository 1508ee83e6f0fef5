namespace Gateway.Routing;

/// <summary>SplitMix64 (Steele, Lea, Flood 2014): one 64-bit state, good enough to share out traffic, replayable from its seed.</summary>
internal static class SplitMix
{
    public static ulong Next(ref ulong state)
    {
        var z = state += 0x9E37_79B9_7F4A_7C15;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }
}
