using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gateway.Core.Providers;

namespace Gateway.Providers.Demo.Model;

/// <summary>The model itself, playing the upstream: it knows the demo's wire format and nothing of OpenAI's.</summary>
internal sealed class DemoModel : IInProcessModel
{
    public InProcessReply Answer(in UpstreamRequest request) => Answer(request, unscripted: false);

    /// <param name="unscripted">What the words tell it to play is left to the caller.</param>
    public InProcessReply Answer(in UpstreamRequest request, bool unscripted) => request.Path switch
    {
        DemoPaths.Chat => Chat(JsonSerializer.Deserialize(request.Body.Span, DemoJson.Default.DemoChatAsk)!),
        DemoPaths.Complete => Complete(JsonSerializer.Deserialize(request.Body.Span, DemoJson.Default.DemoCompleteAsk)!, unscripted),
        DemoPaths.Embed => Embed(JsonSerializer.Deserialize(request.Body.Span, DemoJson.Default.DemoEmbedAsk)!, unscripted),
        _ => throw new UnreachableException($"the demo has no task '{request.Path}'"),
    };

    /// <summary>The answers to a chat, before they are put on any wire.</summary>
    /// <param name="fault">Why there are none.</param>
    public static List<DemoAnswer>? Say(DemoChatAsk ask, DemoScript script, out DemoFault? fault)
    {
        fault = null;
        var answers = new List<DemoAnswer>(ask.Answers);
        for (var i = 0; i < ask.Answers; i++)
        {
            var answer = script.Act == DemoAct.Refuse ? new DemoAnswer { Refusal = DemoProse.Refusal, Reason = DemoReason.Done } : DemoChatAnswer.Make(ask, i, out fault);
            if (answer is null) return null;
            answers.Add(answer);
        }

        return answers;
    }

    public static DemoUsage Usage(DemoChatAsk ask, IReadOnlyList<DemoAnswer> answers) => new(
        DemoMeter.Input(ask),
        answers.Sum(DemoMeter.Output),
        DemoMeter.Cached(ask) is > 0 and var cached ? cached : null,
        answers.Sum(static a => DemoTokens.Count(a.Thoughts)) is > 0 and var thought ? thought : null);

    /// <summary>What a chat's last question tells the model to play.</summary>
    public static DemoScript Script(DemoChatAsk ask) => DemoScript.Read(ask.Turns.LastOrDefault(static t => t.By == "asker")?.Text);

    private static InProcessReply Chat(DemoChatAsk ask)
    {
        var script = Script(ask);
        if (Failure(script, ask.Stream) is { } failure) return failure;
        var answers = Say(ask, script, out var fault);
        return answers is null ? Fault(400, fault!) : DemoDelivery.Send(answers, Usage(ask, answers), ask.Stream, script);
    }

    private static InProcessReply Complete(DemoCompleteAsk ask, bool unscripted)
    {
        var script = unscripted ? default : DemoScript.Read(ask.Prompts[0]);
        if (Failure(script, ask.Stream) is { } failure) return failure;
        var answers = new List<DemoAnswer>();
        long output = 0;
        foreach (var prompt in ask.Prompts)
        {
            var variant = new DemoDice(ask.Seed ?? 0, 0, prompt).Pick(DemoProse.Variants);
            for (var i = 0; i < ask.Answers; i++)
            {
                var text = DemoProse.Continue(prompt, ask.Suffix, (variant + i) % DemoProse.Variants);
                var answer = DemoCut.Text(text, ask.Stop, ask.MaxTokens);
                output += DemoTokens.Count(answer.Text);
                answers.Add(ask.Echo ? answer with { Text = prompt + answer.Text } : answer);
            }
        }

        var input = ask.Prompts.Sum(DemoTokens.Count) + DemoTokens.Count(ask.Suffix);
        return DemoDelivery.Send(answers, new DemoUsage(input, output), ask.Stream, script);
    }

    private static InProcessReply Embed(DemoEmbedAsk ask, bool unscripted)
    {
        var script = unscripted ? default : DemoScript.Read(ask.Inputs[0].Text);
        if (Failure(script, stream: false) is { } failure) return failure;
        var vectors = ask.Inputs.Select(i => DemoVector.Of(i, ask.Dimensions)).ToList();
        var tokens = ask.Inputs.Sum(static i => i.Tokens?.Count ?? DemoTokens.Count(i.Text));
        var usage = JsonSerializer.SerializeToElement(new DemoUsage(tokens, 0), DemoJson.Default.DemoUsage);
        return DemoDelivery.Whole(JsonSerializer.SerializeToUtf8Bytes(new DemoVectors(vectors, usage), DemoJson.Default.DemoVectors), script);
    }

    /// <summary>What the script wants instead of an answer.</summary>
    private static InProcessReply? Failure(DemoScript script, bool stream) => script.Act switch
    {
        DemoAct.Error when script.Word == DemoScript.Empty => new(script.Number!.Value, []),
        DemoAct.Error when script.Word == DemoScript.Html => new(script.Number!.Value, [DemoPage.Of(script.Number.Value)]),
        DemoAct.Error => Fault(script.Number!.Value, new(Rehearsed(script.Number.Value), WaitSeconds: script.RetryAfter)),
        DemoAct.Fault when !stream => Fault(500, new(Rehearsed(500))),
        _ => null,
    };

    public static string Rehearsed(int status) => string.Create(CultureInfo.InvariantCulture, $"The demo model was asked to answer {status}.");

    private static InProcessReply Fault(int status, DemoFault fault) =>
        new(status, [JsonSerializer.SerializeToUtf8Bytes(new DemoFaultReply(fault), DemoJson.Default.DemoFaultReply)]);
}
