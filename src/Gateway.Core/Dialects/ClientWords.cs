using System.Text;
using Gateway.Core.Errors;

namespace Gateway.Core.Dialects;

/// <summary>Says to a client, in the words of its own request, what was found in the chat request that was made of it.</summary>
public static class ClientWords
{
    /// <summary>An error about the chat request: its field, and every field that its message has in single quotes.</summary>
    public static GatewayError Retell(this IClientPlaces places, GatewayError error) =>
        error with { Param = error.Param is null ? null : places.ToClient(error.Param), Message = Text(places, error.Message) };

    /// <summary>Names of fields that were left out, each once; what the client has no place for has no name either.</summary>
    public static IReadOnlyList<string> Retell(this IClientPlaces places, IReadOnlyList<string> fields) =>
        fields.Count == 0 ? fields : [.. fields.SelectMany(f => f.Contains("[]", StringComparison.Ordinal) ? places.ToClientShapes(f) : [places.ToClient(f)]).Distinct(StringComparer.Ordinal)];

    private static string Text(IClientPlaces places, string message)
    {
        StringBuilder? told = null;
        var kept = 0;
        for (var i = message.IndexOf('\'', StringComparison.Ordinal); i >= 0; i = message.IndexOf('\'', i + 1))
        {
            // An apostrophe opens nothing, and what has spaces is no field.
            if (i > 0 && char.IsLetterOrDigit(message[i - 1])) continue;
            var length = message.AsSpan(i + 1).IndexOfAny('\'', ' ');
            if (length <= 0 || message[i + 1 + length] != '\'') continue;
            (told ??= new(message.Length + 16)).Append(message, kept, i + 1 - kept).Append(places.ToClient(message.Substring(i + 1, length)));
            kept = i + 1 + length;
            i = kept;
        }

        return told is null ? message : told.Append(message, kept, message.Length - kept).ToString();
    }
}
