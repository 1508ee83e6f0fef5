using System.Globalization;
using System.Reflection;
using System.Text;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests;

/// <summary>The tables of docs/providers.md that say who can do what: from the manifests, and by asking each translator. Written anew with <c>GATEWAY_UPDATE_GENERATED=1</c>.</summary>
public sealed class CapabilityTableTests
{
    private const string Begin = "<!-- generated: capabilities -->\n", End = "<!-- end of what is generated -->";

    private const string Pixel = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAX+XDSwAAAABJRU5ErkJggg==";

    private const string Tool = """[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"string"}}}}}]""";

    /// <summary>What a chat request may ask for, and the members that ask for it.</summary>
    private static readonly (string Name, string Members)[] Features =
    [
        ("tools", $"\"tools\":{Tool}"),
        ("`strict` tools", """ "tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}}}] """),
        ("some tool must be called", $"\"tools\":{Tool},\"tool_choice\":\"required\""),
        ("this tool must be called", $"\"tools\":{Tool},\"tool_choice\":{{\"type\":\"function\",\"function\":{{\"name\":\"f\"}}}}"),
        ("one call at a time", $"\"tools\":{Tool},\"parallel_tool_calls\":false"),
        ("`json_object`", """ "response_format":{"type":"json_object"} """),
        ("`json_schema`", """ "response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}}} """),
        ("images as data", Asking("{\"type\":\"image_url\",\"image_url\":{\"url\":\"" + Pixel + "\"}}")),
        ("images by address", Asking("""{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}""")),
        ("PDF", Asking("""{"type":"file","file":{"file_data":"data:application/pdf;base64,JVBERi0="}}""")),
        ("sound", Asking("""{"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}}""")),
        ("`stop`", "\"stop\":[\"x\"]"),
        ("`seed`", "\"seed\":1"),
        ("`n` > 1", "\"n\":2"),
        ("`logprobs`", "\"logprobs\":true"),
        ("penalties", "\"presence_penalty\":0.5,\"frequency_penalty\":0.5"),
        ("`logit_bias`", "\"logit_bias\":{\"1\":1}"),
        ("`reasoning_effort`", "\"reasoning_effort\":\"low\""),
        ("`service_tier`", "\"service_tier\":\"priority\""),
    ];

    private static readonly (string Name, InferenceEndpoint Endpoint)[] Endpoints =
    [
        ("chat", InferenceEndpoint.ChatCompletions), ("messages", InferenceEndpoint.Messages), ("responses", InferenceEndpoint.Responses), ("completions", InferenceEndpoint.Completions),
        ("embeddings", InferenceEndpoint.Embeddings), ("rerank", InferenceEndpoint.Rerank), ("moderations", InferenceEndpoint.Moderations), ("count_tokens", InferenceEndpoint.CountTokens),
    ];

    private static IEnumerable<ProviderManifest> Manifests => ProviderCatalog.All.Select(static p => p.Manifest).OrderBy(static m => m.Kind, StringComparer.Ordinal);

    [Fact]
    public void Generated_tables_say_what_each_provider_can_do()
    {
        var file = Path.Combine(Root, "docs", "providers.md");
        var text = File.ReadAllText(file).ReplaceLineEndings("\n");
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        from.Should().BeGreaterThan(Begin.Length, "docs/providers.md has a place for the tables");
        var tables = EndpointTable() + "\n" + FeatureTable();
        if (Environment.GetEnvironmentVariable("GATEWAY_UPDATE_GENERATED") == "1") File.WriteAllText(file, text[..from] + tables + text[to..]);
        else text[from..to].Should().Be(tables, "the tables are generated: run GATEWAY_UPDATE_GENERATED=1 dotnet test tests/Gateway.Providers.Tests --filter Generated");
    }

    private static string EndpointTable()
    {
        var table = new StringBuilder();
        table.Append(CultureInfo.InvariantCulture, $"| kind | {string.Join(" | ", Endpoints.Select(static e => e.Name))} |\n|{string.Concat(Enumerable.Repeat("---|", Endpoints.Length + 1))}\n");
        foreach (var manifest in Manifests)
            table.Append(CultureInfo.InvariantCulture, $"| `{manifest.Kind}` | {string.Join(" | ", Endpoints.Select(e => Way(manifest, e.Endpoint)))} |\n");
        return table.ToString();
    }

    private static string Way(ProviderManifest manifest, InferenceEndpoint endpoint) =>
        manifest.Identity.ContainsKey(endpoint) ? "as it is"
        : manifest.Translators.ContainsKey(endpoint) ? "translated"
        : endpoint is InferenceEndpoint.Messages or InferenceEndpoint.Responses && manifest.Serves(InferenceEndpoint.ChatCompletions) ? "by chat"
        : endpoint == InferenceEndpoint.CountTokens ? "counted here"
        : "–";

    private static string FeatureTable()
    {
        var kinds = Manifests.Where(static m => m.InProcess is null && m.Translators.ContainsKey(InferenceEndpoint.ChatCompletions)).Select(static m => m.Kind).ToList();
        var table = new StringBuilder();
        table.Append(CultureInfo.InvariantCulture, $"| of a chat request | {string.Join(" | ", kinds.Select(static k => $"`{k}`"))} |\n|{string.Concat(Enumerable.Repeat("---|", kinds.Count + 1))}\n");
        foreach (var (name, members) in Features)
            table.Append(CultureInfo.InvariantCulture, $"| {name} | {string.Join(" | ", kinds.Select(k => Served(k, members) ? "yes" : "–"))} |\n");
        return table.ToString();
    }

    private static bool Served(string kind, string members)
    {
        var messages = members.Contains("\"messages\"", StringComparison.Ordinal) ? "" : """ "messages":[{"role":"user","content":"x"}],""";
        var context = Translation.Context with { TargetModel = kind == "bedrock" ? "anthropic.claude-sonnet-4-5" : "model" };   // Bedrock's models have not all the same
        var built = new Translation(kind, InferenceEndpoint.ChatCompletions).Translator.BuildRequest(Encoding.UTF8.GetBytes("{\"model\":\"fast\",\"max_completion_tokens\":20000," + messages + members + "}"), context);
        return built.IsOk && built.Value.Dropped.Count == 0;   // what is left out is not served
    }

    private static string Asking(string part) => "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"x\"}," + part + "]}]";

    private static string Root => typeof(CapabilityTableTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static a => a.Key == "RepositoryRoot").Value!;
}
