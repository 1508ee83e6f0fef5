namespace Gateway.Providers.Demo.Model;

/// <summary>Ends answers where the request said.</summary>
internal static class DemoCut
{
    /// <summary>Before the first stop sequence, and within the limit.</summary>
    public static DemoAnswer Text(string text, IReadOnlyList<string>? stop, int? maxTokens)
    {
        string? stoppedBy = null;
        foreach (var sequence in stop ?? [])
        {
            if (text.IndexOf(sequence, StringComparison.Ordinal) is not (>= 0 and var at)) continue;
            text = text[..at];
            stoppedBy = sequence;
        }

        var taken = maxTokens is { } limit ? DemoTokens.Take(text, limit) : text;
        return taken.Length < text.Length ? new DemoAnswer { Text = taken, Reason = DemoReason.Limit } : new DemoAnswer { Text = taken, Reason = DemoReason.Done, StoppedBy = stoppedBy };
    }

    /// <summary>Within the limit: the last call that still has room is cut in its arguments.</summary>
    public static DemoAnswer Calls(List<DemoCall> calls, int? maxTokens)
    {
        var kept = new List<DemoCall>(calls.Count);
        long left = maxTokens ?? long.MaxValue;
        foreach (var call in calls)
        {
            var cost = DemoMeter.Output(call.Name, call.Arguments);
            if (cost > left)
            {
                var room = left - DemoTokens.Count(call.Name);
                if (room >= 0) kept.Add(call with { Arguments = DemoTokens.Take(call.Arguments, room) });
                return new DemoAnswer { Calls = kept, Text = kept.Count == 0 ? "" : null, Reason = DemoReason.Limit };
            }

            kept.Add(call);
            left -= cost;
        }

        return new DemoAnswer { Calls = kept, Reason = DemoReason.Calls };
    }
}
