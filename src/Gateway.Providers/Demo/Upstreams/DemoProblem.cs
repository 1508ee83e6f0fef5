using Gateway.Providers.Demo.Model;

namespace Gateway.Providers.Demo.Upstreams;

/// <summary>Why a request is not answered, before it is told in the upstream's own shape.</summary>
/// <param name="Status">The status that most providers have for it.</param>
/// <param name="Field">The member that is to blame, as the upstream's clients write it.</param>
/// <param name="RetryAfter">Seconds.</param>
internal sealed record DemoProblem(int Status, string Message, string? Field = null, int? RetryAfter = null)
{
    public static readonly DemoProblem NoCredential = new(401, "A credential is missing: the demo takes any that is not empty.");

    public static readonly DemoProblem WrongCredential = new(401, "The demo does not know this credential.");

    public static readonly DemoProblem NoJson = new(400, "The body must be a JSON object.");

    public static DemoProblem NoSuchPath(string path) => new(404, $"The demo has nothing at '{path}'.");

    public static DemoProblem Rehearsed(DemoScript script) =>
        script.Act == DemoAct.Error ? new(script.Number!.Value, DemoModel.Rehearsed(script.Number.Value), RetryAfter: script.RetryAfter) : new(500, DemoModel.Rehearsed(500));
}

/// <summary>A problem in an upstream's own shape.</summary>
internal sealed record DemoErrorReply(int Status, ReadOnlyMemory<byte> Body)
{
    public string ContentType { get; init; } = "application/json";

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}
