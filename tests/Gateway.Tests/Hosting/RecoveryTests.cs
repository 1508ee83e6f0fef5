using Gateway.Core.Stores;
using Gateway.Hosting;

namespace Gateway.Tests.Hosting;

/// <summary>A start that finds rows of a former process does not serve before the store has them.</summary>
public sealed class RecoveryTests
{
    [Fact]
    public async Task A_store_that_does_not_take_them_ends_the_start_and_says_why()
    {
        var never = new TaskCompletionSource();
        var start = () => GatewayHost.RecoveredAsync(never.Task, TimeSpan.FromMilliseconds(1));
        (await start.Should().ThrowAsync<StoreException>()).Which.Message.Should().Contain("journal").And.Contain("log says why");
    }

    [Fact]
    public async Task Rows_that_are_in_the_store_let_it_go_on() =>
        await GatewayHost.RecoveredAsync(Task.CompletedTask, TimeSpan.FromMilliseconds(1));

    [Fact]
    public async Task A_failure_of_the_import_itself_is_told_as_it_is()
    {
        var start = () => GatewayHost.RecoveredAsync(Task.FromException(new StoreException("the file is damaged")), TimeSpan.FromMinutes(1));
        await start.Should().ThrowAsync<StoreException>().WithMessage("the file is damaged");
    }
}
