using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gateway.Core.Providers;

namespace Gateway.Providers.Demo.Model;

/// <summary>The model itself, playing the upstream: it knows the demo's wire format and nothing of OpenAI's.</summary>
internal sealed class DemoModel : IInProcessModel
{
    public InProcessReply Answer(in UpstreamRequest request) => request.Path switch
    {
        DemoPaths.Chat => Chat(JsonSerializer.Deserialize(request.Body.Span, DemoJson.Default.DemoChatAsk)!),
        DemoPaths.Complete => Complete(JsonSerializer.Deserialize(request.Body.Span, DemoJson.Default.DemoCompleteAsk)!),
        DemoPaths.Embed => Embed(JsonSerializer.Deserialize(request.Body.Span, DemoJson.Default.DemoEmbedAsk)!),
        _ => throw new UnreachableException($"the demo has no task '{request.Path}'"),
    };

    private static InProcessReply Chat(DemoChatAsk ask)
    {
        var script = DemoScript.Read(ask.Turns.LastOrDefault(t => t.By == "asker")?.Text);
        if (Failure(script, ask.Stream) is { } failure) return failure;
        var answers = new List<DemoAnswer>(ask.Answers);
        for (var i = 0; i < ask.Answers; i++)
        {
            if (script.Act == DemoAct.Refuse)
            {
                answers.Add(new DemoAnswer { Refusal = DemoProse.Refusal, Reason = DemoReason.Done });
                continue;
            }

            var answer = DemoChatAnswer.Make(ask, i, out var fault);
            if (answer is null) return Fault(400, fault!);
            answers.Add(answer);
        }

        return DemoDelivery.Send(answers, Usage(DemoMeter.Input(ask), answers), ask.Stream, script);
    }

    private static InProcessReply Complete(DemoCompleteAsk ask)
    {
        var script = DemoScript.Read(ask.Prompts[0]);
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

    private static InProcessReply Embed(DemoEmbedAsk ask)
    {
        var script = DemoScript.Read(ask.Inputs[0].Text);
        if (Failure(script, stream: false) is { } failure) return failure;
        var vectors = ask.Inputs.Select(i => DemoVector.Of(i, ask.Dimensions)).ToList();
        var tokens = ask.Inputs.Sum(static i => i.Tokens?.Count ?? DemoTokens.Count(i.Text));
        var usage = JsonSerializer.SerializeToElement(new DemoUsage(tokens, 0), DemoJson.Default.DemoUsage);
        return DemoDelivery.Whole(JsonSerializer.SerializeToUtf8Bytes(new DemoVectors(vectors, usage), DemoJson.Default.DemoVectors), script);
    }

    private static DemoUsage Usage(long input, List<DemoAnswer> answers) => new(input, answers.Sum(DemoMeter.Output));

    /// <summary>What the script wants instead of an answer.</summary>
    private static InProcessReply? Failure(DemoScript script, bool stream) => script.Act switch
    {
        DemoAct.Error => Fault(script.Number, Rehearsed(script.Number)),
        DemoAct.Fault when !stream => Fault(500, Rehearsed(500)),
        _ => null,
    };

    private static DemoFault Rehearsed(int status) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The demo model was asked to answer {status}."), WaitSeconds: status is 429 or 503 ? 1 : null);

    private static InProcessReply Fault(int status, DemoFault fault) =>
        new(status, [JsonSerializer.SerializeToUtf8Bytes(new DemoFaultReply(fault), DemoJson.Default.DemoFaultReply)]);
}
