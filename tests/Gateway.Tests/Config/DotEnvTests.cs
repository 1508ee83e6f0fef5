using Gateway.Config;

namespace Gateway.Tests.Config;

public class DotEnvTests
{
    [Theory]
    [InlineData("A=1", "1")]
    [InlineData("  export A = 1  ", "1")]
    [InlineData("# x\n\nA=1 # comment", "1")]
    [InlineData("A=a#b", "a#b")]
    [InlineData("A=", "")]
    [InlineData("A= # nothing", "")]
    [InlineData("A='a # b' # c", "a # b")]
    [InlineData("A='a\\n$B'", "a\\n$B")]
    [InlineData("A=\"a\\n\\\"b\\\"\\\\ \\$c \\q\"", "a\n\"b\"\\ $c \\q")]
    [InlineData("A=b=c", "b=c")]
    [InlineData("A=1\r\nB=2", "1")]
    [InlineData("A=1\nA=2", "2")]
    public void A_line_is_a_variable(string text, string value)
    {
        var errors = new ErrorSink(".env");

        DotEnv.Parse(text, errors)["A"].Should().Be(value);

        errors.Count.Should().Be(0);
    }

    [Theory]
    [InlineData("B=1\nA", ".env:2:1: this line is not NAME=value")]
    [InlineData("A-B=s3cret", ".env:1:1: this line is not NAME=value")]
    [InlineData("=s3cret", ".env:1:1: this line is not NAME=value")]
    [InlineData("A='s3cret", ".env:1:1: A: the closing ' is missing")]
    [InlineData("A=\"s3cret\\\"", ".env:1:1: A: the closing \" is missing")]
    [InlineData("A='s3cret' more", ".env:1:1: A: something stands after the closing '")]
    public void A_wrong_line_is_an_error_that_does_not_show_it(string text, string error)
    {
        var errors = new ErrorSink(".env");

        DotEnv.Parse(text, errors);

        errors.InFileOrder().Should().ContainSingle().Which.ToString().Should().StartWith(error).And.NotContain("s3cret");
    }
}
