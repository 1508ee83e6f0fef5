using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.Providers.Demo.Model;

namespace Gateway.Providers.Demo.Upstreams;

/// <summary>A request on its way to an answer: what it says, what is wrong with it, and what is to be played.</summary>
internal sealed class DemoExchange(DemoHttpRequest http, string path)
{
    /// <summary>For applications that cannot change the prompt. Its words are those after <c>demo:</c>.</summary>
    public const string FaultHeader = "x-demo-fault";

    private readonly DemoScript? _ordered = http.Header(FaultHeader) is { Length: > 0 } words ? DemoScript.Parse(words) : null;

    public DemoHttpRequest Http { get; } = http;

    /// <summary>Below the upstream's prefix, without a slash before it.</summary>
    public string Path { get; } = path;

    /// <summary>An object.</summary>
    public JsonElement Body { get; set; }

    /// <summary>The first thing that is wrong; null so far.</summary>
    public DemoProblem? Problem { get; private set; }

    public DemoScript Script { get; private set; }

    /// <summary>Hexadecimal digits, the same for the same request.</summary>
    public string Id { get; } = Digits(Encoding.UTF8.GetString(http.Body.Span));

    /// <summary>Seconds since 1970.</summary>
    public long Created => Http.Now.ToUnixTimeSeconds();

    /// <summary>A 400 that blames a member.</summary>
    public void Fail(string message, string? field = null) => Fail(new DemoProblem(400, message, field));

    public void Fail(DemoProblem problem) => Problem ??= problem;

    /// <summary>Settles what is played: what the header says, else what the request's own words say.</summary>
    /// <returns>False where that leaves nothing to answer.</returns>
    public bool Play(DemoScript said, bool isStream = false)
    {
        Script = _ordered ?? said;
        if (_ordered is { Act: DemoAct.None }) Fail($"The header {FaultHeader} has words that the demo does not know.", FaultHeader);
        if (Script.Act == DemoAct.Error || (Script.Act == DemoAct.Fault && !isStream)) Fail(DemoProblem.Rehearsed(Script));
        return Problem is null;
    }

    private static string Digits(string body)
    {
        var dice = new DemoDice(0, 0, body);
        return string.Create(CultureInfo.InvariantCulture, $"{dice.Next():x16}{dice.Next():x16}");
    }
}
