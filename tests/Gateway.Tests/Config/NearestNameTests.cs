using Gateway.Config;

namespace Gateway.Tests.Config;

public class NearestNameTests
{
    [Theory]
    [InlineData("target", "targets")]
    [InlineData("tragets", "targets")]
    [InlineData("TARGETS", "targets")]
    [InlineData("name_", "name")]
    [InlineData("nmae", "name")]
    [InlineData("na", "name", false)]
    [InlineData("x", "name", false)]
    [InlineData("completely", "name", false)]
    [InlineData("", "name", false)]
    public void A_slip_is_recognised_and_another_word_is_not(string written, string meant, bool found = true) =>
        NearestName.Find(written, ["targets", "name", "description"]).Should().Be(found ? meant : null);

    [Fact]
    public void Of_equally_near_names_the_first_declared_is_offered() =>
        NearestName.Find("mode", ["model", "modes"]).Should().Be("model");
}
