using System.Text.Json;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Demo.Upstreams;

/// <summary>Whatever somebody sends, an upstream answers: with 200, or with an error that is JSON and blames the request.</summary>
public sealed class UpstreamFuzzTests
{
    private const int Mutations = 400;

    public static TheoryData<string> Paths => [.. Native.Requests.Keys];

    [Theory]
    [MemberData(nameof(Paths))]
    public void What_its_own_clients_send_is_answered(string path)
    {
        var answer = Native.Send(path, Native.Requests[path]);
        answer.Reply.Status.Should().Be(path == "/anthropic/v1/messages" ? 400 : 200, answer.Text);   // its call lacks the thought that was before it
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Values_of_any_type_in_any_place_are_no_reason_to_fail(string path)
    {
        for (var seed = 0; seed < Mutations; seed++)
        {
            var body = RandomJson.Mutate(Native.Requests[path], new Random(seed));
            var answer = Native.Send(path, body);
            answer.Reply.Status.Should().BeOneOf([200, 400, 422], "{0}", body);
            if (answer.Reply.Status == 200) continue;
            using var error = JsonDocument.Parse(answer.Text);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}{}")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    public void What_is_no_json_object_is_refused(string body)
    {
        foreach (var path in Native.Requests.Keys) Native.Send(path, body).Reply.Status.Should().Be(400);
    }
}
