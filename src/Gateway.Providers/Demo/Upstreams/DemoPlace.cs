namespace Gateway.Providers.Demo.Upstreams;

/// <summary>Where one of the demo's upstreams is, for those who configure it.</summary>
/// <param name="Kind">The provider's kind in gateway.yaml.</param>
/// <param name="Prefix">What all its paths begin with: <c>/anthropic</c>.</param>
/// <param name="Base">What follows the prefix in <c>base_url</c>.</param>
/// <param name="Key">The header its clients show their key in; empty: none is wanted.</param>
/// <param name="Model">A name that the provider's clients would believe; any is served.</param>
/// <param name="Options">Further keys of gateway.yaml, as YAML: <c>project: demo, region: local</c>.</param>
public sealed record DemoPlace(string Kind, string Prefix, string Base, string Key, string Model, string Options = "");
