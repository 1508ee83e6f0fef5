using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.FakeUpstream;

/// <summary>What becomes of the connection in the middle of an answer.</summary>
public enum Cut
{
    None,
    /// <summary>The peer closes (FIN) although the message is not complete.</summary>
    Fin,
    /// <summary>The peer resets the connection.</summary>
    Rst,
    /// <summary>HTTP ends as it should, but the dialect's terminal marker (finish_reason, usage, <c>[DONE]</c>) never came.</summary>
    Clean,
    /// <summary>Everything but <c>[DONE]</c> came.</summary>
    Undone,
}

/// <summary>A place in an answer where it can stand still.</summary>
public enum Stall
{
    None,
    /// <summary>Before the head.</summary>
    Headers,
    /// <summary>After the head.</summary>
    First,
    /// <summary>After <see cref="Script.After"/> pieces of a stream, or half of a JSON reply.</summary>
    Middle,
    /// <summary>All but the end is sent: of a stream <c>[DONE]</c> is missing, of a JSON reply the last byte.</summary>
    End,
}

/// <summary>In which form token counts are reported.</summary>
public enum UsageShape
{
    /// <summary>As OpenAI does: in the JSON reply; on a stream in a last chunk, if the request asked for it.</summary>
    Final,
    None,
    Null,
    /// <summary>Running counts in every chunk of a stream, asked for or not.</summary>
    Every,
    Twice,
    Negative,
    Huge,
    Fraction,
    Quoted,
}

/// <summary>How the lines of a stream are written.</summary>
public enum SseStyle
{
    Plain,
    Crlf,
    /// <summary>Comment lines before, between and after.</summary>
    Comments,
    /// <summary><c>event:</c>, <c>id:</c> and <c>retry:</c> lines around each <c>data:</c>.</summary>
    Fields,
    /// <summary>One JSON value over several <c>data:</c> lines.</summary>
    Multiline,
    /// <summary>No space after <c>data:</c>.</summary>
    Tight,
}

/// <summary>How one request is to be answered. It travels inside the request's own text, so that it survives any gateway.</summary>
public sealed record Script
{
    /// <summary>A name for the attempt in the invoice, the statistics and the recorded requests; the request's <c>user</c> where absent.</summary>
    public string? Case { get; init; }

    public int Status { get; init; }

    /// <summary>Only so many first requests of the case fare by <see cref="Status"/>, <see cref="Headers"/> and <see cref="Body"/>; 0: all of them.</summary>
    public int FailFirst { get; init; }

    /// <summary>Further response headers.</summary>
    public Dictionary<string, string>? Headers { get; init; }

    /// <summary>Sent as it is instead of an answer; may be empty, HTML, or half a JSON value.</summary>
    public string? Body { get; init; }

    public string? ContentType { get; init; }

    /// <summary>What the model says; <c>tok0 tok1 …</c> where absent.</summary>
    public string? Text { get; init; }

    /// <summary>Arguments of the tool call, where the request offers tools; <c>{"city":"Madrid"}</c> where absent.</summary>
    public string? ToolArguments { get; init; }

    /// <summary>Pieces the text comes in; 3 where absent.</summary>
    public int? Chunks { get; init; }

    /// <summary>Makes each piece so many characters long instead, all the same: for bulk.</summary>
    public int Pad { get; init; }

    /// <summary>Milliseconds before each piece after the first.</summary>
    public int DelayMs { get; init; }

    /// <summary>Milliseconds before the response's head.</summary>
    public int HeadersMs { get; init; }

    /// <summary>Milliseconds between the response's head and the first piece.</summary>
    public int FirstMs { get; init; }

    /// <summary>The embedding of the text that this script is; a made-up one where absent.</summary>
    public float[]? Vector { get; init; }

    /// <summary>Only so many first requests of the case wait for <see cref="HeadersMs"/> and <see cref="FirstMs"/>; 0: all of them.</summary>
    public int SlowFirst { get; init; }

    /// <summary>Milliseconds between the last piece and what ends a stream.</summary>
    public int EndMs { get; init; }

    /// <summary>Milliseconds between two single bytes; 0: bytes are sent together.</summary>
    public int TrickleMs { get; init; }

    /// <summary>Where the answer stops until the client is gone.</summary>
    public Stall Stall { get; init; }

    /// <summary>Where it stops until it is let go, by <c>POST /__release?case=</c>.</summary>
    public Stall Hold { get; init; }

    /// <summary>The whole answer is on the invoice as soon as the request is here: what is never sent is paid for all the same.</summary>
    public bool BillAtOnce { get; init; }

    public Cut Cut { get; init; }

    /// <summary>Pieces sent before <see cref="Cut"/>, <see cref="Stall.Middle"/> or <see cref="ErrorEvent"/> happens.</summary>
    public int After { get; init; }

    /// <summary>An error object inside the 200 stream, after which the stream ends without <c>[DONE]</c>.</summary>
    public bool ErrorEvent { get; init; }

    public UsageShape Usage { get; init; }

    public SseStyle Sse { get; init; }

    public int? PromptTokens { get; init; }

    /// <summary>Tokens of the whole answer; the number of pieces where absent.</summary>
    public int? CompletionTokens { get; init; }

    public int CachedTokens { get; init; }

    public int ReasoningTokens { get; init; }

    /// <summary>The directive as it stands in a message: <c>{"script":{…}}</c>.</summary>
    public override string ToString() => new Directive { Script = this }.ToString();
}

/// <summary>The text of a message that says how it is to be answered, the same by every upstream model or by each in its own way.</summary>
public sealed record Directive
{
    public Script? Script { get; init; }

    /// <summary>By upstream model name; wins over <see cref="Script"/>.</summary>
    public Dictionary<string, Script>? Models { get; init; }

    public Script? For(string model) => Models is not null && Models.TryGetValue(model, out var own) ? own : Script;

    public override string ToString() => JsonSerializer.Serialize(this, ScriptJson.Default.Directive);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Directive))]
internal sealed partial class ScriptJson : JsonSerializerContext;
