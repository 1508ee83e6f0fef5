using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary><c>timeout: { connect: 5s, first_byte: 60s, idle: 60s, total: 10m }</c></summary>
internal static class TimeoutShape
{
    private static readonly TimeoutConfig Defaults = new();

    // 1 ms: something that can be waited for. 24 h: far beyond any answer, and within what timers can hold.
    private static readonly DurationKind Wait = new(TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(24));

    private static readonly Key<TimeSpan> Connect = new("connect", Wait, "How long connecting to the provider may take.") { Default = Defaults.Connect };

    private static readonly Key<TimeSpan> FirstByte = new("first_byte", Wait, "How long it may take from the request sent to the first byte of the answer's body.") { Default = Defaults.FirstByte };

    private static readonly Key<TimeSpan> Idle = new("idle", Wait, "How long an answer may be silent between two bytes.") { Default = Defaults.Idle };

    private static readonly Key<TimeSpan> Total = new("total", Wait, "How long one attempt may take from beginning to end.") { Default = Defaults.Total };

    public static readonly RecordKind<TimeoutConfig> Kind = new("timeout", [Connect, FirstByte, Idle, Total], static m => new()
    {
        Connect = m.Get(Connect),
        FirstByte = m.Get(FirstByte),
        Idle = m.Get(Idle),
        Total = m.Get(Total),
    });
}
