using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Gateway.Admin.Prompts;
using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Entities;
using Gateway.Hosting;
using Gateway.Prompts.Store;
using Gateway.Routing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace Gateway.Tests.Admin;

public sealed class PromptEndpointsTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Prompts = "/admin/v1/prompts";

    private const string Yaml = EntityHost.Yaml + """

        protected_labels: [production, gold]
        prompts: [{ name: filed, labels: { next: 1 }, versions: [{ variables: [{ name: v, type: enum, values: [a], default: a }], messages: [{ role: system, content: "old {{v}}" }] }, { version: 4, messages: [{ role: system, content: new }] }] }]
        functions: [{ name: f, model: demo, prompt: greet }, { name: pinned, model: demo, prompt: greet@2 }, { name: staged, model: demo, prompt: greet@staging }]
        """;

    private EntityHost _host = null!;

    public async Task InitializeAsync() => _host = await EntityHost.StartAsync(Yaml);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_prompt_is_made_versioned_and_read()
    {
        var made = await AdminAsync("POST", "", """{"name":"greet","team":"growth","category":"demo","description":"says hello"}""");
        var first = await AdminAsync("POST", "/greet/versions", """{"message":"the first","variables":[{"name":"topic"}],"messages":[{"role":"system","content":"Hello {{topic}} é."}]}""");
        var second = await AdminAsync("POST", "/greet/versions", """{"messages":[{"role":"system","content":"Hi."}]}""");

        (made.Status, made.Location).Should().Be((HttpStatusCode.Created, "/admin/v1/prompts/greet"));
        (first.Status, first.Location).Should().Be((HttpStatusCode.Created, "/admin/v1/prompts/greet/versions/1"));
        first.Json.GetProperty("author").GetString().Should().Be("admin_key");
        second.Json.GetProperty("version").GetInt32().Should().Be(2);
        var entry = (await AdminAsync("GET", "/greet")).Json;
        (entry.GetProperty("category").GetString(), entry.GetProperty("team").GetString(), entry.GetProperty("versions").GetInt32(), entry.GetProperty("archived").GetBoolean(), entry.GetProperty("source").GetString())
            .Should().Be(("demo", "growth", 2, false, "store"));
        var read = (await AdminAsync("GET", "/greet/versions/1")).Json;
        read.GetProperty("messages")[0].GetProperty("content").GetString().Should().Be("Hello {{topic}} é.");
        read.GetProperty("message").GetString().Should().Be("the first");
        read.GetProperty("variables")[0].GetProperty("name").GetString().Should().Be("topic");
        read.GetRawText().Should().Be(first.Json.GetRawText(), "the answer that makes it says the same");
        (await AdminAsync("GET", "/greet/versions")).Json.GetProperty("data").EnumerateArray().Select(static v => v.GetProperty("version").GetInt32()).Should().Equal(2, 1);
        var page = (await AdminAsync("GET", "/greet/versions?limit=1")).Json;
        (await AdminAsync("GET", $"/greet/versions?limit=1&cursor={page.GetProperty("next").GetString()}")).Json.GetProperty("data")[0].GetProperty("version").GetInt32().Should().Be(1);
        (await AdminAsync("GET", "/greet/versions/3")).Status.Should().Be(HttpStatusCode.NotFound);
        (await AdminAsync("GET", "/greet/versions/latest")).Json.GetProperty("version").GetInt32().Should().Be(2);
        (await AdminAsync("GET", "/nonsuch/versions")).Status.Should().Be(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"x"},{"role":"system","content":"line\nand {{nonsuch}}"}],"variables":[{"name":"topic"}]}""", "messages[1].content", "message 2 (system), line 2, column 5: there is no variable 'nonsuch'")]
    [InlineData("""{"messages":[{"role":"user","content":"{{#a}}"}],"variables":[{"name":"a"}]}""", "messages[0].content", "message 1 (user), line 1, column 1")]
    [InlineData("""{"messages":[{"role":"user","file":"gateway.yaml"}]}""", "messages[0].file", "unknown key")]
    [InlineData("""{"messages":[{"role":"owner","content":"x"}]}""", "messages[0].role", "'owner' is not one of")]
    [InlineData("""{"messages":[]}""", "messages", "the list is empty")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"version":7}""", "version", "unknown key")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"variables":[{"name":"a"}],"input_schema":{"type":"object","properties":{"a":{}}}}""", "variables", "write one of the two")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"input_schema":{"type":"object","properties":{"a":{"tpye":"string"}}}}""", "input_schema", "tpye")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"variables":[{"name":"a"},{"name":"a"}]}""", "variables", "there are two variables 'a'")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"message":"two\nlines"}""", "message", "line")]
    public async Task What_is_wrong_with_a_version_is_told_with_its_place(string json, string param, string message)
    {
        await MakeAsync();

        var refused = await AdminAsync("POST", "/greet/versions", json);

        (refused.Status, refused.Param).Should().Be((HttpStatusCode.BadRequest, param));
        refused.Error.GetProperty("message").GetString().Should().Contain(message);
        (await AdminAsync("GET", "/greet")).Json.GetProperty("versions").GetInt32().Should().Be(0);
    }

    [Theory]
    [InlineData("""{"name":"a b"}""", "name")]
    [InlineData("""{"name":"greet","versions":3}""", "versions")]
    [InlineData("""{"name":"greet","team":"nonsuch"}""", "team")]
    [InlineData("""{"name":"greet","category":""}""", "category")]
    [InlineData("""{}""", null)]
    public async Task What_is_wrong_with_a_prompt_is_told(string json, string? param)
    {
        var refused = await AdminAsync("POST", "", json);

        (refused.Status, refused.Param).Should().Be((HttpStatusCode.BadRequest, param));
    }

    [Fact]
    public async Task A_label_is_moved_with_or_without_a_condition_and_each_move_is_in_the_audit()
    {
        await MakeAsync("one", "two");
        var moved = await LabelAsync("production", """{"version":1,"expected":0}""");

        moved.Json.GetProperty("labels").GetRawText().Should().Be("""{"production":1}""");
        (await LabelAsync("production", """{"version":2,"expected":0}""")).Code.Should().Be("conflict");
        (await LabelAsync("production", """{"version":2,"expected":2}""")).Error.GetProperty("message").GetString().Should().Contain("is at version 1");
        (await LabelAsync("production", """{"version":2}""", ifMatch: "\"1\"")).Code.Should().Be("precondition_failed");
        (await LabelAsync("production", """{"version":2,"expected":1}""", ifMatch: moved.ETag)).Status.Should().Be(HttpStatusCode.OK);
        (await LabelAsync("production", """{"version":3}""")).Param.Should().Be("version");
        (await LabelAsync("production", """{"version":0}""")).Param.Should().Be("version");
        (await LabelAsync("production", """{"to":1}""")).Param.Should().Be("to");
        (await LabelAsync("production", """{}""")).Param.Should().Be("version");
        (await LabelAsync("latest", """{"version":1}""")).Param.Should().Be("label");
        (await LabelAsync("2nd", """{"version":1}""")).Param.Should().Be("label");
        (await AdminAsync("GET", "/greet/versions/production")).Json.GetProperty("labels")[0].GetString().Should().Be("production");

        var entries = (await _host.AdminAsync("GET", "/admin/v1/audit?kind=prompt&name=greet")).Json.GetProperty("data").EnumerateArray().ToList();
        entries.Select(static e => e.GetProperty("action").GetString()).Should().Equal("prompt.label", "prompt.label", "prompt.version", "prompt.version", "prompt.create");
        entries[0].GetProperty("before").GetProperty("labels").GetRawText().Should().Be("""{"production":1}""");
        entries[0].GetProperty("after").GetProperty("labels").GetRawText().Should().Be("""{"production":2}""");
        entries[0].GetRawText().Should().NotContain("\"two\"", "the audit has no text of prompts");
    }

    [Fact]
    public async Task Of_many_who_make_versions_at_the_same_time_each_gets_a_number_of_its_own()
    {
        await MakeAsync();

        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => VersionAsync($"text {i}")));

        made.Select(static m => m.Json.GetProperty("version").GetInt32()).Should().BeEquivalentTo([1, 2, 3, 4]);
        foreach (var one in made)
            (await AdminAsync("GET", $"/greet/versions/{one.Json.GetProperty("version").GetInt32()}")).Json.GetProperty("messages").GetRawText().Should().Be(one.Json.GetProperty("messages").GetRawText());
    }

    [Fact]
    public async Task Two_versions_are_compared_by_number_or_label()
    {
        await MakeAsync("same\nold", "same\nnew", "same\nnewer");
        await LabelAsync("production", """{"version":1}""");

        (await AdminAsync("GET", "/greet/versions/2/diff")).Json.GetProperty("diff").GetString().Should().Be("--- greet@1\n+++ greet@2\n@@ -1,3 +1,3 @@\n [system]\n same\n-old\n+new\n");
        var other = (await AdminAsync("GET", "/greet/versions/latest/diff?against=production")).Json;
        (other.GetProperty("from").GetInt32(), other.GetProperty("to").GetInt32()).Should().Be((1, 3));
        (await AdminAsync("GET", "/greet/versions/1/diff")).Status.Should().Be(HttpStatusCode.NotFound, "there is none before it");
        (await AdminAsync("GET", "/greet/versions/1/diff?against=9")).Status.Should().Be(HttpStatusCode.NotFound);
        (await AdminAsync("GET", "/filed/versions/4/diff?against=1")).Json.GetProperty("diff").GetString().Should().Contain("-old {{v}}\n").And.Contain("+new\n");
    }

    [Theory]
    [InlineData(65_533, true)]
    [InlineData(65_536, false)]
    public async Task A_default_and_a_schema_have_64_KiB_at_most(int length, bool fits)
    {
        await AdminAsync("POST", "", """{"name":"greet"}""");
        var text = new string('a', length);
        const string Messages = ""","messages":[{"role":"user","content":"x"}]}""";

        var initial = await AdminAsync("POST", "/greet/versions", """{"variables":[{"name":"v","default":"TEXT"}]""".Replace("TEXT", text, StringComparison.Ordinal) + Messages);
        var schema = await AdminAsync("POST", "/greet/versions", """{"input_schema":{"type":"object","properties":{},"description":"TEXT"}""".Replace("TEXT", text[48..], StringComparison.Ordinal) + Messages);

        foreach (var (answer, place) in new[] { (initial, "variables[0].default"), (schema, "input_schema") })
        {
            answer.Status.Should().Be(fits ? HttpStatusCode.Created : HttpStatusCode.BadRequest);
            if (!fits) answer.Json.GetProperty("error").GetProperty("param").GetString().Should().Be(place);
        }
    }

    [Fact]
    public async Task A_schema_of_the_variables_is_kept_shown_and_compared()
    {
        const string Schema = """{"type":"object","required":["topic"],"properties":{"topic":{"type":"string","maxLength":9}}}""";
        await AdminAsync("POST", "", """{"name":"greet"}""");
        await AdminAsync("POST", "/greet/versions", """{"input_schema":""" + Schema + ""","messages":[{"role":"system","content":"Hello {{topic}}."}]}""");
        await AdminAsync("POST", "/greet/versions", """{"variables":[{"name":"topic"}],"messages":[{"role":"system","content":"Hello {{topic}}."}]}""");

        var read = (await AdminAsync("GET", "/greet/versions/1")).Json;

        read.GetProperty("input_schema").GetRawText().Should().Be(Schema);
        read.TryGetProperty("variables", out _).Should().BeFalse();
        (await AdminAsync("GET", "/greet/versions/2/diff")).Json.GetProperty("diff").GetString().Should().Contain("-[input schema]\n").And.Contain("-      \"maxLength\": 9\n").And.Contain("+topic: string");
    }

    [Fact]
    public void A_version_of_the_file_with_a_schema_of_its_variables_shows_that()
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            PromptJson.WriteText(json, new() { Version = 1, Messages = [], Variables = [new() { Name = "v", Type = PromptVariableType.Any }], InputSchema = new("""{"type":"object"}"""u8.ToArray()) });
            json.WriteEndObject();
        }

        Encoding.UTF8.GetString(text.ToArray()).Should().Be("""{"input_schema":{"type":"object"},"messages":[],"partials":{}}""");
    }

    [Fact]
    public async Task Prompts_of_the_file_are_read_and_changed_in_the_file()
    {
        var entry = (await AdminAsync("GET", "/filed")).Json;
        (entry.GetProperty("source").GetString(), entry.GetProperty("versions").GetInt32(), entry.GetProperty("labels").GetRawText()).Should().Be(("file", 4, """{"next":1}"""));
        (await AdminAsync("GET", "/filed/versions/next")).Json.GetProperty("variables").GetRawText().Should().Be("""[{"name":"v","type":"enum","required":false,"default":"a","values":["a"]}]""");
        (await AdminAsync("GET", "/filed/versions?limit=1")).Json.GetProperty("next").GetString().Should().Be("4");

        foreach (var (method, path, body) in new[]
        {
            ("POST", "", """{"name":"filed"}"""), ("POST", "/filed/versions", """{"messages":[{"role":"user","content":"x"}]}"""), ("PUT", "/filed/labels/production", """{"version":1}"""),
            ("DELETE", "/filed/labels/next", (string?)null), ("PATCH", "/filed", """{"category":"x"}"""), ("POST", "/filed/archive", null), ("POST", "/filed/restore", null),
        })
        {
            var refused = await AdminAsync(method, path, body);
            refused.Code.Should().Be("conflict", $"{method} {path}");
            refused.Error.GetProperty("message").GetString().Should().Contain("configuration file");
        }
    }

    [Fact]
    public async Task What_a_function_uses_is_neither_archived_nor_left_without_its_label()
    {
        await MakeAsync("one");
        await LabelAsync("production", """{"version":1}""");
        await LabelAsync("staging", """{"version":1}""");
        await LabelAsync("spare", """{"version":1}""");
        await AdminAsync("POST", "", """{"name":"free"}""");

        (await AdminAsync("POST", "/greet/archive")).Error.GetProperty("message").GetString().Should().Contain("f, pinned, staged");
        (await AdminAsync("DELETE", "/greet/labels/production")).Error.GetProperty("message").GetString().Should().Contain("'production'").And.Contain(": f.");
        (await AdminAsync("DELETE", "/greet/labels/staging")).Error.GetProperty("message").GetString().Should().Contain(": staged.");
        (await AdminAsync("DELETE", "/greet/labels/spare")).Status.Should().Be(HttpStatusCode.NoContent);
        (await AdminAsync("DELETE", "/greet/labels/spare")).Code.Should().Be("not_found");
        (await AdminAsync("POST", "/free/archive")).Json.GetProperty("archived").GetBoolean().Should().BeTrue();
        (await AdminAsync("POST", "/free/versions", """{"messages":[{"role":"user","content":"x"}]}""")).Code.Should().Be("conflict");
        (await AdminAsync("POST", "", """{"name":"free"}""")).Code.Should().Be("conflict", "its versions keep their names");
        Names(await AdminAsync("GET", "?source=store")).Should().Equal("greet");
        Names(await AdminAsync("GET", "?archived=true")).Should().Equal("free");
        (await AdminAsync("POST", "/free/restore")).Json.GetProperty("archived").GetBoolean().Should().BeFalse();
    }

    [Fact]
    public async Task Lists_are_filtered_and_paged()
    {
        foreach (var (name, category) in new[] { ("alpha", "a"), ("beta", "b"), ("alphabet", "a") })
            await AdminAsync("POST", "", $$"""{"name":"{{name}}","category":"{{category}}"}""");

        Names(await AdminAsync("GET", "")).Should().Equal("alpha", "alphabet", "beta", "filed");
        Names(await AdminAsync("GET", "?category=a")).Should().Equal("alpha", "alphabet");
        Names(await AdminAsync("GET", "?contains=BET")).Should().Equal("alphabet", "beta");
        Names(await AdminAsync("GET", "?source=file")).Should().Equal("filed");
        var page = await AdminAsync("GET", "?limit=2");
        Names(page).Should().Equal("alpha", "alphabet");
        Names(await AdminAsync("GET", $"?limit=2&cursor={page.Json.GetProperty("next").GetString()}")).Should().Equal("beta", "filed");
        (await AdminAsync("GET", "?archived=yes")).Param.Should().Be("archived");
        (await AdminAsync("PATCH", "/beta", """{"category":"c","description":"x"}""")).Json.GetProperty("category").GetString().Should().Be("c");
        (await AdminAsync("PATCH", "/beta", """{"labels":{"production":1}}""")).Param.Should().Be("labels");
        (await AdminAsync("PATCH", "/beta", """{"archived":true}""")).Param.Should().Be("archived");
        (await AdminAsync("PATCH", "/beta", """{"name":"gamma"}""")).Param.Should().Be("name");
    }

    [Fact]
    public async Task Managers_change_prompts_of_their_teams_and_only_admins_move_protected_labels()
    {
        await _host.AdminAsync("POST", "/admin/v1/teams", """{"name":"mine"}""");
        var manager = await _host.MakeTokenAsync("""{"name":"ana","role":"manager","teams":["mine"]}""");
        var viewer = await _host.MakeTokenAsync("""{"name":"eve","role":"viewer"}""");
        await AdminAsync("POST", "", """{"name":"free"}""");
        Task<EntityHost.Answer> As(string who, string method, string path, string? body = null) => _host.AdminAsync(method, Prompts + path, body, credential: who);

        (await As(manager, "POST", "", """{"name":"greet","team":"mine"}""")).Status.Should().Be(HttpStatusCode.Created);
        (await As(manager, "POST", "", """{"name":"other","team":"growth"}""")).Code.Should().Be("forbidden");
        (await As(manager, "POST", "", """{"name":"other"}""")).Code.Should().Be("forbidden");
        var version = await As(manager, "POST", "/greet/versions", """{"messages":[{"role":"user","content":"x"}]}""");
        version.Json.GetProperty("author").GetString().Should().Be("token:ana");
        (await As(manager, "PUT", "/greet/labels/staging", """{"version":1}""")).Status.Should().Be(HttpStatusCode.OK);
        foreach (var label in new[] { "production", "gold" })
        {
            var refused = await As(manager, "PUT", $"/greet/labels/{label}", """{"version":1}""");
            refused.Code.Should().Be("forbidden");
            refused.Error.GetProperty("message").GetString().Should().Contain(label);
        }

        await LabelAsync("gold", """{"version":1}""");
        (await As(manager, "DELETE", "/greet/labels/gold")).Code.Should().Be("forbidden");
        (await As(manager, "POST", "/greet/archive")).Code.Should().Be("forbidden", "the label would go with it");
        Names(await As(manager, "GET", "")).Should().Equal("greet");
        foreach (var (method, path, body) in new[] { ("GET", "/free", null), ("GET", "/free/versions", null), ("GET", "/filed/versions/1", null), ("POST", "/free/versions", """{"messages":[{"role":"user","content":"x"}]}"""), ("PUT", "/free/labels/x", """{"version":1}""") })
            (await As(manager, method, path, body)).Code.Should().Be("not_found", $"{method} {path}");
        Names(await As(viewer, "GET", "")).Should().Equal("filed", "free", "greet");
        (await As(viewer, "POST", "/greet/versions", "{}")).Code.Should().Be("forbidden");
    }

    [Fact]
    public async Task A_function_answers_when_its_label_is_there_and_a_file_cannot_take_its_prompt_away()
    {
        var key = await _host.MakeKeyAsync("""{"name":"k","models":["fn/f","fn/pinned"]}""");
        (await _host.ChatAsync(key, "fn/f")).Code.Should().Be("no_target_available");
        await MakeAsync("one", "two");
        (await _host.ChatAsync(key, "fn/pinned")).Status.Should().Be(HttpStatusCode.OK, "it names a number");
        await LabelAsync("production", """{"version":1}""");
        (await _host.ChatAsync(key, "fn/f")).Status.Should().Be(HttpStatusCode.OK);

        var snapshots = _host.Services.GetRequiredService<SnapshotSwitch>();
        var file = snapshots.File;
        var problems = snapshots.Apply(file with { Functions = [file.Functions[0] with { Prompt = "great" }, file.Functions[1]] }, 2);
        var again = snapshots.Apply(file with { Functions = [file.Functions[0] with { Prompt = "great" }, file.Functions[1]] }, 3);
        var added = snapshots.Apply(file with { Functions = [.. file.Functions, file.Functions[0] with { Name = "new", Prompt = "great" }] }, 4);

        problems.Should().ContainSingle().Which.Path.Should().Be("functions[0].prompt");
        again.Should().Equal(problems, "to save it a second time does not make it right");
        added.Should().BeEmpty("a function may come before its prompt");
        (await _host.ChatAsync(key, "fn/f")).Status.Should().Be(HttpStatusCode.OK);
    }

    /// <summary>Another gateway on the same store, whose file has no such function, may take a prompt away.</summary>
    [Fact]
    public async Task A_function_whose_prompt_has_vanished_goes_on_with_the_one_it_had()
    {
        await MakeAsync("one");
        await LabelAsync("production", """{"version":1}""");
        var (book, store) = (_host.Services.GetRequiredService<EntityBook>(), _host.Services.GetRequiredService<IEntityStore>());
        var entity = (await store.ReadAsync(EntityKinds.Prompt, "greet", CancellationToken.None))!;

        await book.WriteAsync(new()
        {
            Kind = entity.Kind,
            Name = entity.Name,
            Expected = entity.Revision,
            Document = (StoredPrompt.Parse(entity.Document)! with { Archived = true }).ToString(),
            By = new("other", "admin", null, "req"),
            Action = "prompt.archive",
            At = DateTimeOffset.UnixEpoch,
        });

        var table = _host.Services.GetRequiredService<SnapshotHolder>().Current.Prompts;
        (table.FindFunction("fn/f")!.Prompt!.Label, table.FindFunction("fn/f")!.IsStale).Should().Be(("greet@1", true));
        table.Problems.Should().Contain(static p => p.Contains("it goes on with 'greet@1'", StringComparison.Ordinal));
        table.Has("greet").Should().BeFalse();
    }

    /// <summary>The bound is of a busy machine; the figures are in docs/prompts.md.</summary>
    [Fact]
    public async Task A_thousand_prompts_of_fifty_versions_are_listed_and_moved_at_once()
    {
        Fill(1_000, 50);
        var load = Stopwatch.StartNew();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await _host.Services.GetRequiredService<EntityBook>().RefreshAsync(CancellationToken.None);
        load.Stop();
        var memory = GC.GetTotalMemory(forceFullCollection: true) - before;
        var list = await FastestAsync(() => AdminAsync("GET", "?limit=1000"));
        var filtered = await FastestAsync(() => AdminAsync("GET", "?category=odd&contains=99&limit=1000"));
        var versions = await FastestAsync(() => AdminAsync("GET", "/prompt-0500/versions"));
        var moved = await FastestAsync(() => AdminAsync("PUT", "/prompt-0500/labels/production", """{"version":7}"""));

        output.WriteLine($"50,000 versions in force after {load.Elapsed.TotalSeconds:0.0} s, {memory / 1024 / 1024} MiB; list {list.TotalMilliseconds:0.0} ms, filtered {filtered.TotalMilliseconds:0.0} ms, versions {versions.TotalMilliseconds:0.0} ms, label {moved.TotalMilliseconds:0.0} ms");
        list.Should().BeLessThan(TimeSpan.FromMilliseconds(50));
        moved.Should().BeLessThan(TimeSpan.FromMilliseconds(500));
    }

    /// <summary>Past the API, which puts each change in force before the next.</summary>
    private void Fill(int prompts, int versions)
    {
        using var connection = new SqliteConnection($"Data Source={_host.StorePath};Pooling=False");
        connection.Open();
        using var fill = connection.CreateCommand();
        fill.CommandText = $$$"""
            BEGIN;
            WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {{{prompts}}} - 1)
            INSERT INTO entity (kind, name, document, revision, created_at, updated_at)
            SELECT 'prompt', format('prompt-%04d', i), format('{"name":"prompt-%04d","category":"%s","description":"one of many","labels":{"production":{{{versions}}}},"versions":{{{versions}}},"archived":false}', i, CASE i % 2 WHEN 0 THEN 'even' ELSE 'odd' END), 1 + i, 0, 0 FROM n;
            WITH RECURSIVE v(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM v WHERE i < {{{versions}}})
            INSERT INTO prompt_version (prompt, version, document, author, message, created_at)
            SELECT name, v.i, '{"variables":[{"name":"topic"}],"messages":[{"role":"system","content":"{{{new string('x', 1_000)}}} {{topic}}"}]}', 'ana', 'one of many', 0 FROM entity, v WHERE kind = 'prompt';
            UPDATE entity_sequence SET value = value + {{{prompts}}};
            COMMIT;
            """;
        fill.ExecuteNonQuery();
    }

    private static async Task<TimeSpan> FastestAsync(Func<Task<EntityHost.Answer>> ask)
    {
        var fastest = TimeSpan.MaxValue;
        for (var i = 0; i < 10; i++)
        {
            var watch = Stopwatch.StartNew();
            var answer = await ask();
            fastest = watch.Elapsed < fastest ? watch.Elapsed : fastest;
            answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        }

        return fastest;
    }

    private async Task MakeAsync(params string[] texts)
    {
        (await AdminAsync("POST", "", """{"name":"greet"}""")).Status.Should().Be(HttpStatusCode.Created);
        foreach (var text in texts) (await VersionAsync(text)).Status.Should().Be(HttpStatusCode.Created);
    }

    private Task<EntityHost.Answer> VersionAsync(string text) => AdminAsync("POST", "/greet/versions", JsonSerializer.Serialize(new { messages = new[] { new { role = "system", content = text } } }));

    private Task<EntityHost.Answer> LabelAsync(string label, string json, string? ifMatch = null) => AdminAsync("PUT", $"/greet/labels/{label}", json, ifMatch);

    private Task<EntityHost.Answer> AdminAsync(string method, string path, string? json = null, string? ifMatch = null) => _host.AdminAsync(method, Prompts + path, json, ifMatch);

    private static IEnumerable<string?> Names(EntityHost.Answer answer) => answer.Json.GetProperty("data").EnumerateArray().Select(static e => e.GetProperty("name").GetString());
}
