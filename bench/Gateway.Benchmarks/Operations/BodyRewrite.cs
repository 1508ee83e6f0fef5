using Gateway.Core.Providers;
using Gateway.Pipeline;

namespace Gateway.Benchmarks.Operations;

/// <summary>Step 5: the body for one target, with its model's name and the request for usage spliced in.</summary>
internal sealed class BodyRewrite : IOperation
{
    private readonly Sample _sample = new();

    private JsonMembers _members;
    private RequestFields _fields;

    public BodyRewrite()
    {
        Sample.Expect(BodyScan.Scan(_sample.Body, ref _members));
        Sample.Expect(RequestFields.Read(_sample.Body, _members, InferenceEndpoint.ChatCompletions, out _fields));
    }

    public string Name => "body.rewrite";

    public ValueTask RunAsync()
    {
        var body = BodyRewriter.Rewrite(_sample.Body, _members, _fields, _sample.Model, _sample.Target, InferenceEndpoint.ChatCompletions);
        Sample.Expect(body.Span.IndexOf("\"include_usage\":true"u8) > 0 && body.Span.IndexOf("mock-1"u8) > 0, "model and usage are written");
        body.Return();
        return default;
    }
}
