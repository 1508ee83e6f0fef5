using System.Text.Json;
using Gateway.Core.Providers;

namespace Gateway.Providers.Demo.Model;

/// <summary>Puts answers on the wire: as one body, or as lines that come one by one.</summary>
internal static class DemoDelivery
{
    public static InProcessReply Send(List<DemoAnswer> answers, DemoUsage usage, bool stream, DemoScript script)
    {
        var counted = JsonSerializer.SerializeToElement(usage, DemoJson.Default.DemoUsage);
        if (!stream) return Whole(JsonSerializer.SerializeToUtf8Bytes(new DemoAnswers(answers, counted), DemoJson.Default.DemoAnswers), script);
        var lines = Lines(answers, counted).ToList();
        return new InProcessReply(200, Play(lines, script)) { Pace = Pace(script) };
    }

    public static InProcessReply Whole(byte[] body, DemoScript script) =>
        new(200, [script.Act == DemoAct.Cut ? body.AsMemory(0, body.Length / 2) : body]) { Pace = Pace(script) };

    private static TimeSpan? Pace(DemoScript script) => script.Act == DemoAct.Slow ? TimeSpan.FromSeconds(script.Number) : null;

    private static IEnumerable<ReadOnlyMemory<byte>> Play(List<DemoEvent> lines, DemoScript script)
    {
        var middle = script.Act is DemoAct.Cut or DemoAct.Fault ? lines.Count / 2 : lines.Count;
        for (var i = 0; i < middle; i++) yield return Line(lines[i]);
        if (script.Act == DemoAct.Fault) yield return Line(new DemoEvent { Kind = DemoKind.Fault, Fault = new DemoFault("The demo model was asked to fail in the middle.") });
        if (script.Act != DemoAct.Cut) yield break;
        var half = Line(lines[middle]);
        yield return half[..(half.Length / 2)];
    }

    /// <summary>The pieces of all answers in turn, as a provider sends them that works on several at a time.</summary>
    private static IEnumerable<DemoEvent> Lines(List<DemoAnswer> answers, JsonElement usage)
    {
        var waiting = new Queue<IEnumerator<DemoEvent>>(answers.Select(static (a, i) => Pieces(a, i).GetEnumerator()));
        while (waiting.TryDequeue(out var next))
        {
            if (!next.MoveNext()) continue;
            yield return next.Current;
            waiting.Enqueue(next);
        }

        yield return new DemoEvent { Kind = DemoKind.Usage, Usage = usage };
        yield return new DemoEvent { Kind = DemoKind.End };
    }

    private static IEnumerable<DemoEvent> Pieces(DemoAnswer answer, int index)
    {
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

    private static ReadOnlyMemory<byte> Line(DemoEvent line)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(line, DemoJson.Default.DemoEvent);
        return (byte[])[.. json, (byte)'\n'];
    }
}
