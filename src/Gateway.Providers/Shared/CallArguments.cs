using System.Text;

namespace Gateway.Providers.Shared;

/// <summary>The arguments of an earlier call, which OpenAI's format has as a text and others as JSON: one object, all of whose strings are text.</summary>
internal static class CallArguments
{
    /// <param name="at">Where the call stands.</param>
    /// <returns>JSON; null where it is none, which was said.</returns>
    public static string? Of(string arguments, string at, RequestFit fit)
    {
        if (string.IsNullOrWhiteSpace(arguments)) return "{}";   // a call without arguments, as some models write it
        if (!RequestJson.IsObject(arguments))
        {
            fit.Fail($"'{at}.function.arguments' must be a JSON object.", $"{at}.function.arguments");
            return null;
        }

        if (JsonText.IsText(Encoding.UTF8.GetBytes(arguments))) return arguments;
        fit.Fail($"'{at}.function.arguments' has half of a surrogate pair (\\ud800 to \\udfff), which is no character.", $"{at}.function.arguments");
        return null;
    }
}
