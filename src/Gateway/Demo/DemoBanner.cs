using Gateway.Hosting;
using Gateway.Providers.Demo.Upstreams;

namespace Gateway.Demo;

/// <summary>What a person reads when the demo's upstreams start: the address for each kind of provider, and a configuration to paste. On standard error, as the gateway's own.</summary>
internal static class DemoBanner
{
    /// <summary>Nothing that an answer has in it by chance: an error that quotes its key is not shown to the gateway's clients.</summary>
    private const string Key = "sk-demo-upstream";

    /// <summary>Of the application, where nobody chose another.</summary>
    private const string AppKey = "sk-demo";

    public static void Write(TextWriter to, IEnumerable<string> urls)
    {
        var url = urls.First();
        to.WriteLine($"Gateway {BuildVersion.Text}: the demo model behind every provider's API");
        foreach (var listening in urls) to.WriteLine($"Listening on {listening}");
        to.WriteLine();
        to.WriteLine("  kind              base_url                                    key (any text but \"wrong\")");
        foreach (var place in DemoUpstreams.Places)
            to.WriteLine($"  {place.Kind,-16}  {url + place.Prefix + place.Base,-42}  {(place.Key.Length > 0 ? place.Key : "none needed")}");
        to.WriteLine();
        to.WriteLine("For gateway.yaml:");
        to.WriteLine();
        to.WriteLine($"keys: [{{ name: me, key: {AppKey} }}]   # what applications send");
        to.Write(Yaml(url));
        to.WriteLine();
        to.WriteLine("A last message that begins with demo:error 429, demo:cut, demo:wait 5 … (or the header x-demo-fault: error 429) plays a bad day: docs/demo.md.");
        to.Flush();
    }

    /// <summary>Providers and a model for each.</summary>
    public static string Yaml(string url)
    {
        var places = DemoUpstreams.Places.Where(static p => GatewayHost.Kinds.Any(k => k.Name == p.Kind)).ToList();
        var providers = places.Select(p =>
            $"  - {{ name: {p.Kind}, kind: {p.Kind}, base_url: \"{url}{p.Prefix}{p.Base}\"{(p.Key.Length > 0 ? $", api_key: {Key}" : "")}{(p.Options.Length > 0 ? ", " + p.Options : "")} }}\n");
        var models = places.Select(static p => $"  - {{ name: {p.Kind}-demo, targets: [{{ provider: {p.Kind}, model: {p.Model} }}] }}\n");
        return $"providers:\n{string.Concat(providers)}models:\n{string.Concat(models)}";
    }
}
