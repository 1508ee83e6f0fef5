namespace Gateway.Providers.Demo.Model;

/// <summary>Counts what a chat consumed.</summary>
internal static class DemoMeter
{
    /// <summary>Everything the model read: turns, calls, tools and the schema of the answer.</summary>
    public static long Input(DemoChatAsk ask)
    {
        long bytes = 0;
        foreach (var turn in ask.Turns)
        {
            bytes += DemoTokens.Bytes(turn.Text);
            foreach (var call in turn.Calls ?? []) bytes += DemoTokens.Bytes(call.Name) + DemoTokens.Bytes(call.Arguments);
        }

        foreach (var tool in ask.Tools ?? [])
            bytes += DemoTokens.Bytes(tool.Name) + DemoTokens.Bytes(tool.Description) + DemoTokens.Bytes(tool.Schema?.GetRawText());
        return DemoTokens.Count(bytes + DemoTokens.Bytes(ask.Schema?.GetRawText()));
    }

    public static long Output(DemoAnswer answer) =>
        DemoTokens.Count(answer.Text) + DemoTokens.Count(answer.Refusal) + (answer.Calls?.Sum(static c => Output(c.Name, c.Arguments)) ?? 0);

    /// <summary>A call is counted by name and arguments.</summary>
    public static long Output(string name, string arguments) => DemoTokens.Count(DemoTokens.Bytes(name) + DemoTokens.Bytes(arguments));
}
