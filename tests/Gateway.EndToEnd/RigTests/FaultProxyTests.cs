using System.Diagnostics;
using System.Text;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.RigTests;

public sealed class FaultProxyTests
{
    private const string Reply = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789";
    private const string Request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    /// <summary>What comes in this time comes, on a machine that stands still for a second or two as well.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    public static TheoryData<string, Fault, string> Faults => new()
    {
        { "none", Fault.None, Reply },
        { "cut by a close", new Fault { CutAfter = 20 }, Reply[..20] },
        { "cut by a reset", new Fault { CutAfter = 20, Reset = true }, Reply[..20] },
        { "blackhole", new Fault { Blackhole = true }, "" },
        { "throttled", new Fault { Throttle = 400 }, Reply },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_does_to_the_bytes_what_it_says(string name, Fault fault, string expected)
    {
        await using var upstream = new RawUpstream(Reply, RawEnd.KeepAlive);
        await using var proxy = new FaultProxy(new Uri(upstream.Address).Port) { Fault = fault };

        var reply = await RawHttp.SendAsync(new Uri(proxy.Address).Port, Request, quiet: fault.Blackhole ? Silence : null);

        reply.Text.Should().Be(expected, name);
        reply.Closed.Should().Be(fault.CutAfter is not null, name);
        upstream.Received.Should().HaveCount(fault.Blackhole ? 0 : 1, name);
    }

    [Theory]
    [InlineData(Fate.Hold, 0, false)]
    [InlineData(Fate.Halve, 2, false)]
    [InlineData(Fate.Swallow, 1, false)]
    [InlineData(Fate.Cut, 1, true)]
    public async Task A_question_with_a_marker_fares_as_it_says_and_others_as_ever(Fate fate, int divisor, bool closed)
    {
        await using var upstream = new RawUpstream(Reply, RawEnd.KeepAlive);
        await using var proxy = new FaultProxy(new Uri(upstream.Address).Port) { Fault = new Fault { Marker = "Host: marked", Then = fate } };
        const string marked = "GET / HTTP/1.1\r\nHost: marked\r\n\r\n";

        (await RawHttp.SendAsync(proxy.Port, Request)).Text.Should().Be(Reply);
        var reply = await RawHttp.SendAsync(proxy.Port, marked, quiet: closed ? null : Silence);

        reply.Should().Be(new RawReply("", closed));
        upstream.Received[^1].Should().Be(divisor == 0 ? "" : marked[..(marked.Length / divisor)]);
        (proxy.Marked, proxy.AnswersLost).Should().Be((1, divisor == 1 ? 1 : 0));
    }

    [Fact]
    public async Task A_delay_holds_the_answer_back()
    {
        await using var upstream = new RawUpstream(Reply, RawEnd.Fin);
        await using var proxy = new FaultProxy(new Uri(upstream.Address).Port) { Fault = new Fault { Delay = TimeSpan.FromMilliseconds(200) } };
        var watch = Stopwatch.StartNew();

        var reply = await RawHttp.SendAsync(new Uri(proxy.Address).Port, Request);

        reply.Text.Should().Be(Reply);
        watch.ElapsedMilliseconds.Should().BeGreaterThanOrEqualTo(190);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 1)]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\n\r\n", 2)]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", 0)]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", 1)]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", 0)]
    public void Messages_are_counted_as_a_proxy_would(string bytes, int count) =>
        RawUpstream.CountRequests(bytes).Should().Be(count);
}

public sealed class OracleTests
{
    [Theory]
    [InlineData("data: a\n\n", new[] { "a" })]
    [InlineData("data:a\r\n\r\ndata: b\r\r", new[] { "a", "b" })]
    [InlineData(": comment\n\ndata: a\ndata: b\n\n", new[] { "a\nb" })]
    [InlineData("event: x\nid: 1\nretry: 5\ndata: a\n\n", new[] { "a" })]
    [InlineData("\uFEFFdata: a\n\ndata: cut off", new[] { "a" })]
    [InlineData("data\n\nevent: only\n\n", new[] { "" })]
    public void Events_are_read_by_the_letter_of_the_standard(string text, string[] expected) =>
        SseOracle.Parse(Encoding.UTF8.GetBytes(text)).Select(static e => e.Data).Should().Equal(expected);

    [Fact]
    public void Samples_are_summed_by_label()
    {
        var scrape = new PrometheusText("# HELP a b\n# TYPE a counter\na{x=\"1\",y=\"q\\\"q\"} 2\na{x=\"1\",y=\"z\"} 3\na{x=\"2\"} 5\nb 1.5e3\n");

        scrape.Sum("a").Should().Be(10);
        scrape.Sum("a", ("x", "1")).Should().Be(5);
        scrape.Sum("a", ("y", "q\"q")).Should().Be(2);
        scrape.Sum("b").Should().Be(1500);
        scrape.Has("c").Should().BeFalse();
    }
}
