namespace Gateway.Config;

/// <summary>What runs when there is no configuration: it answers without a network and without any account, to this machine only.</summary>
internal static class DemoConfig
{
    public const string Provider = "demo";

    public const string Model = "demo";

    public const string Key = "sk-demo";

    public static GatewayConfig Create() => new()
    {
        Providers = [new() { Name = Provider, Kind = "demo" }],
        Models = [new() { Name = Model, Description = "built in; answers without a network", Targets = [new() { Provider = Provider, Model = Model }] }],
        Keys = [new() { Name = "demo", Hash = KeyHash.Of(new(Key)) }],
        Telemetry = new() { Logs = LogFormat.Text },   // a person is looking
    };
}
