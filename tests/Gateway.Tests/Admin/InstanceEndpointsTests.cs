using Gateway.Admin;
using Gateway.Admission.Shares;
using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Core.Money;
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

    [Fact]
    public async Task What_it_had_of_budgets_that_are_not_in_force_here_is_not_lost_and_can_be_counted_as_spent()
    {
        var asked = await KilledAsync(Budget(100), Budget(1000, BudgetPeriod.Total));
        await using var host = await EntityHost.StartAsync();
        var endpoints = Endpoints(host, asked);
        var left = (await LeasesAsync())[1];

        var refused = (await ForgetAsync(endpoints, "release")).Error;

        refused!.Kind.Should().Be(ErrorKind.Conflict);
        refused.Message.Should().Contain($"${new NanoUsd(left.Granted)} ").And.Contain("?unspent=keep");
        (await LeasesAsync()).Select(static l => l.Granted).Should().Equal(0, left.Granted);
        (await UnusedAsync()).Should().Be(left.Granted, "it is listed until somebody says what becomes of the rest");
        (await ForgetAsync(endpoints, "keep")).IsOk.Should().BeTrue();
        (await Store.InstancesAsync(CancellationToken.None)).Should().ContainSingle(static i => i.Instance.Id == "i1");
        var audit = await host.AdminAsync("GET", "/admin/v1/audit?kind=instance");
        audit.Text.Should().Contain("instance.release").And.Contain("\"unspent\":\"keep\"");
    }

    [Fact]
    public async Task What_it_had_of_a_rolling_budget_does_not_keep_it_from_being_forgotten()
    {
        var asked = await KilledAsync(Budget(1000, BudgetPeriod.Day) with { Rolling = true });
        await using var host = await EntityHost.StartAsync();

        (await ForgetAsync(Endpoints(host, asked), "release")).IsOk.Should().BeTrue();

        (await LeasesAsync()).Single().Granted.Should().BePositive("it goes out of the window by itself");
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

    /// <summary>Of the dead one: of the day, then of all time.</summary>
    private async Task<IReadOnlyList<Lease>> LeasesAsync() => [.. (await Store.LeasesAsync(CancellationToken.None)).Where(static l => l.Instance == "i0").OrderBy(static l => l.Name, StringComparer.Ordinal)];

    private async Task<long> UnusedAsync() => (await Store.InstancesAsync(CancellationToken.None)).Single(static i => i.Instance.Id == "i0").Unused;
}
