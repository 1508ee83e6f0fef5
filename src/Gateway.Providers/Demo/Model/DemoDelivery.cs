using System.Text.Json;
using Gateway.Core.Providers;

namespace Gateway.Providers.Demo.Model;

/// <summary>Puts answers on the demo's own wire: as one body, or as lines that come one by one.</summary>
internal static class DemoDelivery
{
    private static readonly DemoStage Stage = new(
        Terminals: 1,
        Line(new DemoEvent { Kind = DemoKind.Fault, Fault = new DemoFault("The demo model was asked to fail in the middle.") }),
        "{\"kind\":\n"u8.ToArray());

    public static InProcessReply Send(List<DemoAnswer> answers, DemoUsage usage, bool stream, DemoScript script)
    {
        var counted = JsonSerializer.SerializeToElement(usage, DemoJson.Default.DemoUsage);
        if (!stream) return Whole(JsonSerializer.SerializeToUtf8Bytes(new DemoAnswers(answers, counted), DemoJson.Default.DemoAnswers), script);
        var lines = DemoPieces.Of(answers)
            .Append(new DemoEvent { Kind = DemoKind.Usage, Usage = counted })
            .Append(new DemoEvent { Kind = DemoKind.End })
            .Select(Line).ToList();
        return new InProcessReply(200, DemoPlay.Stream(lines, script, Stage)) { Pace = script.Pace, Delay = script.Delay };
    }

    public static InProcessReply Whole(byte[] body, DemoScript script) => new(200, [DemoPlay.Whole(body, script)]) { Pace = script.Pace, Delay = script.Delay };

    private static ReadOnlyMemory<byte> Line(DemoEvent line)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(line, DemoJson.Default.DemoEvent);
        return (byte[])[.. json, (byte)'\n'];
    }
}
