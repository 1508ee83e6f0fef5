using System.Text.Json;
using Gateway.Core.Dialects;
using Gateway.Core.Providers;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>A client's request on its way to chat: where it goes, and what does not fit there.</summary>
internal sealed class MessagesAsk(in TranslationContext context, in ChatTarget target, bool drop)
{
    public const string CacheControl = "cache_control";

    public RequestFit Fit { get; } = new("The provider behind this model", drop);

    public ChatTarget Target { get; } = target;

    public ClientPlaces Places { get; } = new(MessagesMembers.ChatFields);

    public MessagesNames Names { get; } = new();

    /// <summary>Stop sequences.</summary>
    public List<string> Stops { get; } = [];

    public string TargetModel { get; } = context.TargetModel;

    /// <summary>The hub's extensions are understood.</summary>
    public bool Extended => Target.Reach == ChatReach.Translated;

    /// <summary>A document is an address, which may be its data.</summary>
    public bool HasDocumentUrls => Target.Messages == ChatMessages.Mistral;

    /// <summary>Several texts in a row are sent as one: not every server that speaks OpenAI's format takes a list.</summary>
    public bool JoinsTexts => Target.Reach == ChatReach.Compatible;

    /// <summary>Where a prompt's cache may end. Without it the answer is the same, so that it never stands in the way.</summary>
    /// <param name="at">Where the block or the tool stands that has it.</param>
    public JsonElement Cache(JsonElement of, string at)
    {
        var cache = ClientFields.Member(of, CacheControl);
        if (cache.ValueKind == JsonValueKind.Undefined) return default;
        if (Extended && cache.ValueKind == JsonValueKind.Object) return cache;
        Fit.Drop($"{ClientShapes.Of(at)}.{CacheControl}");
        return default;
    }

    /// <param name="at">Where the block or the tool stands that has it.</param>
    public void WriteCache(Utf8JsonWriter json, JsonElement cache, string at)
    {
        if (cache.ValueKind != JsonValueKind.Object) return;
        Places.Note(json, at, CacheControl, isCopy: true);
        json.WritePropertyName(CacheControl);
        cache.WriteTo(json);
    }
}
