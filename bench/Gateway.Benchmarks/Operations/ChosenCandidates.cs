using Gateway.Config;
using Gateway.Core.Providers;
using Gateway.Pipeline;
using Gateway.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Benchmarks.Operations;

/// <summary>Step 4: which of four targets a request of 1.5 KB may have, by conditions of each kind, by what they can do and by a constraint; the body is looked through for it.</summary>
internal sealed class ChosenCandidates : IOperation
{
    private readonly Call _call;
    private readonly ModelEntry _model;

    public ChosenCandidates()
    {
        var sample = new Sample();
        var http = new DefaultHttpContext();
        http.Request.Headers["x-tier"] = "gold-plus";
        http.Request.Headers["x-gateway-tags"] = "nightly, bulk";
        _call = new Call(http, InferenceEndpoint.ChatCompletions, sample.Snapshot, "req_bench", 1, TimeProvider.System) { Key = sample.KeyEntry, Options = CallOptions.Read(http.Request.Headers).Value };
        _call.Body = new(sample.Body, sample.Body.Length);
        Sample.Expect(BodyScan.Scan(_call.Body.Span, ref _call.Members));
        Sample.Expect(RequestFields.Read(_call.Body.Span, _call.Members, InferenceEndpoint.ChatCompletions, out _call.Fields));
        var headers = new Dictionary<string, IReadOnlyList<string>> { ["x-tier"] = ["silver", "gold*"] };
        _model = sample.Model with
        {
            Constraints = new(null, TimeSpan.FromSeconds(2), 0.5),
            Targets =
            [
                Target(sample, new() { Headers = headers, Tags = ["bulk"] }), Target(sample, new() { Keys = ["bench"], Teams = ["bench"] }),
                Target(sample, new() { PromptTokens = new(100, 1_000) }), Target(sample, new() { Tags = ["daily"] }),
            ],
        };
    }

    public string Name => "routing.candidates";

    public ValueTask RunAsync()
    {
        var needs = RequestNeeds.Read(_call.Body.Span, _call.Members, _call.Fields, _call.Endpoint);
        Sample.Expect(needs.PromptTokens > 100 && Candidates.Of(_model, _call) == 0b0111, "three of the four may be asked");
        return default;
    }

    private static Target Target(Sample sample, ConditionConfig when) =>
        sample.Target with { When = TargetCondition.Of(when), Abilities = TargetAbilities.Of(new() { Vision = false, Context = 100_000 }, null, null), Quality = 0.9 };
}
