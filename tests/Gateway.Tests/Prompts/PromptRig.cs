using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Auth;
using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Metering.Pricing;
using Gateway.Pipeline;
using Gateway.Prompts;
using Gateway.Routing;
using Gateway.Tests.Config;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Prompts;

/// <summary>A configuration's prompts, and requests that go through step 3.</summary>
internal static class PromptRig
{
    public const string Models = "providers: [{ name: up, kind: demo }]\nmodels: [{ name: smart, targets: [{ provider: up, model: m }] }, { name: \"*\", targets: [{ provider: up, model: \"*\" }] }]\n";

    /// <summary>The text of a template with one variable, <c>v</c>, of any kind.</summary>
    public static string Render(string template, string variablesJson, string type = "object", string partials = "{}") =>
        Messages(Apply(One(template, type, partials), $$"""{"model":"fn/f","prompt_variables":{{variablesJson}}}""").Call)[0]!["content"]!.GetValue<string>();

    /// <summary>A configuration with a function <c>f</c> whose prompt <c>p</c> has one message.</summary>
    public static string One(string template, string type = "object", string partials = "{}") => Models + $$"""
        prompts:
          - name: p
            versions:
              - variables: [{ name: v, type: {{type}}, required: false }]
                messages: [{ role: system, content: {{JsonSerializer.Serialize(template)}} }]
                partials: {{partials}}
        functions: [{ name: f, model: smart, prompt: p }]
        """;

    public static IReadOnlyList<ConfigError> Errors(string template, string type = "object", string partials = "{}") => TestConfig.Bind(One(template, type, partials)).Errors;

    /// <param name="allowed">What the key may use; null: everything.</param>
    /// <param name="by">The key's name and its team.</param>
    public static (Call Call, GatewayError? Error) Apply(
        string yaml, string body, string[]? allowed = null, InferenceEndpoint endpoint = InferenceEndpoint.ChatCompletions, (string Key, string? Team)? by = null, params (string Name, string Value)[] headers)
    {
        var (name, team) = by ?? ("app", null);
        var config = TestConfig.Valid(yaml);
        var snapshot = new SnapshotCompiler(new KeyHasher(), new NamePool(), new PriceResolver(PriceCatalog.LoadEmbedded(), new PriceBook()), Support.Models.HealthBook(), TimeProvider.System).Compile(config, 1);
        var http = new DefaultHttpContext();
        foreach (var (header, value) in headers) http.Request.Headers[header] = value;
        var call = new Call(http, endpoint, snapshot, "r", 1, TimeProvider.System)
        {
            Key = new() { Name = name, Team = team, Models = allowed is null ? null : new(allowed), Config = new() { Name = name, Hash = default } },
            Body = RequestBody.Copy(Encoding.UTF8.GetBytes(body)),
        };
        var options = CallOptions.Read(http.Request.Headers);
        if (!options.IsOk) return (call, options.Error);
        call.Options = options.Value;
        var error = BodyScan.Scan(call.Body.Span, ref call.Members) ?? RequestFields.Read(call.Body.Span, call.Members, endpoint, out call.Fields, call.Options.Prompt is not null)
            ?? PromptStep.Apply(call) ?? InferencePipeline.Route(call);
        return (call, error);
    }

    public static JsonNode Body(Call call) => JsonNode.Parse(call.Body.Span)!;

    public static JsonArray Messages(Call call) => Body(call)["messages"]!.AsArray();
}
