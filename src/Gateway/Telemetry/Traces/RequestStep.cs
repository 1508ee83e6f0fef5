using System.Diagnostics;

namespace Gateway.Telemetry.Traces;

/// <summary>The ten steps of a request, numbered as in docs/request-path.md.</summary>
internal enum RequestStep
{
    Authenticate = 1, Read, Prompt, Route, Admit, Translate, Send, Reply, Settle, Record,
}

internal static class RequestStepNames
{
    private static readonly ActivityTagsCollection[] Tags =
        [.. Enum.GetValues<RequestStep>().Select(static s => new ActivityTagsCollection { [GenAiNames.Step] = (int)s })];

    public static string Name(this RequestStep step) => step switch
    {
        RequestStep.Authenticate => "authenticate",
        RequestStep.Read => "read",
        RequestStep.Prompt => "prompt",
        RequestStep.Route => "route",
        RequestStep.Admit => "admit",
        RequestStep.Translate => "translate",
        RequestStep.Send => "send",
        RequestStep.Reply => "reply",
        RequestStep.Settle => "settle",
        RequestStep.Record => "record",
        _ => throw new UnreachableException($"unnamed step {step}"),
    };

    /// <summary>The event's attribute: the step's number.</summary>
    public static ActivityTagsCollection Number(this RequestStep step) => Tags[(int)step - 1];
}
