using System.Net;

namespace Gateway.Tests.Admin;

/// <summary>What a key may be called that is made over the API.</summary>
public class KeyNameTests
{
    [Theory]
    [InlineData("web.app_1-b@c", null)]
    [InlineData("web app", "letters, digits")]
    [InlineData("a/b", "letters, digits")]
    [InlineData("..", "letters, digits")]
    [InlineData("caf\u00e9", "letters, digits")]
    [InlineData("a\\nb", "one line of plain text")]
    [InlineData(" a", "begins or ends with a space")]
    [InlineData("", "says nothing")]
    public async Task A_name_is_one_word_of_an_address(string name, string? problem)
    {
        await using var host = await EntityHost.StartAsync();

        var answer = await host.AdminAsync("POST", "/admin/v1/keys", $$"""{"name":"{{name}}"}""");

        answer.Status.Should().Be(problem is null ? HttpStatusCode.Created : HttpStatusCode.BadRequest, answer.Text);
        if (problem is null) return;
        answer.Param.Should().Be("name");
        answer.Error.GetProperty("message").GetString().Should().Contain(problem);
    }

    [Theory]
    [InlineData(128, HttpStatusCode.Created)]
    [InlineData(129, HttpStatusCode.BadRequest)]
    [InlineData(100_000, HttpStatusCode.BadRequest)]
    public async Task A_name_has_at_most_128_characters(int length, HttpStatusCode status)
    {
        await using var host = await EntityHost.StartAsync();

        var answer = await host.AdminAsync("POST", "/admin/v1/keys", $$"""{"name":"{{new string('n', length)}}"}""");

        answer.Status.Should().Be(status, answer.Text);
        if (status != HttpStatusCode.BadRequest) return;
        answer.Param.Should().Be("name");
        answer.Error.GetProperty("message").GetString().Should().Contain("128 are the most").And.Subject.Length.Should().BeLessThan(300, "a name of any length is not sent back");
    }

    [Theory]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("[\"a\"]")]
    public async Task A_name_is_a_text(string json)
    {
        await using var host = await EntityHost.StartAsync();

        var answer = await host.AdminAsync("POST", "/admin/v1/keys", $$"""{"name":{{json}}}""");

        (answer.Status, answer.Param).Should().Be((HttpStatusCode.BadRequest, "name"), answer.Text);
    }
}
