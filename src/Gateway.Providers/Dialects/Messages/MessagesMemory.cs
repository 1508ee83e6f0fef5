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

    /// <summary>Of the assistant's message.</summary>
    private static readonly string[] OfMessage = [ExtraContent, ReplyJson.ProviderBlocks];

    private readonly Dictionary<string, (JsonElement Extra, bool IsSameModel)> _calls = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);

    /// <summary>Members of the message.</summary>
    public IReadOnlyCollection<KeyValuePair<string, JsonElement>> Members => _members;

    public void Add(string? data)
    {
        if (!OpaqueMemory.TryDecode(data, out var memory)) return;
        if (JsonFields.Text(memory, "call") is { } call)
        {
            if (ClientFields.Member(memory, ExtraContent) is { ValueKind: not JsonValueKind.Undefined } extra) _calls[call] = (extra, JsonFields.Text(memory, "model") == targetModel);
            return;
        }

        foreach (var name in OfMessage)
        {
            if (ClientFields.Member(memory, name) is not { ValueKind: not JsonValueKind.Undefined } value) continue;
            _members[name] = name == ReplyJson.ProviderBlocks && _members.TryGetValue(name, out var before) ? Joined(before, value) : value;
        }
    }

    /// <summary>
    /// To a translator it goes in any case, since those take what is theirs. A server that speaks OpenAI's format gets back only what the same model gave: Google's has signatures there, others
    /// refuse what they do not know.
    /// </summary>
    public JsonElement OfCall(string id, ChatReach reach) =>
        _calls.TryGetValue(id, out var call) && (reach == ChatReach.Translated || (reach == ChatReach.Compatible && call.IsSameModel)) ? call.Extra : default;

    /// <summary>The data of a block, of what a provider wants back with a call.</summary>
    /// <param name="extra">JSON.</param>
    public static string OfCall(ReadOnlySpan<byte> call, ReadOnlySpan<byte> extra, string targetModel) =>
        OpaqueMemory.Encode([.. Head(targetModel), .. ",\"call\":"u8, .. call, .. ",\"extra_content\":"u8, .. extra, .. "}"u8]);

    /// <summary>The data of a block, of a member of the message.</summary>
    public static string OfMember(ReadOnlySpan<byte> name, ReadOnlySpan<byte> json, string targetModel) =>
        OpaqueMemory.Encode([.. Head(targetModel), .. ",\""u8, .. name, .. "\":"u8, .. json, .. "}"u8]);

    public static byte[] Block(string data) => [.. "{\"type\":\"redacted_thinking\",\"data\":\""u8, .. Encoding.UTF8.GetBytes(data), .. "\"}"u8];

    private static byte[] Head(string targetModel) => [.. "{\"v\":1,\"model\":\""u8, .. JsonEncodedText.Encode(targetModel).EncodedUtf8Bytes, .. "\""u8];

    /// <summary>Blocks of one message that came one by one.</summary>
    private static JsonElement Joined(JsonElement before, JsonElement more)
    {
        if (before.ValueKind != JsonValueKind.Array || more.ValueKind != JsonValueKind.Array) return more;
        var (first, second) = (before.GetRawText(), more.GetRawText());
        if (before.GetArrayLength() == 0 || more.GetArrayLength() == 0) return before.GetArrayLength() == 0 ? more : before;
        return JsonElement.Parse($"{first[..^1]},{second[1..]}");
    }
}
