using System.Diagnostics;
using Gateway.Telemetry.Traces;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Telemetry.Traces;

public class TraceHeadersTests
{
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Theory]
    [InlineData(Parent, true)]
    [InlineData("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes-later", true)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", false)]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false)]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false)]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g", false)]
    [InlineData("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-\u001b[2J", false)]
    [InlineData("", false)]
    [InlineData("00", false)]
    public void A_traceparent_counts_only_if_it_is_one(string value, bool accepted)
    {
        var headers = new HeaderDictionary { ["traceparent"] = value, ["tracestate"] = "vendor=1" };

        TraceHeaders.Of(headers).Should().Be(accepted ? new TraceHeaders(value, "vendor=1") : default);
    }

    [Fact]
    public void Two_traceparents_count_as_none_and_an_endless_tracestate_is_left_out()
    {
        TraceHeaders.Of(new HeaderDictionary { ["traceparent"] = new[] { Parent, Parent } }).Should().Be(default(TraceHeaders));
        TraceHeaders.Of(new HeaderDictionary { ["traceparent"] = Parent, ["tracestate"] = new string('a', 513) }).Should().Be(new TraceHeaders(Parent, null));
    }

    [Fact]
    public void Without_a_span_of_ours_the_upstream_gets_what_the_client_sent()
    {
        new TraceHeaders(Parent, "vendor=1").Under(null).Should().Be(new TraceHeaders(Parent, "vendor=1"));
    }

    [Fact]
    public void With_a_span_of_ours_the_upstream_gets_that_one()
    {
        using var span = new Activity("attempt").SetParentId(Parent);
        span.TraceStateString = "vendor=1";
        span.Start();

        var outgoing = new TraceHeaders(Parent, "vendor=1").Under(span);

        outgoing.Parent.Should().Be($"00-0af7651916cd43dd8448eb211c80319c-{span.SpanId}-01").And.NotBe(Parent);
        outgoing.State.Should().Be("vendor=1");
    }
}
