namespace Gateway.Providers.Demo.Model;

/// <summary>Plays a script over an answer that is already in some wire format.</summary>
internal static class DemoPlay
{
    /// <summary>The events of a stream, as far as the script lets them.</summary>
    /// <param name="events">Whole ones, in order.</param>
    public static IEnumerable<ReadOnlyMemory<byte>> Stream(IReadOnlyList<ReadOnlyMemory<byte>> events, DemoScript script, DemoStage stage)
    {
        if (script.Act == DemoAct.Reset) yield break;
        var breaks = script.Act is DemoAct.Cut or DemoAct.Fault or DemoAct.Garbage or DemoAct.End;
        var whole = Math.Max(0, events.Count - stage.Terminals);
        var at = !breaks ? events.Count : Math.Min(script.Number ?? (script.Act == DemoAct.End ? whole : events.Count / 2), whole);
        for (var i = 0; i < at; i++) yield return events[i];
        if (script.Act == DemoAct.Fault) yield return stage.Fault;
        if (script.Act == DemoAct.Cut && at < events.Count) yield return events[at][..(events[at].Length / 2)];
        if (script.Act != DemoAct.Garbage) yield break;
        yield return stage.Garbage;
        for (var i = at; i < events.Count; i++) yield return events[i];
    }

    /// <summary>A whole body, as far as the script lets it.</summary>
    public static ReadOnlyMemory<byte> Whole(ReadOnlyMemory<byte> body, DemoScript script) => script.Act switch
    {
        DemoAct.Reset => default,
        DemoAct.Cut or DemoAct.End or DemoAct.Garbage => body[..(body.Length / 2)],
        _ => body,
    };
}

/// <summary>What of a wire format a script needs.</summary>
/// <param name="Terminals">How many events at the end of a stream tell that it is whole.</param>
/// <param name="Fault">The event that reports a failure.</param>
/// <param name="Garbage">An event in form, with something unreadable in it.</param>
internal sealed record DemoStage(int Terminals, ReadOnlyMemory<byte> Fault, ReadOnlyMemory<byte> Garbage);
