using System.Text.Json;

using Gateway.Config;
using Gateway.Config.Binding;
using Gateway.Config.Values;
using Gateway.Config.Yaml;

namespace Gateway.Tests.Config;

/// <summary>A document as JSON, as an editor sees it: variables are not replaced.</summary>
internal static class YamlJson
{
    public static JsonElement Convert(YamlNode node)
    {
        var errors = new ErrorSink("gateway.yaml");
        var context = new BindContext(errors, Verbatim, TestConfig.Kinds);
        JsonKind.Instance.TryBind(node, context, out var json).Should().BeTrue(string.Join('\n', errors.InFileOrder()));
        return JsonDocument.Parse(json!.Utf8).RootElement;
    }

    // Every variable the example names stands for itself.
    private static readonly EnvironmentSource Verbatim = new(new[] { "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GATEWAY_ADMIN_KEY", "WEB_APP_KEY" }.ToDictionary(n => n, n => $"${{{n}}}"));
}
