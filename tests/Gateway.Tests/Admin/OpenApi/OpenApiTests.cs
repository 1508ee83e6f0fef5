using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Auth;
using Gateway.Core.Stores;
using Gateway.Routing;
using Gateway.Tests.Metering;
using Gateway.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Admin.OpenApi;

public sealed partial class OpenApiTests : IAsyncLifetime
{
    private const string DocumentPath = "/admin/v1/openapi.json";

    /// <summary>Calls that make what the others read, in an order that works; with the one secret each that only this answer has.</summary>
    private static readonly (string Method, string Path, string? Body)[] Changes =
    [
        ("POST", "/admin/v1/teams", """{"name":"mine","limits":{"rpm":60},"budgets":[{"limit":50,"period":"month","timezone":"Europe/Madrid"}]}"""),
        ("POST", "/admin/v1/keys", """{"name":"web","team":"mine","models":["demo"],"budgets":[{"limit":2.5,"period":"day","rolling":true}],"limits":{"tpm":1000},"expires":"2100-01-31","metadata":{"of":"x"}}"""),
        ("POST", "/admin/v1/keys", """{"name":"bare"}"""),
        ("POST", "/admin/v1/tokens", """{"name":"dash","role":"viewer"}"""),
        ("POST", "/admin/v1/tokens", """{"name":"ana","role":"manager","teams":["mine"]}"""),
        ("PATCH", "/admin/v1/keys/web", """{"limits":{"rpm":5},"expires":null}"""),
        ("PATCH", "/admin/v1/teams/mine", """{"budgets":[]}"""),
        ("POST", "/admin/v1/explain", """{"key":"web","headers":{"x-gateway-max-cost":"1"},"body":{"model":"demo","messages":[]}}"""),
        ("POST", "/admin/v1/explain", """{"team":"mine","endpoint":"/v1/messages","body":{"model":"nonsuch","messages":[]}}"""),
        ("POST", "/admin/v1/keys/web/rotate", """{"grace":"1h"}"""),
        ("POST", "/admin/v1/keys/web/block", null),
        ("POST", "/admin/v1/keys/web/unblock", null),
        ("POST", "/admin/v1/prompts", """{"name":"greet","team":"mine","category":"demo","description":"says hello"}"""),
        ("POST", "/admin/v1/prompts/greet/versions", """{"message":"first","variables":[{"name":"tone","type":"enum","values":["warm"],"default":"warm"}],"messages":[{"role":"system","content":"Be {{tone}}. {{> end}}"}],"partials":{"end":"Bye."}}"""),
        ("POST", "/admin/v1/prompts/greet/versions", """{"messages":[{"role":"system","content":"Be kind."}]}"""),
        ("PUT", "/admin/v1/prompts/greet/labels/production", """{"version":2,"expected":0}"""),
        ("PATCH", "/admin/v1/prompts/greet", """{"category":null}"""),
        ("POST", "/admin/v1/budgets/raises", """{"owner_kind":"gateway","period":"total","amount_usd":12.5,"until":"2100-01-31","reason":"launch"}"""),
    ];

    private EntityHost _host = null!;
    private JsonElement _document;

