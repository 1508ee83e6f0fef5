using System.Text;
using System.Text.Json;

namespace Gateway.Providers.Demo.Upstreams.Responses;

/// <summary>From input items to turns. Thoughts come back encrypted, before the calls that they led to.</summary>
internal sealed class ResponsesTurns(DemoExchange exchange)
{
    /// <summary>Whose signatures these are.</summary>
    private const string Seal = "openai";

    /// <summary>What the id of a call begins with that was thought about before: it is refused without the thought.</summary>
    public const string ThoughtOf = "fc_r";

    private readonly List<DemoTurn> _turns = [];

    /// <summary>Calls that still wait for their result: id → tool.</summary>
    private readonly Dictionary<string, string> _open = new(StringComparer.Ordinal);

    private bool _hasThought;

    public List<DemoTurn> Read()
    {
        if (NativeJson.Text(exchange.Body, "instructions") is { } rules) _turns.Add(new DemoTurn { By = "rules", Text = rules });
        if (NativeJson.Text(exchange.Body, "input") is { } only) _turns.Add(new DemoTurn { By = "asker", Text = only });
        foreach (var (i, item) in NativeJson.Items(exchange.Body, "input").Index()) Item(item, $"input[{i}]");
        if (_turns.Count == 0) exchange.Fail("Missing required parameter: 'input'.", "input");
        if (_open.Count > 0) exchange.Fail($"No tool output found for function call {_open.Keys.First()}.", "input");
        return _turns;
    }

    /// <summary>Encrypted thoughts: here only signed, so that it can be seen what was lost.</summary>
    public static string Encrypt(string thoughts) => $"{Convert.ToBase64String(Encoding.UTF8.GetBytes(thoughts))}.{DemoSeal.Of(Seal, thoughts)}";

    private void Item(JsonElement item, string at)
    {
        switch (NativeJson.Text(item, "type"))
        {
            case null or "message":
                Message(item, at);
                break;
            case "reasoning":
                _hasThought = true;
                if (NativeJson.Text(item, "encrypted_content") is not { } encrypted) exchange.Fail("The demo stores no items: a reasoning item needs its encrypted_content.", at);
                else if (!IsOurs(encrypted)) exchange.Fail("The encrypted content could not be verified.", at + ".encrypted_content");
                break;
            case "function_call":
                Call(item, at);
                break;
            case "function_call_output":
                var id = NativeJson.Text(item, "call_id") ?? "";
                if (_open.Remove(id, out var tool)) _turns.Add(new DemoTurn { By = "tool", Text = NativeJson.Text(item, "output") ?? Text(item, "output"), Tool = tool });
                else exchange.Fail($"No tool call found for function call output with call_id {id}.", at);
                break;
            case var type:
                if (type == "item_reference") exchange.Fail("The demo stores no items.", at);
                break;
        }
    }

    private static bool IsOurs(string encrypted)
    {
        var bytes = new byte[encrypted.Length];
        return encrypted.Split('.') is [var thoughts, var signature] && Convert.TryFromBase64String(thoughts, bytes, out var length)
            && DemoSeal.IsRight(Seal, Encoding.UTF8.GetString(bytes, 0, length), signature);
    }

    private void Message(JsonElement item, string at)
    {
        var text = NativeJson.Text(item, "content") ?? Text(item, "content");
        switch (NativeJson.Text(item, "role"))
        {
            case "system" or "developer":
                _turns.Add(new DemoTurn { By = "rules", Text = text });
                break;
            case "user":
                var images = NativeJson.Items(item, "content").Count(static p => NativeJson.Text(p, "type") == "input_image");
                _turns.Add(new DemoTurn { By = "asker", Text = text, Images = images > 0 ? images : null });
                _hasThought = false;
                break;
            case "assistant":
                _turns.Add(new DemoTurn { By = "model", Text = text });
                break;
            default:
                exchange.Fail("Invalid value: must be 'assistant', 'system', 'developer' or 'user'.", at + ".role");
                break;
        }
    }

    private static string Text(JsonElement item, string member) =>
        string.Join('\n', NativeJson.Items(item, member).Select(static p => NativeJson.Text(p, "text", "refusal")).OfType<string>());

    private void Call(JsonElement item, string at)
    {
        if (NativeJson.Text(item, "call_id") is not { } id || NativeJson.Text(item, "name") is not { } name || NativeJson.Text(item, "arguments") is not { } arguments)
        {
            exchange.Fail("A function call has 'call_id', 'name' and 'arguments'.", at);
            return;
        }

        if (!_open.TryAdd(id, name)) exchange.Fail("Two function calls have the same call_id.", at + ".call_id");
        if (!_hasThought && NativeJson.Text(item, "id")?.StartsWith(ThoughtOf, StringComparison.Ordinal) == true)
            exchange.Fail("The function call was provided without the reasoning item that came before it.", at);
        _turns.Add(new DemoTurn { By = "model", Text = "", Calls = [new DemoCall(id, name, arguments)] });
    }
}
