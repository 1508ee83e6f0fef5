using Gateway.Hosting;

namespace Gateway.Tests.Hosting;

public sealed class ConnectionLimitTests
{
    [Theory]
    [InlineData(null, 50_000)]
    [InlineData(1_048_576L, 50_000)]
    [InlineData(100_256L, 50_000)]
    [InlineData(1024L, 384)]
    [InlineData(100L, 32)]
    public void Two_descriptors_for_each_client_and_the_gateways_own_fit_into_the_limit(long? files, int connections) => ConnectionLimit.For(files).Should().Be(connections);

    [Theory]
    [InlineData("Max open files            1024                 4096                 files     ", 1024L)]
    [InlineData("Max open files            unlimited            unlimited            files     ", null)]
    [InlineData("Max locked memory         8388608              8388608              bytes     ", null)]
    public void The_soft_limit_is_the_first_number(string line, long? files) => ConnectionLimit.Read(["Limit                     Soft Limit           Hard Limit           Units     ", line]).Should().Be(files);
}
