using System.Text.Json;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Rig;

/// <summary>Writes request bodies.</summary>
public static class Ask
{
    /// <summary>A chat request whose one message is the script; <c>user</c> is the script's case, so that upstream, invoice and ledger know it by one name.</summary>
    /// <param name="extra">Further members, JSON without braces.</param>
    public static string Chat(string model, Script script, bool stream = false, string? extra = null) =>
        Chat(model, script.ToString(), script.Case, stream, extra);

    public static string Chat(string model, Directive directive, string user, bool stream = false, string? extra = null) =>
        Chat(model, directive.ToString(), user, stream, extra);

    public static string Chat(string model, string content, string? user = null, bool stream = false, string? extra = null) =>
        $$"""{"model":{{Quote(model)}},"messages":[{"role":"user","content":{{Quote(content)}}}]{{Rest(user, stream, extra)}}}""";

    public static string Completion(string model, Script script, bool stream = false, string? extra = null) =>
        Completion(model, new Directive { Script = script }, script.Case, stream, extra);

    public static string Completion(string model, Directive directive, string? user, bool stream = false, string? extra = null) =>
        $$"""{"model":{{Quote(model)}},"prompt":{{Quote(directive.ToString())}}{{Rest(user, stream, extra)}}}""";

    public static string Embedding(string model, Script script, string? extra = null) =>
        Embedding(model, new Directive { Script = script }, script.Case, extra);

    public static string Embedding(string model, Directive directive, string? user, string? extra = null) =>
        $$"""{"model":{{Quote(model)}},"input":{{Quote(directive.ToString())}}{{Rest(user, false, extra)}}}""";

    public static string Response(string model, string input, string? user = null, bool stream = false, string? extra = null) =>
        $$"""{"model":{{Quote(model)}},"input":{{Quote(input)}}{{Rest(user, stream, extra)}}}""";

    /// <summary>With a bound of 1,000 tokens, which the dialect demands, unless <paramref name="extra"/> has one.</summary>
    public static string Message(string model, string content, string? user = null, bool stream = false, string? extra = null) =>
        $$"""{"model":{{Quote(model)}},"messages":[{"role":"user","content":{{Quote(content)}}}]{{(extra?.Contains("\"max_tokens\"", StringComparison.Ordinal) == true ? "" : ",\"max_tokens\":1000")}}{{Metadata(user)}}{{Rest(null, stream, extra)}}}""";

    public static string Count(string model, string content, string? user = null, string? extra = null) =>
        $$"""{"model":{{Quote(model)}},"messages":[{"role":"user","content":{{Quote(content)}}}]{{Metadata(user)}}{{Rest(null, false, extra)}}}""";

    public static string Ranking(string model, string query, string? user = null, string? extra = null) =>
        $$"""{"model":{{Quote(model)}},"query":{{Quote(query)}},"documents":["one","two"]{{Rest(user, false, extra)}}}""";

    /// <summary>Asks for the usage chunk.</summary>
    public const string WithUsage = "\"stream_options\":{\"include_usage\":true}";

    /// <summary>A name nobody else has.</summary>
    public static string NewCase(string name) => $"{name}-{Guid.NewGuid():N}";

    public static string Quote(string text) => JsonSerializer.Serialize(text);

    private static string Metadata(string? user) => user is null ? "" : $$""","metadata":{"user_id":{{Quote(user)}}}""";

    private static string Rest(string? user, bool stream, string? extra) =>
        $"{(user is null ? "" : $",\"user\":{Quote(user)}")}{(stream ? ",\"stream\":true" : "")}{(extra is null ? "" : "," + extra)}";
}
