using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Pipeline;
using Gateway.Telemetry.Traces;

namespace Gateway.Prompts;

/// <summary>Step 3: a request for <c>fn/NAME</c>, or one with <c>x-gateway-prompt</c>, becomes the request it stands for. All steps after this one see that.</summary>
internal static class PromptStep
{
    public const string Header = "x-gateway-prompt";

    public static GatewayError? Apply(Call call)
    {
        var isFunction = PromptFunction.IsNamed(call.Fields.Model);
        if (!isFunction && call.Options.Prompt is null)
        {
            return call.Fields.Positions[PolicyField.PromptVariables] < 0 ? null
                : Wrong($"'prompt_variables' are for a prompt, and the request names none: ask for a model fn/NAME, or send {Header}.", "prompt_variables");
        }

        Tracing.Step(call.Span, RequestStep.Prompt);
        if (isFunction && FindFunction(call) is { } refused) return refused;
        if (call.Endpoint is not (InferenceEndpoint.ChatCompletions or InferenceEndpoint.Responses or InferenceEndpoint.Messages))
            return Wrong("Prompts and functions are for /v1/chat/completions, /v1/responses and /v1/messages.", isFunction ? "model" : Header);
        if (call.Options.Prompt is { } named)
        {
            if (isFunction) return Wrong($"A function has a prompt of its own: send no {Header} with it.", Header);
            call.Prompt = call.Snapshot.Prompts.Find(PromptReference.Of(named), call.Key!);
            if (call.Prompt is null) return Wrong($"There is no prompt '{named}'.", Header);
        }

        return Render(call);
    }

    /// <summary>A key that may not use a function learns nothing about whether it exists. The function's model need not be among those it may use.</summary>
    private static GatewayError? FindFunction(Call call)
    {
        var asked = call.Fields.Model;
        if (!PromptFunction.MayName(call.Key!, asked)) return ModelErrors.NotAllowed(asked);
        if (call.Snapshot.Prompts.FindFunction(asked) is not { } function || !function.MayUse(call.Key!)) return ModelErrors.NotFound(asked);
        call.Function = function;
        call.Key = function.Bind(call.Key!);
        if (function.Config.Tags.Count > 0) call.Options = call.Options with { Tags = Tags(function.Config.Tags, call.Options.Tags) };
        call.Prompt = function.Prompt;
        if (call.Prompt is null) return new(ErrorKind.NoTargetAvailable, $"The function '{function.Name}' has no prompt at the moment: there is no '{function.Wanted}'.");
        return null;
    }

    /// <summary>The function's first: of more than a row of the ledger has room for, the last ones are lost.</summary>
    private static IReadOnlyList<string> Tags(IReadOnlyList<string> ours, IReadOnlyList<string> clients) => clients.Count == 0 ? ours : [.. ours.Union(clients, StringComparer.Ordinal)];

    private static GatewayError? Render(Call call)
    {
        var rendered = PromptBody.Render(call.Body.Span, call.Members, call.Fields, call.Endpoint, call.Prompt!, call.Function);
        if (!rendered.IsOk) return rendered.Error;
        call.Release();
        call.Members = default;
        call.Body = rendered.Value;
        return BodyScan.Scan(call.Body.Span, ref call.Members) ?? RequestFields.Read(call.Body.Span, call.Members, call.Endpoint, out call.Fields);
    }

    private static GatewayError Wrong(string message, string param) => new(ErrorKind.InvalidRequest, message, param);
}
