using System.Globalization;

namespace Gateway.Providers.Gemini;

/// <summary>Ids of tool calls. Gemini gives hardly any: these are the same whenever the same answer is read, and differ between answers.</summary>
internal static class GeminiIds
{
    private const string RequestPrefix = "req_";

    /// <returns>At most 40 characters, OpenAI's limit, with the ids that the host gives to requests.</returns>
    public static string Of(string requestId, int choice, int call)
    {
        var id = requestId.StartsWith(RequestPrefix, StringComparison.Ordinal) ? requestId.AsSpan(RequestPrefix.Length) : requestId;
        return choice == 0 ? string.Create(CultureInfo.InvariantCulture, $"call_{id}_{call}") : string.Create(CultureInfo.InvariantCulture, $"call_{id}_{choice}_{call}");
    }
}
