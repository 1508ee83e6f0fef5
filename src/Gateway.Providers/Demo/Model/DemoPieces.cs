namespace Gateway.Providers.Demo.Model;

/// <summary>Answers in the pieces that a stream brings.</summary>
internal static class DemoPieces
{
    /// <summary>The pieces of all answers in turn, as a provider sends them that works on several at a time.</summary>
    public static IEnumerable<DemoEvent> Of(IReadOnlyList<DemoAnswer> answers)
    {
        var waiting = new Queue<IEnumerator<DemoEvent>>(answers.Select(static (a, i) => Of(a, i).GetEnumerator()));
        while (waiting.TryDequeue(out var next))
        {
            if (!next.MoveNext()) continue;
            yield return next.Current;
            waiting.Enqueue(next);
        }
    }

    private static IEnumerable<DemoEvent> Of(DemoAnswer answer, int index)
    {
        foreach (var piece in DemoTokens.Pieces(answer.Thoughts ?? "")) yield return new DemoEvent { Kind = DemoKind.Thought, Answer = index, Text = piece };
        foreach (var piece in DemoTokens.Pieces(answer.Text ?? "")) yield return new DemoEvent { Kind = DemoKind.Text, Answer = index, Text = piece };
        foreach (var piece in DemoTokens.Pieces(answer.Refusal ?? "")) yield return new DemoEvent { Kind = DemoKind.Refusal, Answer = index, Text = piece };
        for (var i = 0; i < (answer.Calls?.Count ?? 0); i++)
        {
            var call = answer.Calls![i];
            yield return new DemoEvent { Kind = DemoKind.Tool, Answer = index, Call = i, Id = call.Id, Name = call.Name };
            foreach (var piece in DemoTokens.Pieces(call.Arguments)) yield return new DemoEvent { Kind = DemoKind.Arguments, Answer = index, Call = i, Text = piece };
        }

        yield return new DemoEvent { Kind = DemoKind.Stop, Answer = index, Reason = answer.Reason };
    }
}
