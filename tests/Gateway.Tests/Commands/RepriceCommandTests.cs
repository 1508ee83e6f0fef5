using Gateway.Commands;
using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Hosting;

namespace Gateway.Tests.Commands;

public sealed class RepriceCommandTests
{
    [Theory]
    [InlineData("2026-11-08", "2026-11-01")]
    [InlineData("2026-11-08", "2026-11-08")]
    public async Task Days_between_which_there_is_none_are_an_error(string from, string to)
    {
        var loader = new ConfigLoader(ConfigSource.Demo, new EnvironmentSource(new Dictionary<string, string>()), GatewayHost.Kinds);
        using var said = new StringWriter();
        using var error = new StringWriter();

        var code = await RepriceCommand.RunAsync(loader, new LedgerFilter(From: Day(from), To: Day(to)), apply: true, said, error, CancellationToken.None);

        code.Should().Be(2);
        said.ToString().Should().BeEmpty();
        error.ToString().Should().StartWith($"--to: {to} is not after --from {from}.");
    }

    private static DateTimeOffset Day(string day) => new(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture), TimeOnly.MinValue, TimeSpan.Zero);
}
