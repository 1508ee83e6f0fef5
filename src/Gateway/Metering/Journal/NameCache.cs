using System.Text;

namespace Gateway.Metering.Journal;

/// <summary>Strings of names (keys, models, providers) by their bytes, so that the import does not make the same ones for every row. One thread.</summary>
internal sealed class NameCache
{
    /// <summary>Names kept; two that fall on one place replace each other.</summary>
    private const int Places = 1024;

    private readonly (byte[] Bytes, string Text)[] _names = new (byte[], string)[Places];

    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            return "";
        ref var place = ref _names[Crc32C.Compute(utf8) % Places];
        if (place.Text is null || !utf8.SequenceEqual(place.Bytes))
            place = (utf8.ToArray(), Encoding.UTF8.GetString(utf8));
        return place.Text;
    }
}
