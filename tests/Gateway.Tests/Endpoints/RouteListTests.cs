using Gateway.Auth;
using Gateway.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Endpoints;

public class RouteListTests
{
    [Theory]
    [InlineData("GET", "/keys", "list")]
    [InlineData("GET", "/keys/", "list")]
    [InlineData("GET", "/KEYS", "list")]
    [InlineData("POST", "/keys", "make")]
    [InlineData("PUT", "/keys", "other method")]
    [InlineData("HEAD", "/keys", "other method")]
    [InlineData("get", "/keys", "other method")]
    [InlineData("GET", "/keys/a", "one a")]
    [InlineData("GET", "/keys/a/", "one a")]
    [InlineData("GET", "/Keys/A%2Fb", "one A%2Fb")]
    [InlineData("POST", "/keys/a/rotate", "rotate a")]
    [InlineData("GET", "/keys/a/rotate", "otherwise")]
    [InlineData("GET", "/keys//", "otherwise")]
    [InlineData("GET", "//keys", "otherwise")]
    [InlineData("GET", "/keys//rotate", "otherwise")]
    [InlineData("GET", "/keys/a/b", "otherwise")]
    [InlineData("GET", "/models", "models")]
    [InlineData("GET", "/models/", "models")]
    [InlineData("GET", "/models/a", "model a")]
    [InlineData("GET", "/models/a/b c", "model a/b c")]
    [InlineData("GET", "/modelsa", "otherwise")]
    [InlineData("GET", "/", "otherwise")]
    [InlineData("GET", "", "otherwise")]
    public async Task A_request_is_answered_by_the_route_of_its_path_and_method(string method, string path, string answer)
    {
        var (routes, said) = (new RouteList(), "");
        routes.Add("/keys", ["GET"], Access.Admin, Say("list"));
        routes.Add("/keys", ["POST"], Access.Admin, Say("make"));
        routes.Add("/keys", [], Access.Public, Say("other method"));
        routes.Add("/keys/{name}", ["GET"], Access.Admin, Say("one", "name"));
        routes.Add("/keys/{name}/rotate", ["POST"], Access.Admin, Say("rotate", "name"));
        routes.Add("/models", ["GET"], Access.Inference, Say("models"));
        routes.Add("/models/{**id}", ["GET"], Access.Inference, Say("model", "id"));
        routes.Otherwise = Say("otherwise");
        var http = new DefaultHttpContext { Request = { Method = method, Path = path } };

        await routes.RunAsync(http);

        said.Should().Be(answer);
        routes.All.Should().HaveCount(7);

        RequestDelegate Say(string what, string? name = null) => context =>
        {
            said = name is null ? what : $"{what} {context.Request.RouteValues[name]}";
            return Task.CompletedTask;
        };
    }

    [Fact]
    public async Task Without_anything_else_what_is_not_there_is_not_found()
    {
        var http = new DefaultHttpContext { Request = { Method = "GET", Path = "/x" } };

        await new RouteList().RunAsync(http);

        http.Response.StatusCode.Should().Be(StatusCodes.Status404NotFound);
    }
}
