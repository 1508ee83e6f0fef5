using System.Text.Json;

namespace Gateway.Providers.Shared;

/// <summary>
/// A provider's own name for the longest answer, or for how many there are, in a chat request that may have the API's name too. The smaller is sent: the API's can be the operator's word, and none is
/// more than was reserved.
/// </summary>
internal static class OwnBound
{
    /// <param name="said">By the API's name.</param>
    /// <param name="own">By the provider's, of any type; nothing where it is not there.</param>
    /// <param name="field">Where the client wrote it.</param>
    public static int? Least(int? said, JsonElement own, string field, RequestFit fit)
    {
        if (own.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return said;
        if (own.ValueKind == JsonValueKind.Number && own.TryGetInt32(out var number) && number > 0) return Math.Min(said ?? number, number);
        fit.Fail($"'{field}' must be a whole number from 1 to {int.MaxValue}.", field);
        return said;
    }
}
