using System.Text;
using Gateway.Admission;
using Gateway.Admission.Shares;
using Gateway.Auth;
using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Metering.Pricing;
using Gateway.Routing;
using Gateway.Routing.Health;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Benchmarks;

/// <summary>A compiled configuration like the load rig's, and a request of 1.5 KB: what operations work on.</summary>
internal sealed class Sample
{
    public const string Key = "sk-bench";

    private const int BodySize = 1500;

    /// <param name="shares">Where limits are shared with others; null: they are this sample's own.</param>
    public Sample(IShareQueue? shares = null)
    {
        var config = new GatewayConfig
        {
            Providers = [new() { Name = "mock", Kind = "openai-compatible", BaseUrl = new Uri("http://127.0.0.1:9100/v1") }],
            Models = [new() { Name = "fast", Targets = [new() { Provider = "mock", Model = "mock-1" }], Price = new() { Input = 1, Output = 2 } }],
            Teams = [new() { Name = "bench", Budgets = [new() { Limit = 1_000_000, Period = BudgetPeriod.Month }], Limits = new() { Rpm = 1_000_000_000 } }],
            Keys =
            [
                new()
                {
                    Name = "bench", Hash = KeyHash.Of(new(Key)), Team = "bench", Budgets = [new() { Limit = 1_000_000, Period = BudgetPeriod.Day }],
                    Limits = new() { Rpm = 1_000_000_000, Tpm = 1_000_000_000_000, Concurrency = 100_000 },
                },
            ],
        };
        var names = new NamePool();
        Snapshot = new SnapshotCompiler(Hasher, names, new PriceResolver(PriceCatalog.LoadEmbedded(), new PriceBook()), new TargetHealthBook(TimeProvider.System, NullLogger<TargetHealthBook>.Instance), TimeProvider.System).Compile(config, 1);
        Book = new(TimeProvider.System, names, shares);
        Book.Configure(Snapshot.Keys.Values, config.Teams, config.Budgets, Snapshot.Configured, Snapshot.Prompts.Functions);
        KeyEntry = Snapshot.Keys.Values.Single();
        Model = Snapshot.Configured.Single();
        var (head, tail) = ("""{"model":"fast","stream":true,"messages":[{"role":"user","content":" """.TrimEnd(), "\"}],\"max_tokens\":256}");
        Body = Encoding.UTF8.GetBytes(head + new string('x', BodySize - head.Length - tail.Length) + tail);
    }

    public KeyHasher Hasher { get; } = new();

    public AdmissionBook Book { get; }

    public GatewaySnapshot Snapshot { get; }

    public KeyEntry KeyEntry { get; }

    public ModelEntry Model { get; }

    public Target Target => Model.Targets[0];

    /// <summary>A streamed chat request.</summary>
    public byte[] Body { get; }

    /// <summary>An operation whose set-up does not do what it is there for must not pass for a cheap one.</summary>
    public static void Expect(bool done, string what)
    {
        if (!done)
            throw new InvalidOperationException($"the operation did not do its work: {what}");
    }

    public static void Expect(GatewayError? error) => Expect(error is null, error?.Message ?? "");
}
