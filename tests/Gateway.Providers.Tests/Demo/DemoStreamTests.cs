using System.Text;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Demo;

/// <summary>The stream translator against lines the model never sends.</summary>
public sealed class DemoStreamTests
{
    private const string Text = """{"kind":"text","answer":0,"text":"a"}""" + "\n";
    private const string End = """{"kind":"end"}""" + "\n";

    [Theory]
    [InlineData("no json\n")]
    [InlineData("[]\n")]
    [InlineData("{\"kind\":5}\n")]
    [InlineData("{\"kind\":\"text\",\"kind\":\"end\"}\n")]
    [InlineData("null\n")]
    public void A_line_that_cannot_be_read_is_an_error_and_ends_the_reading(string line)
    {
        var events = Read(Text + line + Text + End, out var facts);
        events.Should().HaveCount(2, "the role and the text before it");
        facts.Error!.Kind.Should().Be(ErrorKind.BadUpstream);
        facts.Finished.Should().BeFalse();
    }

    [Fact]
    public void Unknown_kinds_are_counted_and_passed_over()
    {
        var events = Read("{\"kind\":\"mood\"}\n" + Text + "{\"kind\":\"weather\",\"x\":[1]}\n\n{}\n" + End, out var facts);
        events.Should().HaveCount(2);
        facts.UnknownEvents.Should().Be(3);
        facts.Finished.Should().BeTrue();
        facts.Error.Should().BeNull();
    }

    [Fact]
    public void Nothing_after_the_end_is_read()
    {
        Read(Text + End + Text + "no json\n", out var facts).Should().HaveCount(2);
        facts.Finished.Should().BeTrue();
        facts.Error.Should().BeNull();
    }

    [Theory]
    [InlineData("{\"kind\":\"usage\"}")]
    [InlineData("{\"kind\":\"usage\",\"usage\":5}")]
    [InlineData("{\"kind\":\"usage\",\"usage\":{\"in\":\"x\"}}")]
    [InlineData("{\"kind\":\"usage\",\"usage\":{\"in\":-1,\"out\":1}}")]
    public void A_usage_that_is_none_is_not_invented(string line)
    {
        Read(Text + line + "\n" + End, out var facts).Should().HaveCount(2);
        facts.Usage.Should().BeNull();
        facts.Finished.Should().BeTrue();
    }

    [Fact]
    public void A_line_that_never_ends_is_an_error()
    {
        var stream = Translation.Demo(InferenceEndpoint.ChatCompletions).Translator.OpenStream(Translation.Context);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var piece = new byte[1024 * 1024];
        for (var i = 0; i < 6; i++) stream.Read(piece, output);
        stream.Facts.Error!.Kind.Should().Be(ErrorKind.BadUpstream);
        output.WrittenCount.Should().Be(0);
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(500, "<html>")]
    [InlineData(500, "null")]
    [InlineData(500, "{}")]
    [InlineData(429, "{\"fault\":5}")]
    public void An_error_without_a_readable_body_is_still_an_error(int status, string body)
    {
        var error = Translation.Demo(InferenceEndpoint.ChatCompletions).Translator.ReadError(Translation.Unread, status, Encoding.UTF8.GetBytes(body));
        error.UpstreamStatus.Should().Be(status);
        error.Message.Should().NotBeEmpty();
    }

    private static List<string> Read(string upstream, out StreamFacts facts) =>
        Translation.Events(Translation.Demo(InferenceEndpoint.ChatCompletions).Stream(Encoding.UTF8.GetBytes(upstream), [4], out facts));
}
