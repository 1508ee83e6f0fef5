using System.Text.Json;
using Gateway.Providers.Gemini;

namespace Gateway.Providers.Demo.Upstreams.Gemini;

/// <summary>
/// From contents to turns. Calls are answered in the next content, as many as there were, by name and order. Models of the third generation want the first call of each step since the last
/// question back with its signature; a signature that is there must be the one that was given, whatever the model.
/// </summary>
internal sealed class ContentTurns(DemoExchange exchange, string model)
{
    /// <summary>Whose signatures these are.</summary>
    public const string Seal = "gemini";

    /// <summary>What the signature of a text stands for.</summary>
    public const string SealedText = "text";

    /// <summary>In place of a signature, for calls that another model made.</summary>
    private static readonly string[] Waivers = ["skip_thought_signature_validator", "context_engineering_is_the_way_to_go"];

    private readonly List<DemoTurn> _turns = [];

    /// <summary>Calls that still wait for their result.</summary>
    private List<DemoCall> _open = [];

    public List<DemoTurn> Read()
    {
        var system = NativeJson.Member(exchange.Body, "systemInstruction", "system_instruction") ?? default;
        foreach (var rule in Texts(system)) _turns.Add(new DemoTurn { By = "rules", Text = rule });
        var contents = NativeJson.Items(exchange.Body, "contents");
        if (contents.Count == 0) exchange.Fail("contents is not specified", "contents");
        var question = contents.ToList().FindLastIndex(static c => NativeJson.Text(c, "role") != "model" && Texts(c).Any());
        foreach (var (i, content) in contents.Index())
        {
            var parts = NativeJson.Items(content, "parts");
            if (parts.Count == 0) exchange.Fail("must include at least one parts field", $"contents[{i}].parts");
            if (NativeJson.Text(content, "role") is not (null or "user" or "model" or "function")) exchange.Fail("Please use a valid role: user, model.", $"contents[{i}].role");
            if (NativeJson.Text(content, "role") == "model") Model(parts, i, isNow: i > question);
            else User(content, parts, i);
        }

        if (_open.Count > 0) WrongResults(contents.Count - 1);
        return _turns;
    }

    private static IEnumerable<string> Texts(JsonElement content) =>
        NativeJson.Items(content, "parts").Where(static p => NativeJson.Flag(p, "thought") != true).Select(static p => NativeJson.Text(p, "text")).OfType<string>();

    private void User(JsonElement content, IReadOnlyList<JsonElement> parts, int i)
    {
        var results = parts.Select(static p => NativeJson.Member(p, "functionResponse", "function_response")).OfType<JsonElement>().ToList();
        if (results.Count != _open.Count) WrongResults(i);
        foreach (var result in results)
        {
            var (id, name) = (NativeJson.Text(result, "id"), NativeJson.Text(result, "name"));
            var call = _open.Find(c => id is { Length: > 0 } ? c.Id == id : c.Name == name);
            if (call is null) WrongResults(i);
            else _open.Remove(call);
            _turns.Add(new DemoTurn { By = "tool", Text = Result(NativeJson.Member(result, "response")), Tool = name ?? "" });
        }

        _open = [];
        var texts = Texts(content).ToList();
        var images = parts.Count(static p => NativeJson.Member(p, "inlineData", "inline_data", "fileData", "file_data") is not null);
        if (texts.Count > 0 || images > 0) _turns.Add(new DemoTurn { By = "asker", Text = string.Join('\n', texts), Images = images > 0 ? images : null });
    }

    /// <summary>A text that had to become an object is a text again.</summary>
    private static string Result(JsonElement? response) =>
        response is { } value && value.ValueKind == JsonValueKind.Object && value.GetPropertyCount() == 1 && NativeJson.Text(value, "output", "error") is { } text ? text : response?.GetRawText() ?? "";

    private void WrongResults(int i) =>
        exchange.Fail("Every functionCall of a turn needs its functionResponse, with its name, in the turn right after it, and no other.", $"contents[{i}].parts");

    /// <param name="isNow">It belongs to the turn that the answer goes on.</param>
    private void Model(IReadOnlyList<JsonElement> parts, int i, bool isNow)
    {
        if (_open.Count > 0) WrongResults(i);
        var calls = new List<DemoCall>();
        foreach (var (p, part) in parts.Index())
        {
            var signature = NativeJson.Text(part, "thoughtSignature", "thought_signature");
            var call = NativeJson.Member(part, "functionCall", "function_call") ?? default;
            var name = NativeJson.Text(call, "name");
            var isRight = signature is null || Waivers.Contains(signature) || DemoSeal.IsRight(Seal, name ?? SealedText, signature);
            if (!isRight) exchange.Fail("The thought signature is not valid.", $"contents[{i}].parts[{p}].thought_signature");
            if (name is null) continue;
            if (signature is null && isNow && calls.Count == 0 && GeminiModels.IsThirdOrLater(model))
                exchange.Fail($"The function call {name} has no thought_signature: it has to be sent back with the one that it came with.", $"contents[{i}].parts[{p}].thought_signature");
            var id = NativeJson.Text(call, "id") is { Length: > 0 } own ? own : $"{i}.{p}";
            calls.Add(new DemoCall(id, name, NativeJson.Member(call, "args")?.GetRawText() ?? "{}"));
        }

        var text = string.Join('\n', parts.Where(static p => NativeJson.Flag(p, "thought") != true).Select(static p => NativeJson.Text(p, "text")).Where(static t => !string.IsNullOrEmpty(t)));
        _turns.Add(new DemoTurn { By = "model", Text = text, Calls = calls.Count > 0 ? calls : null });
        _open = [.. calls];
    }
}
