using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary><c>probe: { interval: 30s, timeout: 5s, failures: 3, path: models }</c></summary>
internal static class ProbeShape
{
    private static readonly ProbeConfig Defaults = new();

    private static readonly Key<TimeSpan> Interval = new("interval", new DurationKind(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), "Between two probes.") { Default = Defaults.Interval };

    private static readonly Key<TimeSpan> Timeout = new("timeout", new DurationKind(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)), "A probe whose answer has not begun by then has failed.") { Default = Defaults.Timeout };

    private static readonly Key<int> Failures = new("failures", new IntegerKind<int>(1, 100), "As many failed probes in a row take the provider's targets out, until one is answered.") { Default = Defaults.Failures };

    private static readonly Key<string> Path = new("path", new TextKind("a path without a slash before it", "^[A-Za-z0-9._~!$&'()*+,;=:@%?-][A-Za-z0-9._~!$&'()*+,;=:@%?/-]*$", Check), "What is asked for (GET) below base_url; absent: the kind's list of models.");

    public static readonly RecordKind<ProbeConfig> Kind = new("probe", [Interval, Timeout, Failures, Path], static m => new()
    {
        Interval = m.Get(Interval),
        Timeout = m.Get(Timeout),
        Failures = m.Get(Failures),
        Path = m.Get(Path),
    });

    private static string? Check(string path) =>
        path.StartsWith('/') ? "must not begin with a slash: it stands below base_url"
        : path.Length == 0 || path.AsSpan().ContainsAnyExcept(Allowed) ? "must have only characters that a URL has, as in models or health?deep=1"
        : null;

    private static readonly System.Buffers.SearchValues<char> Allowed = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~!$&'()*+,;=:@%?/-");
}
