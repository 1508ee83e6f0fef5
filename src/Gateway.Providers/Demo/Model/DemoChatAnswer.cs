using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Providers.Demo.Model;

/// <summary>Makes one answer to a chat: calls, JSON or prose.</summary>
internal static class DemoChatAnswer
{
    private static readonly JsonDocument EmptyObject = JsonDocument.Parse("""{"type":"object","additionalProperties":false}""");

    /// <param name="index">Of the answer; each is another.</param>
    /// <param name="fault">Why there is none.</param>
    public static DemoAnswer? Make(DemoChatAsk ask, int index, out DemoFault? fault)
    {
        var tools = DemoToolPicker.Pick(ask);
        if (ask.Think != true) return Say(ask, tools, index, out fault);
        var question = ask.Turns.LastOrDefault(t => t.By == "asker")?.Text;
        var thoughts = DemoProse.Thoughts(question, tools.Select(static t => t.Name), ask.Turns[^1].By == "tool");
        if (ask.MaxTokens is not { } limit) return Say(ask, tools, index, out fault) is { } said ? said with { Thoughts = thoughts } : null;
        var whole = DemoTokens.Count(thoughts);
        if (whole < limit) return Say(ask with { MaxTokens = limit - (int)whole }, tools, index, out fault) is { } rest ? rest with { Thoughts = thoughts } : null;
        fault = null;   // nothing is left to answer with
        return new DemoAnswer { Thoughts = DemoTokens.Take(thoughts, limit), Text = "", Reason = DemoReason.Limit };
    }

    private static DemoAnswer? Say(DemoChatAsk ask, List<DemoTool> tools, int index, out DemoFault? fault)
    {
        fault = null;
        var question = ask.Turns.LastOrDefault(t => t.By == "asker");
        var last = ask.Turns[^1];
        var dice = new DemoDice(ask.Seed ?? 0, index, last.Text);
        if (tools.Count > 0) return Call(ask, tools, question?.Text, dice, out fault);
        if (ask.Json)
        {
            var json = Json(ask.Schema, question?.Text, dice);
            if (json is null) fault = new DemoFault("The demo model finds no value of reasonable size for the schema.", "schema");
            return json is null ? null : DemoCut.Text(json, ask.Stop, ask.MaxTokens);
        }

        var variant = (new DemoDice(ask.Seed ?? 0, 0, last.Text).Pick(DemoProse.Variants) + index) % DemoProse.Variants;
        var prose = last.By == "tool"
            ? DemoProse.AnswerWith(ask.Turns.Reverse().TakeWhile(t => t.By == "tool").Reverse(), variant)
            : DemoProse.Answer(question, ask.Calling == DemoCalling.MayBe ? ask.Tools : null, variant);
        return DemoCut.Text(prose, ask.Stop, ask.MaxTokens);
    }

    private static DemoAnswer? Call(DemoChatAsk ask, List<DemoTool> tools, string? question, DemoDice dice, out DemoFault? fault)
    {
        fault = null;
        var calls = new List<DemoCall>(tools.Count);
        foreach (var tool in tools)
        {
            var schema = tool.Schema is { ValueKind: JsonValueKind.Object } given ? given : EmptyObject.RootElement;
            var arguments = DemoFiller.Fill(schema, new DemoHints(question), dice);
            if (arguments is null)
            {
                var at = string.Create(CultureInfo.InvariantCulture, $"tools[{ask.Tools!.ToList().IndexOf(tool)}].schema");
                fault = new DemoFault($"The demo model finds no arguments of reasonable size for the tool '{tool.Name}'.", at);
                return null;
            }

            calls.Add(new DemoCall(CallId(dice), tool.Name, arguments));
        }

        return DemoCut.Calls(calls, ask.MaxTokens);
    }

    private static string? Json(JsonElement? schema, string? question, DemoDice dice)
    {
        if (schema is { ValueKind: JsonValueKind.Object } given) return DemoFiller.Fill(given, new DemoHints(question), dice);
        var said = JsonEncodedText.Encode(DemoProse.Quote(question ?? ""), JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        return $$"""{"answer":"This is the gateway's built-in demo model, answering in JSON.","you_said":"{{said}}"}""";
    }

    private static string CallId(DemoDice dice) => string.Create(CultureInfo.InvariantCulture, $"call_{dice.Next():x16}{(uint)dice.Next():x8}");
}
