using Gateway.Admission;
using Gateway.Auth;
using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Entities;
using Gateway.Hosting;
using Gateway.Metering.Pricing;
using Gateway.Routing;
using Gateway.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Entities;

public class TokenTableTests
{
    private static readonly string Good = new('a', 64);

    [Theory]
    [InlineData("""{"name":"x","role":"viewer"}""", """{"id":"x","hash":null}""")]
    [InlineData("""{"name":"x","role":"viewer"}""", "{}")]
    [InlineData("""{"name":"x","role":"viewer"}""", "no JSON")]
    [InlineData("""{"name":"x","role":"viewer"}""", null)]
    [InlineData("no JSON", """{"id":"x","hash":"bb"}""")]
    public void A_token_that_somebody_damaged_lets_nobody_in_and_keeps_nobody_out(string document, string? hidden)
    {
        var names = new NamePool();
        var time = new ManualTime();
        var snapshots = new SnapshotSwitch(
            new(new KeyHasher(), names, new PriceResolver(PriceCatalog.LoadEmbedded(), new PriceBook()), Models.HealthBook(), TimeProvider.System), new SnapshotHolder(), new AdmissionBook(time, names),
            new(time), new UnusedStore(), new IdleLedger(), time, NullLogger<SnapshotSwitch>.Instance);
        snapshots.Apply(new GatewayConfig(), 1).Should().BeEmpty();
        snapshots.Apply(new EntitySet(1, [Token("x", document, hidden), Token("good", """{"name":"good","role":"viewer"}""", $$"""{"id":"good","hash":"{{Good}}"}""")]));
        var table = new TokenTable(snapshots);

        table.Find(Good)!.Name.Should().Be("token:good");
        table.Find(new string('c', 64)).Should().BeNull();
    }

    private static Entity Token(string name, string document, string? hidden) => new()
    {
        Kind = EntityKinds.Token,
        Name = name,
        Document = document,
        Hidden = hidden,
        Revision = 1,
        CreatedAt = default,
        UpdatedAt = default,
    };

    /// <summary>Without budgets the store is not asked.</summary>
    private sealed class UnusedStore : StubLedgerStore;
}
