using System.Text.Json;

namespace Gateway.Providers.Tests.Support;

/// <summary>What a client makes of a stream: the pieces of each choice put together.</summary>
internal sealed record StreamSum(IReadOnlyList<ChoiceSum> Choices, JsonElement? Usage)
{
    public static StreamSum Of(IReadOnlyList<JsonElement> chunks)
    {
        var choices = new SortedDictionary<int, ChoiceSum>();
        foreach (var choice in chunks.SelectMany(c => c.GetProperty("choices").EnumerateArray()))
        {
            var index = choice.GetProperty("index").GetInt32();
            if (!choices.TryGetValue(index, out var sum)) choices[index] = sum = new ChoiceSum();
            sum.FinishReason.Should().BeNull("nothing follows a choice's end");
            sum.Add(choice);
        }

        return new StreamSum([.. choices.Values], chunks[^1].TryGetProperty("usage", out var usage) ? usage : null);
    }

    public static IReadOnlyList<ChoiceSum> OfReply(JsonElement reply) => [.. reply.GetProperty("choices").EnumerateArray().Select(choice =>
    {
        var sum = new ChoiceSum();
        sum.Add(choice);
        return sum;
    })];
}

internal sealed class ChoiceSum
{
    public string? Role { get; private set; }

    public string? Content { get; private set; }

    public string? Refusal { get; private set; }

    public string? Reasoning { get; private set; }

    public List<string> CallIds { get; } = [];

    public List<string> CallNames { get; } = [];

    public List<string> CallArguments { get; } = [];

    public string? FinishReason { get; private set; }

    /// <summary>A choice of a reply, a chat chunk or a completion.</summary>
    public void Add(JsonElement choice)
    {
        FinishReason = choice.GetProperty("finish_reason").GetString();
        if (choice.TryGetProperty("text", out var text))
        {
            Content += text.GetString();
            return;
        }

        var said = choice.TryGetProperty("message", out var message) ? message : choice.GetProperty("delta");
        Role ??= Text(said, "role");
        if (Text(said, "content") is { } content) Content += content;
        if (Text(said, "reasoning_content") is { } thoughts) Reasoning += thoughts;
        if (Text(said, "refusal") is { } refusal) Refusal += refusal;
        if (!said.TryGetProperty("tool_calls", out var calls)) return;
        foreach (var (position, call) in calls.EnumerateArray().Index())
            AddCall(call.TryGetProperty("index", out var index) ? index.GetInt32() : position, call);
    }

    private void AddCall(int index, JsonElement call)
    {
        var function = call.GetProperty("function");
        if (call.TryGetProperty("id", out var id))
        {
            CallIds.Should().HaveCount(index, "calls are numbered in order");
            CallIds.Add(id.GetString()!);
            CallNames.Add(function.GetProperty("name").GetString()!);
            CallArguments.Add("");
        }

        CallArguments[index] += function.GetProperty("arguments").GetString();
    }

    private static string? Text(JsonElement said, string member) => said.TryGetProperty(member, out var value) ? value.GetString() : null;
}
