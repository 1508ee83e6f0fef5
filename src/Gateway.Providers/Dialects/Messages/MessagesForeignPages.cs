using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>
/// Web pages that another provider's answer rests on, as <see cref="MessagesCitations"/> shows them. Anthropic takes back only those of its own search, which it knows by an index that it encrypted.
/// </summary>
internal static class MessagesForeignPages
{
    public const string Place = "messages[].content[]." + Citations;

    private const string Citations = "citations";

    /// <param name="block">Of any type.</param>
    public static bool AreIn(JsonElement block) => MessagesCitations.Items(ClientFields.Member(block, Citations)).Any(Is);

    /// <summary>Writes the block; one that cites nothing else is left without the member.</summary>
    public static void WriteWithout(Utf8JsonWriter json, JsonElement block)
    {
        json.WriteStartObject();
        foreach (var member in block.EnumerateObject())
        {
            if (member.Name != Citations)
            {
                member.WriteTo(json);
                continue;
            }

            if (member.Value.EnumerateArray().All(Is)) continue;
            json.WriteStartArray(member.Name);
            foreach (var citation in member.Value.EnumerateArray().Where(static c => !Is(c))) citation.WriteTo(json);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static bool Is(JsonElement citation) =>
        JsonFields.Text(citation, "type") == "web_search_result_location" && string.IsNullOrEmpty(JsonFields.Text(citation, "encrypted_index"));
}
