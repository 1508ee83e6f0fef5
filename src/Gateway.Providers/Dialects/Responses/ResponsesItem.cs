using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Responses;

internal enum ResponsesItemKind
{
    Reasoning,
    Message,
    FunctionCall,
    CustomCall,
    /// <summary>An image that the model made.</summary>
    Image,
}

/// <summary>An item of the output while it comes: what it is, and what of it has come. Texts are kept as they are escaped, without quotes.</summary>
internal sealed class ResponsesItem(ResponsesItemKind kind, int index, string requestId)
{
    /// <summary>The words of a message, the thoughts of a reasoning item, the arguments of a call, an image in base64.</summary>
    public GatheredText Text;

    /// <summary>Of a call: whether its arguments are whole.</summary>
    public JsonEnd ArgumentsEnd;

    /// <summary>Values of lists, with commas between them.</summary>
    public GatheredBytes Annotations, Logprobs, Thinking, Blocks;

    /// <summary>Of a reasoning item: what OpenRouter wants back.</summary>
    public ChatReasoningDetails Details = new();

    /// <summary>Of a reasoning item: JSON of the <c>extra_content</c> that it remembers.</summary>
    public byte[] Extra = [];

    /// <summary>Of a call, and of a reasoning item that remembers for one: a JSON string with its quotes.</summary>
    public byte[] CallId = [];

    /// <summary>Of a call: a JSON string with its quotes. Of an image its format, likewise.</summary>
    public byte[] Name = [];

    /// <summary>Of a message: its words decline.</summary>
    public bool IsRefusal;

    public bool IsDone;

    /// <summary>The answer was cut inside it.</summary>
    public bool IsCut;

    /// <summary>Of the events that carry its words: what stands before them.</summary>
    public byte[] DeltaHead = [];

    public int AnnotationCount;

    public ResponsesItemKind Kind => kind;

    /// <summary>Its place in the output.</summary>
    public int Index => index;

    /// <summary>Of a reasoning item that has nothing to show, it ends in what it remembers: clients that believe in a store send the id alone.</summary>
    public string Id { get; private set; } = IdOf(kind, requestId, index);

    /// <summary>Of a reasoning item that is done: what the client sends back so that the provider gets it.</summary>
    public string? Encrypted { get; private set; }

    public static string IdOf(ResponsesItemKind kind, string requestId, int index) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Prefix(kind)}_{requestId}_{index}");

    /// <param name="always">Also where there is nothing to remember: clients send no thoughts back without it.</param>
    /// <param name="model">The provider's name of the model that gave it.</param>
    public void Encrypt(bool always, string model)
    {
        if (!always && Thinking.Length + Blocks.Length + Extra.Length == 0 && Details.IsEmpty) return;
        var json = new ArrayBufferWriter<byte>(256 + Thinking.Length + Blocks.Length + Extra.Length);
        json.Write("{\"v\":1"u8);   // OpaqueMemory.Version
        Member(json, ResponsesMemory.Model, "\""u8, JsonEncodedText.Encode(model).EncodedUtf8Bytes, "\""u8);
        Member(json, ResponsesMemory.Call, default, CallId, default);
        Member(json, ResponsesMemory.Extra, default, Extra, default);
        Member(json, ResponsesMemory.Thinking, "["u8, Thinking.Span, "]"u8);
        Member(json, ReplyJson.ProviderBlocks, "["u8, Blocks.Span, "]"u8);
        Member(json, ChatReasoningDetails.Member, "["u8, Details.Take(), "]"u8);
        json.Write("}"u8);
        Encrypted = OpaqueMemory.Encode(json.WrittenSpan);
    }

    /// <summary>Before the item is told of.</summary>
    public void EncryptAsId(string model)
    {
        Encrypt(always: true, model);
        Id += "." + Encrypted![OpaqueMemory.Prefix.Length..];
    }

    /// <summary>What an item's id says of its memory; null: nothing.</summary>
    public static string? MemoryOf(string? id) => id is not null && id.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? OpaqueMemory.Prefix + id[(dot + 1)..] : null;

    /// <summary>An item of a client's by its id, in a message. Ids are short, but for those that are a memory.</summary>
    public static string Shown(string? id) => id is { Length: > 0 and <= 128 } ? $"the item {id}" : "an item";

    public void Return()
    {
        Text.Return();
        Annotations.Return();
        Logprobs.Return();
        Thinking.Return();
        Blocks.Return();
    }

    private static void Member(ArrayBufferWriter<byte> json, string name, ReadOnlySpan<byte> open, ReadOnlySpan<byte> value, ReadOnlySpan<byte> close)
    {
        if (value.IsEmpty) return;
        json.Write(",\""u8);
        json.Write(Encoding.UTF8.GetBytes(name));
        json.Write("\":"u8);
        json.Write(open);
        json.Write(value);
        json.Write(close);
    }

    private static string Prefix(ResponsesItemKind kind) => kind switch
    {
        ResponsesItemKind.Reasoning => "rs",
        ResponsesItemKind.Message => "msg",
        ResponsesItemKind.FunctionCall => "fc",
        ResponsesItemKind.Image => "ig",
        _ => "ctc",
    };
}
