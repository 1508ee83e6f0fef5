using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects;

/// <summary>The members that an object of a client's may have. What else it asks for is refused by its place, or left out and named: it never vanishes without a word.</summary>
internal sealed class KnownMembers(params string[] names)
{
    private readonly byte[][] _names = [.. names.Select(Encoding.UTF8.GetBytes)];

    /// <summary>With a few more.</summary>
    public KnownMembers And(params string[] more) => new([.. names, .. more]);

    /// <param name="at">Where the object stands in the client's request.</param>
    public void Check(JsonElement of, string at, RequestFit fit)
    {
        if (of.ValueKind != JsonValueKind.Object) return;
        foreach (var member in of.EnumerateObject())
        {
            // Null and false ask for nothing, whatever they are of.
            if (member.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False) && !Has(member)) fit.Unserved($"{at}.{member.Name}");
        }
    }

    /// <summary>Names are compared as bytes: a long conversation has thousands of members, and nearly all are known.</summary>
    public bool Has(in JsonProperty member)
    {
        var written = JsonMarshal.GetRawUtf8PropertyName(member);
        foreach (var name in _names)
        {
            if (written.SequenceEqual(name)) return true;
        }

        return written.Contains((byte)'\\') && names.Contains(member.Name);
    }
}
