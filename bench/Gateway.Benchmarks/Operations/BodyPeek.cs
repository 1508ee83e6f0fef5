using Gateway.Core.Providers;
using Gateway.Pipeline;

namespace Gateway.Benchmarks.Operations;

/// <summary>Step 2: one pass over a body of 1.5 KB, and the fields policy looks at. What remains is the model's name as a string.</summary>
internal sealed class BodyPeek : IOperation
{
    private readonly Sample _sample = new();

    public string Name => "body.peek";

    public ValueTask RunAsync()
    {
        var members = default(JsonMembers);
        Sample.Expect(BodyScan.Scan(_sample.Body, ref members));
        Sample.Expect(RequestFields.Read(_sample.Body, members, InferenceEndpoint.ChatCompletions, out var fields));
        Sample.Expect(fields is { Model: "fast", Stream: true, OutputBound: 256 }, "the fields are read");
        members.Return();
        return default;
    }
}
