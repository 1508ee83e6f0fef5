using System.Text;
using System.Text.Json;
using Gateway.Core.Dialects;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>
/// What a provider wants back with an answer and Anthropic's blocks have no member for. It goes to the client as a block that every client has to send back as it is, encrypted thoughts
/// (<c>redacted_thinking</c>), whose data is an <see cref="OpaqueMemory"/>: of one call, found again by the call's id, or of the message.
/// </summary>
internal sealed class MessagesMemory(string targetModel)
{
    public const string ExtraContent = "extra_content";

    /// <summary>Of a block of ours: what the provider wrote, for the client to read.</summary>
    public const string Shown = "provider_block";

    private const string Image = "image";

    private readonly Dictionary<string, (JsonElement Extra, bool IsSameModel)> _calls = new(StringComparer.Ordinal);
    private readonly List<JsonElement> _blocks = [], _details = [];
    private JsonElement _extra;
    private (JsonElement Extra, bool IsSameModel) _ofNextImage;

    /// <summary>There is something of the message itself, for a translator.</summary>
    public bool HasMembers => _blocks.Count > 0 || _extra.ValueKind != JsonValueKind.Undefined;

    /// <summary>There is something, for such a provider, that says what was thought.</summary>
    public bool HasThoughts(ChatReach reach) => reach switch
    {
        ChatReach.Translated => _extra.ValueKind != JsonValueKind.Undefined || _calls.Count > 0,
        ChatReach.Compatible => _details.Count > 0 || _calls.Values.Any(static c => c.IsSameModel),
        _ => false,
    };

    public void Add(string? data)
    {
        if (!OpaqueMemory.TryDecode(data, out var memory)) return;
        var extra = ClientFields.Member(memory, ExtraContent);
        var isSameModel = JsonFields.Text(memory, "model") == targetModel;
        if (JsonFields.Text(memory, "call") is { } call)
        {
            if (extra.ValueKind != JsonValueKind.Undefined) _calls[call] = (extra, isSameModel);
            return;
        }

        if (ClientFields.Member(memory, Image).ValueKind == JsonValueKind.True)
        {
            _ofNextImage = extra.ValueKind == JsonValueKind.Object && extra.EnumerateObject().Any() ? (extra, isSameModel) : default;
            return;
        }

        if (extra.ValueKind != JsonValueKind.Undefined) _extra = extra;
        if (isSameModel && ClientFields.Member(memory, ChatReasoningDetails.Member) is { ValueKind: JsonValueKind.Array } details) _details.AddRange(details.EnumerateArray());
        // Blocks of one message come one by one.
        if (ClientFields.Member(memory, ReplyJson.ProviderBlocks) is { ValueKind: JsonValueKind.Array } blocks) _blocks.AddRange(blocks.EnumerateArray());
    }

    /// <summary>Members of the message.</summary>
    public void WriteMembers(Utf8JsonWriter json)
    {
        if (_extra.ValueKind != JsonValueKind.Undefined)
        {
            json.WritePropertyName(ExtraContent);
            _extra.WriteTo(json);
        }

        WriteList(json, ReplyJson.ProviderBlocks, _blocks);
    }

    /// <summary>For a server that speaks OpenAI's format: what the same model gave.</summary>
    public void WriteDetails(Utf8JsonWriter json) => WriteList(json, ChatReasoningDetails.Member, _details);

    /// <summary>
    /// The first call of that id gets it, and no other: a message that repeats a call would have it sent over and over.
    /// To a translator it goes in any case, since those take what is theirs. A server that speaks OpenAI's format gets back only what the same model gave: Google's has signatures there, others
    /// refuse what they do not know.
    /// </summary>
    public JsonElement OfCall(string id, ChatReach reach) =>
        _calls.Remove(id, out var call) ? Wanted(call, reach) : default;

    /// <summary>The image that follows in the message gets it.</summary>
    public JsonElement OfImage(ChatReach reach)
    {
        var image = _ofNextImage;
        _ofNextImage = default;
        return Wanted(image, reach);
    }

    /// <summary>The data of a block, of what a provider wants back with a call.</summary>
    /// <param name="extra">JSON.</param>
    public static string OfCall(ReadOnlySpan<byte> call, ReadOnlySpan<byte> extra, string targetModel) =>
        OpaqueMemory.Encode([.. Head(targetModel), .. ",\"call\":"u8, .. call, .. ",\"extra_content\":"u8, .. extra, .. "}"u8]);

    /// <summary>The data of a block, of what a provider wants back with the image that stands behind it.</summary>
    public static string OfImage(ReadOnlySpan<byte> extra, string targetModel) => OpaqueMemory.Encode([.. Head(targetModel), .. ",\"image\":true,\"extra_content\":"u8, .. extra, .. "}"u8]);

    /// <summary>The data of a block, of a member of the message.</summary>
    public static string OfMember(ReadOnlySpan<byte> name, ReadOnlySpan<byte> json, string targetModel) =>
        OpaqueMemory.Encode([.. Head(targetModel), .. ",\""u8, .. name, .. "\":"u8, .. json, .. "}"u8]);

    public static byte[] Block(string data) => [.. "{\"type\":\"redacted_thinking\",\"data\":\""u8, .. Encoding.UTF8.GetBytes(data), .. "\"}"u8];

    /// <summary>The block of something that the provider wrote and Anthropic's format has no block for: the client can read it, and what goes back is the data.</summary>
    /// <param name="block">JSON, as the provider wrote it.</param>
    public static byte[] ShownBlock(ReadOnlySpan<byte> block, string targetModel) =>
    [
        .. "{\"type\":\"redacted_thinking\",\"data\":\""u8, .. Encoding.UTF8.GetBytes(OfMember(ReplyJson.ProviderBlocksUtf8, [.. "["u8, .. block, .. "]"u8], targetModel)),
        .. "\",\""u8, .. Encoding.UTF8.GetBytes(Shown), .. "\":"u8, .. block, .. "}"u8,
    ];

    private static JsonElement Wanted((JsonElement Extra, bool IsSameModel) memory, ChatReach reach) =>
        reach == ChatReach.Translated || (reach == ChatReach.Compatible && memory.IsSameModel) ? memory.Extra : default;

    private static void WriteList(Utf8JsonWriter json, string name, List<JsonElement> items)
    {
        if (items.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var item in items) item.WriteTo(json);
        json.WriteEndArray();
    }

    private static byte[] Head(string targetModel) => [.. "{\"v\":1,\"model\":\""u8, .. JsonEncodedText.Encode(targetModel).EncodedUtf8Bytes, .. "\""u8];
}
