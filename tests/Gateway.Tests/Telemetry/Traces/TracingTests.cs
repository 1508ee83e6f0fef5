using System.Diagnostics;
using Gateway.Config;
using Gateway.Routing;
using Gateway.Telemetry;
using Gateway.Telemetry.Traces;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Telemetry.Traces;

[Collection(nameof(TracingTurn))]
public class TracingTests
{
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Fact]
    public void While_nobody_listens_there_are_no_spans_and_nothing_is_allocated()
    {
        using var tracing = new Tracing();
        var request = Request();
        var target = Target();
        using var rig = new TelemetryRig();
        var record = rig.Answered();
        Whole(tracing, request, target, in record).Should().BeNull();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            Whole(tracing, request, target, in record);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Fact]
    public void A_request_is_a_server_span_with_a_client_span_per_attempt()
    {
        var ended = new List<Activity>();
        using var listener = Listen(ended, ActivitySamplingResult.AllDataAndRecorded);
        using var tracing = new Tracing();
        using var rig = new TelemetryRig();
        var record = rig.Answered();

        Whole(tracing, Request(), Target(), in record);

        ended.Should().HaveCount(2);
        var (attempt, request) = (ended[0], ended[1]);
        request.DisplayName.Should().Be("chat fast");
        request.Kind.Should().Be(ActivityKind.Server);
        request.ParentSpanId.ToString().Should().Be("b7ad6b7169203331");
        request.Events.Select(static e => (e.Name, e.Tags.Single().Value)).Should().Equal(("authenticate", 1), ("send", 7));
        Tags(request).Should().Contain(new Dictionary<string, object?>
        {
            ["gen_ai.operation.name"] = "chat",
            ["gen_ai.provider.name"] = "azure.ai.openai",
            ["gen_ai.request.model"] = "fast",
            ["gen_ai.response.model"] = "gpt-4o-mini",
            ["gen_ai.usage.input_tokens"] = 50L,
            ["gen_ai.usage.output_tokens"] = 11L,
            ["http.response.status_code"] = 200,
            ["server.address"] = "gateway.test",
            ["server.port"] = 4000,
            ["gateway.request_id"] = "req_01HZX3",
        });
        attempt.DisplayName.Should().Be("chat gpt-4o-mini");
        attempt.Kind.Should().Be(ActivityKind.Client);
        attempt.ParentSpanId.Should().Be(request.SpanId);
        attempt.Status.Should().Be(ActivityStatusCode.Error);
        Tags(attempt).Should().Contain(new Dictionary<string, object?>
        {
            ["gen_ai.request.model"] = "gpt-4o-mini",
            ["server.address"] = "api.test",
            ["server.port"] = 443,
            ["error.type"] = "rate_limited",
            ["http.response.status_code"] = 429,
        });
    }

    [Fact]
    public void A_span_that_is_not_sampled_passes_the_trace_on_and_holds_nothing()
    {
        var ended = new List<Activity>();
        using var listener = Listen(ended, ActivitySamplingResult.PropagationData);
        using var tracing = new Tracing();
        var incoming = TraceHeaders.Of(Request().Headers);

        var span = tracing.StartRequest(Request(), TelemetryRig.Chat, in incoming);
        Tracing.Step(span, RequestStep.Send);

        span!.TagObjects.Should().BeEmpty();
        span.Events.Should().BeEmpty();
        incoming.Under(span).Parent.Should().StartWith("00-0af7651916cd43dd8448eb211c80319c-");
        Tracing.FinishRequest(span, default);
    }

    [Theory]
    [InlineData(503, "store_unavailable", ActivityStatusCode.Error, "store_unavailable")]
    [InlineData(500, null, ActivityStatusCode.Error, "500")]
    [InlineData(404, "model_not_found", ActivityStatusCode.Unset, "model_not_found")]
    public void Only_our_own_failures_are_errors_of_the_server_span(int status, string? code, ActivityStatusCode expected, string type)
    {
        var ended = new List<Activity>();
        using var listener = Listen(ended, ActivitySamplingResult.AllData);
        using var tracing = new Tracing();
        var record = TelemetryRig.Refused();
        (record.Status, record.ErrorCode) = (status, code);

        Tracing.FinishRequest(tracing.StartRequest(Request(), "/v1/models", default), in record);

        ended.Single().Status.Should().Be(expected);
        ended.Single().DisplayName.Should().Be("POST /v1/models");
        Tags(ended.Single())["error.type"].Should().Be(type);
    }

    [Fact]
    public void Every_step_has_a_name()
    {
        Enum.GetValues<RequestStep>().Select(static s => s.Name()).Should().HaveCount(10).And.OnlyHaveUniqueItems();
    }

    internal static HttpRequest Request()
    {
        var request = new DefaultHttpContext().Request;
        request.Method = "POST";
        request.Scheme = "http";
        request.Host = new("gateway.test", 4000);
        request.Headers.TraceParent = Parent;
        request.Headers.Authorization = "Bearer sk-canary";
        return request;
    }

    internal static Target Target() => new()
    {
        Provider = new()
        {
            Name = "openai",
            Manifest = new() { Kind = "azure-openai" },
            Config = new() { Name = "openai", Kind = "azure-openai" },
            Connection = null,
        },
        Model = "gpt-4o-mini",
        ModelJson = "\"gpt-4o-mini\""u8.ToArray(),
        Name = "openai/gpt-4o-mini",
        Label = "gpt-4o-mini",
        Limits = new LimitsConfig(),
    };

    internal static Activity? Whole(Tracing tracing, HttpRequest request, Target target, in RequestRecord record)
    {
        var incoming = TraceHeaders.Of(request.Headers);
        var span = tracing.StartRequest(request, TelemetryRig.Chat, in incoming);
        Tracing.Step(span, RequestStep.Authenticate);
        Tracing.Step(span, RequestStep.Send);
        var attempt = tracing.StartAttempt(span, TelemetryRig.Chat, target, Upstream, 1);
        Tracing.FinishAttempt(attempt, AttemptOutcome.RateLimited, 429);
        Tracing.FinishRequest(span, in record);
        return span;
    }

    private static readonly Uri Upstream = new("https://api.test/v1/chat/completions");

    private static ActivityListener Listen(List<Activity> ended, ActivitySamplingResult result)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == Tracing.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => result,
            ActivityStopped = ended.Add,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static Dictionary<string, object?> Tags(Activity span) => span.TagObjects.ToDictionary(static t => t.Key, static t => t.Value);
}

/// <summary>Listeners hear every source of the process: tests that have or must not have one run one after the other.</summary>
[CollectionDefinition(nameof(TracingTurn), DisableParallelization = true)]
public class TracingTurn;
