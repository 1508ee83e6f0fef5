using System.Text;
using Gateway.Cache;
using Gateway.Config;
using Gateway.Core.Providers;
using Gateway.Pipeline;
using Gateway.Routing;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Cache;

/// <summary>Requests as the pipeline has them after step 4, and answers.</summary>
internal static class CacheRig
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static readonly CachePolicy Policy = new(TimeSpan.FromMinutes(10), CacheShare.Key, 1024 * 1024, [1, 2, 3]);

    public static KeyEntry Key(string name, string? team = null) => new() { Name = name, Team = team, Models = null, Config = new() { Name = name, Hash = default } };

    public static Call Call(
        string body, KeyEntry? key = null, InferenceEndpoint endpoint = InferenceEndpoint.ChatCompletions, CachePurges? purges = null, OperatorField[]? fields = null, string model = "fast",
        params (string Name, string Value)[] headers)
    {
        var http = new DefaultHttpContext();
        foreach (var (name, value) in headers) http.Request.Headers[name] = value;
        var snapshot = new GatewaySnapshot
        {
            Generation = 1,
            Config = new(),
            Keys = [],
            Configured = [],
            Purges = purges ?? CachePurges.None,
            Models = new([], [], [], static (_, _) => null),
        };
        var call = new Call(http, endpoint, snapshot, "req_1", 0, TimeProvider.System)
        {
            Key = key ?? Key("app"),
            Model = Models.Model(model, Models.Target(Models.Provider(), "up")) with { Fields = fields ?? [], Cache = Policy },
        };
        var utf8 = Encoding.UTF8.GetBytes(body);
        var rented = ByteBuffers.Rent(utf8.Length);
        utf8.CopyTo(rented, 0);
        call.Body = new(rented, utf8.Length);
        BodyScan.Scan(call.Body.Span, ref call.Members).Should().BeNull();
        RequestFields.Read(call.Body.Span, call.Members, endpoint, out call.Fields).Should().BeNull();
        return call;
    }

    public static CachedAnswer Answer(string body = "{}", TimeSpan? ttl = null, params CacheTag[] tags) => new()
    {
        Model = "fast",
        Provider = "acme",
        TargetModel = "up",
        Target = "acme/up",
        RequestId = "req_0",
        ContentType = "application/json",
        Body = Encoding.UTF8.GetBytes(body),
        Usage = new() { Input = 3, Output = 4 },
        Cost = new(37),
        Until = Noon + (ttl ?? TimeSpan.FromMinutes(10)),
        Tags = tags,
    };
}