    public async Task InitializeAsync()
    {
        _host = await EntityHost.StartAsync(EntityHost.Yaml + "\nbudgets: [{ limit: 1000, period: total }]\nprompts: [{ name: filed, versions: [{ variables: [{ name: v, type: list, max_length: 3 }], messages: [{ role: user, content: x }] }] }]");
        _document = (await _host.AdminAsync("GET", DocumentPath)).Json;
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public void The_document_has_every_route_with_its_roles_and_no_other()
    {
        var described = Operations().Select(static o => $"{o.Method} {o.Path} {o.Operation.GetProperty("description").GetString()}");
        var mapped = _host.Routes.All.Where(static r => r.Path.StartsWith("/admin", StringComparison.Ordinal)).SelectMany(static r => r.Methods.Select(m => $"{m} {r.Path} {Roles(r.Roles)}"));

        described.Order(StringComparer.Ordinal).Should().Equal(mapped.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Operations_have_names_of_their_own_and_references_lead_somewhere()
    {
        _document.GetProperty("openapi").GetString().Should().Be("3.1.0");
        Operations().Select(static o => o.Operation.GetProperty("operationId").GetString()).Should().OnlyHaveUniqueItems();
        var names = _document.GetProperty("components").GetProperty("schemas").EnumerateObject().Select(static s => s.Name).ToList();
        names.Should().OnlyHaveUniqueItems();
        References().Matches(_document.GetRawText()).Select(static m => m.Groups[1].Value).Distinct().Should().BeEquivalentTo(names, "what is described is used, and what is used is described");
        _document.GetProperty("components").GetProperty("securitySchemes").GetProperty("bearer").GetProperty("scheme").GetString().Should().Be("bearer");
        _document.GetRawText().Should().NotContain("os.environ", "variables are the file's");
    }

    [Fact]
    public async Task Every_route_knows_the_query_parameters_that_the_document_says_and_no_other()
    {
        foreach (var (method, path, operation) in Operations())
        {
            var documented = Parameters(operation, "query").ToList();

            var refused = await _host.AdminAsync(method, Placeholder().Replace(path, "x") + "?nonsuch=1", method is "GET" or "DELETE" ? null : "{}");

            refused.Status.Should().Be(HttpStatusCode.BadRequest, $"{method} {path}");
            refused.Error.GetProperty("message").GetString().Should().EndWith($"it has {(documented.Count == 0 ? "none" : string.Join(", ", documented))}.", $"{method} {path}");
            Parameters(operation, "path").Should().Equal(Placeholder().Matches(path).Select(static m => m.Value[1..^1]));
        }
    }

    [Fact]
    public async Task Real_requests_and_answers_are_what_the_document_says()
    {
        await _host.Services.GetRequiredService<ILedgerStore>().AppendAsync([LedgerRows.Full(), LedgerRows.Row(1), LedgerRows.Row(2) with { TtftMs = null, Team = null, Tags = ["t"] }], CancellationToken.None);
        await _host.Services.GetRequiredService<ILedgerStore>().SavePricesAsync(OpenApiPrices.Lines, CancellationToken.None);
        var seen = new HashSet<string>();
        foreach (var (method, path, body) in Changes)
            await CheckAsync(method, path, body, seen);
        string[] questions =
        [
            "/admin/v1/keys", "/admin/v1/keys?limit=1", "/admin/v1/keys/web", "/admin/v1/keys/filed", "/admin/v1/teams", "/admin/v1/teams/mine", "/admin/v1/teams/growth", "/admin/v1/tokens", "/admin/v1/tokens/ana",
            "/admin/v1/ledger", "/admin/v1/ledger?limit=1", "/admin/v1/usage", "/admin/v1/usage?group_by=key,team,model,provider,target_model,endpoint,status,day,hour,minute,user,instance,tag", "/admin/v1/budgets",
            "/admin/v1/config", "/admin/v1/instances", "/admin/v1/targets", "/admin/v1/cache/shadow", "/admin/v1/audit", "/admin/v1/prompts", "/admin/v1/prompts/greet", "/admin/v1/prompts/greet/versions", "/admin/v1/prompts/greet/versions?limit=1", "/admin/v1/prompts/greet/versions/production", "/admin/v1/prompts/greet/versions/1", "/admin/v1/prompts/greet/versions/2/diff", "/admin/v1/prompts/filed/versions/1", DocumentPath, "/admin/v1/budgets/raises", "/admin/v1/prices", "/admin/v1/prices/" + Version(), "/admin/v1/prices/" + OpenApiPrices.Odd, "/admin/v1/prices/" + OpenApiPrices.Tiered,
        ];
        foreach (var path in questions)
            await CheckAsync("GET", path, null, seen);
        var raise = "/admin/v1/budgets/raises/" + (await _host.AdminAsync("GET", "/admin/v1/budgets/raises")).Json.GetProperty("data")[0].GetProperty("name").GetString();
        await CheckAsync("GET", raise, null, seen);
        await CheckAsync("DELETE", raise, null, seen);
        await CheckAsync("POST", "/admin/v1/prompts/greet/archive", null, seen);
        await CheckAsync("POST", "/admin/v1/prompts/greet/restore", null, seen);
        foreach (var path in new[] { "/admin/v1/prompts/greet/labels/production", "/admin/v1/keys/web", "/admin/v1/tokens/dash", "/admin/v1/tokens/ana", "/admin/v1/teams/mine", "/admin/v1/cache", "/admin/v1/cache?tag=batch" })
            await CheckAsync("DELETE", path, null, seen);

        // Only a gateway on a server's store can forget another one (SharedBudgetTests).
        seen.Should().BeEquivalentTo(Operations().Select(static o => $"{o.Method} {o.Path}").Except(["DELETE /admin/v1/instances/{id}"]), "each operation was tried");
    }

    [Fact]
    public async Task Lines_of_exports_are_what_the_document_says()
    {
        await _host.Services.GetRequiredService<ILedgerStore>().AppendAsync([LedgerRows.Full(), LedgerRows.Row(1)], CancellationToken.None);
        foreach (var path in new[] { "/admin/v1/ledger", "/admin/v1/usage" })
        {
            var lines = (await _host.AdminAsync("GET", path + "?format=jsonl&to=2100-01-01")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var schema = Schema(Operation("GET", path).GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/jsonl"));
            lines.Should().NotBeEmpty();
            foreach (var line in lines)
                Errors(schema, line).Should().BeEmpty(line);
        }
    }

    [Fact]
    public async Task An_answer_that_is_not_what_the_document_says_is_seen()
    {
        var schema = Schema(Operation("GET", "/admin/v1/budgets").GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json"));
        var text = (await _host.AdminAsync("GET", "/admin/v1/budgets")).Text;

        Errors(schema, text).Should().BeEmpty();
        Errors(schema, text.Replace("\"spent\"", "\"spend\"", StringComparison.Ordinal)).Should().HaveCount(2, "a member is missing, and one is unknown");
        Errors(schema, text.Replace("1000000000000", "1.5", StringComparison.Ordinal)).Should().NotBeEmpty();
    }

    private string Version() => _host.Services.GetRequiredService<SnapshotHolder>().Current.Configured.First(static m => m.Name == "demo").Targets[0].Price!.Version;

    private async Task CheckAsync(string method, string path, string? body, HashSet<string> seen)
    {
        var described = Operations().Single(o => o.Method == method && Regex.IsMatch(path.Split('?')[0], $"^{Placeholder().Replace(o.Path, "[^/]+")}$"));
        var (template, operation) = (described.Path, described.Operation);
        if (body is not null)
            Errors(Schema(operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json")), body).Should().BeEmpty($"the body of {method} {path}");
        var answer = await _host.AdminAsync(method, path, body);
        var status = ((int)answer.Status).ToString(System.Globalization.CultureInfo.InvariantCulture);
        operation.GetProperty("responses").TryGetProperty(status, out var response).Should().BeTrue($"{method} {path} answered {status}: {answer.Text}");
        if (response.TryGetProperty("content", out var content))
            Errors(Schema(content.GetProperty("application/json")), answer.Text).Should().BeEmpty($"{method} {path}: {answer.Text}");
        else
            answer.Text.Should().BeEmpty();
        var refused = await _host.AdminAsync(method, path + (path.Contains('?', StringComparison.Ordinal) ? "&x=1" : "?x=1"), body);
        Errors(Schema(operation.GetProperty("responses").GetProperty("default").GetProperty("content").GetProperty("application/json")), refused.Text).Should().BeEmpty();
        seen.Add($"{method} {template}");
    }

    private IEnumerable<(string Method, string Path, JsonElement Operation)> Operations() =>
        _document.GetProperty("paths").EnumerateObject().SelectMany(static p => p.Value.EnumerateObject().Select(o => (o.Name.ToUpperInvariant(), p.Name, o.Value)));

    private JsonElement Operation(string method, string path) => Operations().Single(o => o.Method == method && o.Path == path).Operation;

    private static IEnumerable<string> Parameters(JsonElement operation, string place) => operation.GetProperty("parameters").EnumerateArray()
        .Where(p => p.GetProperty("in").GetString() == place).Select(static p => p.GetProperty("name").GetString()!);

    private JsonSchema Schema(JsonElement media) => new JsonSchemaDocument(_document).At(media.GetProperty("schema").GetProperty("$ref").GetString()!);

    private static List<string> Errors(JsonSchema schema, string json)
    {
        var errors = new List<string>();
        using var document = JsonDocument.Parse(json);
        schema.Check(document.RootElement, "$", errors);
        return errors;
    }

    /// <summary>Prices that rows of the past may name.</summary>
    private static class OpenApiPrices
    {
        public const string Odd = "odd:1";
        public const string Tiered = "2026-08-01:tiered";

        public static readonly PriceLine[] Lines =
        [
            new(Odd, "{ what a newer gateway wrote }"),
            new(Tiered, "{ input: 1.25, output: 10, cache_read: 0.125, call: 0.01, flex: { input: 0.5 }, over_200k: { output: 15 }, flex_over_272k: { input: 3 } }"),
        ];
    }

    private static string Roles(AdminRoles roles) =>
        $"Roles: {string.Join(", ", new[] { AdminRoles.Viewer, AdminRoles.Manager, AdminRoles.Admin }.Where(r => roles.HasFlag(r)).Select(static r => r.ToString().ToLowerInvariant()))}.";

    [GeneratedRegex("\"#/components/schemas/([A-Za-z_]+)\"")]
    private static partial Regex References();

    [GeneratedRegex("{[a-z]+}")]
    private static partial Regex Placeholder();
}
