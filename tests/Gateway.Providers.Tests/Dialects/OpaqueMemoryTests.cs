using System.Text.Json;
using Gateway.Providers.Dialects;

namespace Gateway.Providers.Tests.Dialects;

public sealed class OpaqueMemoryTests
{
    [Theory]
    [InlineData("""{"v":1}""")]
    [InlineData("""{"v":1,"a":[1.50,null,"é🙂\u0000"]}""")]
    public void What_goes_in_comes_out(string json)
    {
        var text = OpaqueMemory.Encode(JsonElement.Parse(json));

        text.Should().MatchRegex("^gateway\\.[A-Za-z0-9_-]+$");
        OpaqueMemory.TryDecode(text, out var value).Should().BeTrue();
        value.GetRawText().Should().Be(json);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("EqMBCkYIBRgC")]
    [InlineData("gateway")]
    [InlineData("gateway.")]
    [InlineData("gateway.!")]
    [InlineData("gateway.é")]
    [InlineData("gateway.eyJ2Ijox")]   // cut
    [InlineData("gateway.eyJ2IjoyfQ")]   // {"v":2}
    [InlineData("gateway.e30")]   // {}
    [InlineData("gateway.WzFd")]   // [1]
    [InlineData("gateway.eyJ2IjoxLCJhIjoiXHVkODAwIn0")]   // half of a surrogate pair
    [InlineData("Gateway.eyJ2IjoxfQ")]
    public void What_is_not_ours_or_broken_is_nothing(string? text) => OpaqueMemory.TryDecode(text, out _).Should().BeFalse();
}
