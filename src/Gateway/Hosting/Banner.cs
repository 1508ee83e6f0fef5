using Gateway.Config;

namespace Gateway.Hosting;

/// <summary>
/// What a person reads at the start: where it listens, what it runs with, and a line to paste. On standard error, because standard output is the log, and that is one JSON
/// object a line.
/// </summary>
internal static class Banner
{
    public static void Write(TextWriter to, IEnumerable<string> urls, GatewayConfig config, ConfigSource source)
    {
        var url = urls.First();
        to.WriteLine($"Gateway {BuildVersion.Text}");
        foreach (var listening in urls) to.WriteLine($"Listening on {listening}");
        to.WriteLine($"  configuration  {source.Description}: {Count(config.Models.Count, "model")}, {Count(config.Keys.Count, "key")}");
        to.WriteLine($"  store          {config.Store}");
        to.WriteLine($"  admin API      {(config.Server.AdminKey is null ? "off: set server.admin_key to have it" : url + "/admin/v1")}");
        to.WriteLine($"  metrics        {url}{config.Telemetry.Metrics.Path}");
        if (config.Models.FirstOrDefault(static m => !m.Name.Contains('*')) is not { } model) return;   // nobody serves a model named *
        to.WriteLine();
        if (source != ConfigSource.Demo && config.Keys.Count == 0)
        {
            to.WriteLine("No key is configured, so that every request is a 401: add one below keys, or with the admin API.");
            to.Flush();
            return;
        }

        to.WriteLine(source == ConfigSource.Demo ? "Try it:" : "Try it, with one of the keys in GATEWAY_KEY:");
        to.WriteLine();
        var key = source == ConfigSource.Demo ? "sk-demo" : "$GATEWAY_KEY";
        to.WriteLine($$"""
              curl -N {{url}}/v1/chat/completions -H "Authorization: Bearer {{key}}" -H "Content-Type: application/json" -d '{"model":"{{model.Name}}","stream":true,"messages":[{"role":"user","content":"Hello!"}]}'
            """);
        to.WriteLine();
        to.Flush();
    }

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
}
