using Gateway.Admin;
using Gateway.Admission.Shares;
using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Core.Stores;
using Gateway.Entities;
using Gateway.Tests.Admission.Shares;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using static Gateway.Tests.Admission.AdmissionRig;

namespace Gateway.Tests.Admin;

/// <summary>Forgetting a gateway that is dead; the gateway that is asked shares its store.</summary>
public sealed class InstanceEndpointsTests : SharedLimitRig
{
    [Fact]
    public async Task What_failed_halfway_can_be_asked_again_in_the_same_way_and_in_no_other()
    {
        var asked = await KilledAsync(Budget(100));
        await using var host = await EntityHost.StartAsync();
        var endpoints = Endpoints(host, asked);
        Store.IsForgetful = false;
        await ((Func<Task>)(() => ForgetAsync(endpoints, "release"))).Should().ThrowAsync<StoreException>();
        (await UnusedAsync()).Should().Be(0, "it was released, and then the store failed");
        Store.IsForgetful = true;

        (await ForgetAsync(endpoints, "keep")).Error!.Kind.Should().Be(ErrorKind.Conflict);
        (await ForgetAsync(endpoints, "release")).IsOk.Should().BeTrue();

        (await Store.InstancesAsync(CancellationToken.None)).Should().ContainSingle(static i => i.Instance.Id == "i1");
    }

    /// <summary>It held 20 of what it was given.</summary>
    private async Task<ShareInstance> KilledAsync(params BudgetConfig[] budgets)
    {
        var dead = StartOne("i0", () => Key(budgets: budgets));
        await dead.EnterAsync(20);
        await dead.ExchangeAsync(isBeat: true);
        var asked = StartOne("i1", () => Key(budgets: Budget(100)));
        Time.Advance(ShareTimes.Death * 2);
        await asked.ExchangeAsync(isBeat: true);
        return asked;
    }

    private InstanceEndpoints Endpoints(EntityHost host, ShareInstance asked) => new(
        new("i1", "host", "0.1.0", Time.GetUtcNow()), host.Services.GetRequiredService<EntityBook>(), host.Services.GetRequiredService<IEntityStore>(), Time, Store,
        new DeadShares(Store, new Rows(), asked.Book, new LedgerConfig(), NullLogger<DeadShares>.Instance));

    private static Task<Outcome<AdminAnswer>> ForgetAsync(InstanceEndpoints endpoints, string unspent)
    {
        var http = new DefaultHttpContext();
        http.Request.QueryString = new("?unspent=" + unspent);
        http.Request.RouteValues["id"] = "i0";
        return endpoints.ForgetAsync(http, new AuditActor("a", "admin", null, "r"));
    }

    private async Task<long> UnusedAsync() => (await Store.InstancesAsync(CancellationToken.None)).Single(static i => i.Instance.Id == "i0").Unused;
}
